"""New themes: what nobody spoke of, and suddenly some do."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from msgspec.structs import replace

from bot.domain.mention import Mention
from bot.domain.novelties import may_hold_one, novelty
from tests.builders import NOW, a_mention, a_post

WORDS = [f"w{n}" for n in range(400)]


def about(n: int, *themes: str, author: str = "") -> Mention:
    mention = a_mention(
        id=f"m{n}", at=NOW - timedelta(minutes=n), post=a_post(author=author or f"@a{n}")
    )
    return replace(mention, analysis=replace(mention.analysis, themes=themes))


def small_talk(seed: int, count: int) -> list[Mention]:
    """Posts about what is always spoken of: some words often, most seldom (as by Zipf's law)."""
    rng = Random(seed)
    weights = [1 / (rank + 1) for rank in range(len(WORDS))]
    return [
        about(1000 * seed + n, *dict.fromkeys(rng.choices(WORDS, weights, k=4)))
        for n in range(count)
    ]


def test_what_some_speak_of_and_nobody_did_is_new() -> None:
    today = [*small_talk(1, 40), *(about(n, "recall", "lamp") for n in range(6))]
    found = novelty(today, small_talk(2, 600))
    assert found is not None
    assert (found.theme, found.seen, found.before, found.authors) == ("recall", 6, 0, 6)
    assert len(found.posts) == 3


def test_a_phrase_says_more_than_its_words() -> None:
    today = [*small_talk(1, 40), *(about(n, "battery fire", "fire") for n in range(6))]
    found = novelty(today, small_talk(2, 600))
    assert found is not None
    assert found.theme == "battery fire"


def test_one_person_makes_no_theme() -> None:
    today = [*small_talk(1, 40), *(about(n, "recall", author="@one") for n in range(9))]
    assert novelty(today, small_talk(2, 600)) is None


def test_what_was_spoken_of_before_is_not_new() -> None:
    before = [*small_talk(2, 600), *(about(n, "recall") for n in range(9))]
    today = [*small_talk(1, 40), *(about(n, "recall") for n in range(9))]
    assert novelty(today, before) is None


def test_what_was_told_is_not_new_again_nor_are_its_words() -> None:
    today = [*small_talk(1, 40), *(about(n, "battery fire", "fire") for n in range(6))]
    assert novelty(today, small_talk(2, 600), told=["battery fire"]) is None


def test_all_is_new_where_little_is_known() -> None:
    assert novelty([about(n, "recall") for n in range(9)], small_talk(2, 90)) is None


def test_the_past_is_looked_at_only_where_many_speak_of_one_thing() -> None:
    many = [about(n, "recall") for n in range(5)]
    assert may_hold_one(many, many[:1])
    assert not may_hold_one(many[:4], many[:1])
    assert not may_hold_one(many, [about(9, "shelf")])


def test_small_talk_holds_nothing_new_in_a_hundred_days() -> None:
    before = small_talk(3, 1400)
    assert not any(novelty(small_talk(day, 100), before) for day in range(10, 110))
