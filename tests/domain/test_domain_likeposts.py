"""Posts that say the same in other words."""

from __future__ import annotations

from msgspec.structs import replace

from bot.domain.likeposts import like, spoken
from bot.domain.mention import Mention
from tests.builders import NOW, a_mention, a_post


def mentions(*texts: str) -> list[Mention]:
    return [
        a_mention(id=f"m{n}", post=a_post(id=f"p{n}", text=text)) for n, text in enumerate(texts)
    ]


def test_like_posts_are_found_in_both_languages_likest_first() -> None:
    posts = mentions(
        "Please add a dark mode to the app",
        "My parcel is late",
        "Il manque un mode sombre, et un calendrier pour ma grand-mère",
        "The battery is dead",
    )
    demand = spoken("I would love a dark theme", "en")
    assert [one.id for one in like(demand, posts)] == ["m0", "m2"]


def test_a_complaint_that_asks_nothing_has_like_posts_too() -> None:
    posts = mentions("The hinge squeaks all night", "Squeaky hinge!", "Lovely colour")
    demand = spoken("My hinge squeaks.", "en")
    assert {one.id for one in like(demand, posts)} == {"m0", "m1"}


def test_copies_and_what_was_taken_back_are_not_shown() -> None:
    first, copy, gone = mentions(*["Please add a dark mode"] * 3)
    posts = [first, replace(copy, copy_of="m0"), replace(gone, deleted=NOW)]
    assert like(spoken("dark mode", "en"), posts) == [first]


def test_a_text_without_a_word_is_like_none() -> None:
    assert like(spoken("…", "en"), mentions("Please add a dark mode")) == []
