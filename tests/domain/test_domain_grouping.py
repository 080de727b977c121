"""Themes are found in whatever words they are spoken of; small ones beside large ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.analysis.themes import themes_of
from bot.domain.grouping import Group, groups
from bot.domain.mention import Mention
from bot.domain.representative import representative
from tests.builders import NOW, a_mention, a_post

COURIER = ["The courier left it in the rain", "The courier threw it over the fence"]
PARCEL = ["My parcel lay in the rain all day", "My parcel flew over the fence"]
BOTH = ["The courier left my parcel in the rain", "The courier threw my parcel over the fence"]
DARK = ["Dark mode would spare my eyes", "Please build a dark mode for reading"]

numbers = count()


def said(*texts: str, times: int = 1) -> list[Mention]:
    return [_mention(text) for _ in range(times) for text in texts]


def _mention(text: str) -> Mention:
    id = f"m{next(numbers):05}"
    post = a_post(id=id, text=text, author=id)
    found = replace(a_mention().analysis, themes=themes_of(text, ("lumo",)))
    return a_mention(id=id, conversation=id, post=post, analysis=found)


def grouped(
    mentions: Sequence[Mention], previous: Sequence[Mention] = (), limit: int = 8
) -> dict[str, Group]:
    return {group.theme: group for group in groups(mentions, previous, limit, ["Lumo"])}


def test_two_words_for_one_thing_make_one_theme() -> None:
    others = [f"Word{n} beside thing{n} by place{n}" for n in range(6)]
    found = grouped(said(*COURIER, *PARCEL, *BOTH, *others, times=8))
    assert len(found["courier"].mentions) == 48
    assert "parcel" not in found


def test_the_inflections_of_a_word_are_one_theme_by_the_most_frequent() -> None:
    others = [f"Word{n} beside thing{n} by place{n}" for n in range(6)]
    flashes = ["Flashing at midnight", "It flashed in June", "Flashing in the hall"]
    found = grouped(said(*flashes, *others, times=5))
    assert len(found["flashing"].mentions) == 15


def test_a_theme_of_three_in_a_hundred_has_its_line() -> None:
    found = grouped(said(*COURIER, *PARCEL, *BOTH, times=16) + said(DARK[0], times=3))
    assert len(found["dark mode"].mentions) == 3


def test_half_of_the_lines_are_for_what_is_new_however_small() -> None:
    old = [f"word{n} thing{n}" for n in range(8)]
    known = said(*old, times=12)
    found = grouped(said(*old, times=12) + said(*DARK, times=2), known, limit=4)
    assert "dark mode" in found
    assert len(found) == 4


def test_what_all_speak_of_is_a_theme_too() -> None:
    assert len(grouped(said(*DARK, times=10))["dark mode"].mentions) == 20


def test_what_was_said_as_much_before_is_counted_with_it() -> None:
    found = grouped(said(*DARK, *COURIER, times=10), said(*DARK, *COURIER, times=10))
    assert found["dark mode"].before == 20


def test_what_held_its_name_before_counts_as_of_it() -> None:
    before = said("Dark mode", *COURIER, times=10)
    assert grouped(said(*DARK, *COURIER, times=10), before)["dark mode"].before >= 10


def test_what_is_new_in_a_theme_is_told() -> None:
    swollen = "The battery swells at night"
    empty = ["The battery is empty by dawn", "The battery drains in winter"]
    before = said(*empty, *COURIER, times=15)
    found = grouped(said(*empty, swollen, *COURIER, times=15), before)["battery"]
    assert "swells" in found.fresh
    assert "dawn" not in found.fresh


def test_the_same_mentions_give_the_same_themes_in_any_order() -> None:
    mentions = said(*COURIER, *DARK, times=9)
    one, other = grouped(mentions), grouped(mentions[::-1])
    assert {name: len(group.mentions) for name, group in one.items()} == {
        name: len(group.mentions) for name, group in other.items()
    }


def test_the_post_of_a_theme_is_not_the_one_that_was_shown() -> None:
    mentions = said(*DARK, times=3)
    shown = mentions[0]
    chosen = representative(mentions, mentions, [shown])
    assert chosen.post.text != shown.post.text


def test_what_was_taken_back_stands_for_nothing() -> None:
    gone, there = said(DARK[0], "A dark mode?")
    gone = replace(gone, deleted=NOW + timedelta(hours=1))
    assert representative([gone, there], [gone, there]) is there


texts = st.lists(st.sampled_from([*COURIER, *PARCEL, *BOTH, *DARK, "", "Hm"]), max_size=25)


@settings(deadline=None, max_examples=60)
@given(texts, texts, st.integers(1, 8))
def test_any_mention_is_in_one_theme_at_most(now: list[str], then: list[str], limit: int) -> None:
    mentions = said(*now)
    found = groups(mentions, said(*then), limit)
    told = [mention.id for group in found for mention in group.mentions]
    assert len(told) == len(set(told))
    assert len(found) <= limit
    assert all(group.before <= len(then) for group in found)
