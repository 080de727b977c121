"""A source that was added to a watch, and its place in the past."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.joining import Joined, levelled
from bot.domain.volume import SLOT
from tests.builders import NOW

DAY = 96


def days(number: int, a_slot: int = 1) -> tuple[int | None, ...]:
    return (a_slot,) * (number * DAY)


def began(counts: tuple[int | None, ...]) -> timedelta:
    return SLOT * (len(counts) - 1)


def joined(before: timedelta, mentions: int) -> Joined:
    return Joined(since=NOW - before, mentions=mentions)


def test_what_a_source_brings_is_added_to_the_time_before_it() -> None:
    counts = (*days(8), *days(2, 3))
    start = NOW - began(counts)
    since, level = levelled(start, counts, [joined(2 * DAY * SLOT, 2 * DAY * 2)], NOW)
    assert since == start
    assert abs(sum(n or 0 for n in level) - 10 * DAY * 3) <= 20
    assert level[-2 * DAY :] == counts[-2 * DAY :]


def test_little_that_is_added_is_spread() -> None:
    counts = days(10)
    _, level = levelled(NOW - began(counts), counts, [joined(2 * DAY * SLOT, 20)], NOW)
    assert 10 * DAY + 75 <= sum(n or 0 for n in level) <= 10 * DAY + 85
    assert {1, 2} == set(level)


def test_a_source_that_makes_the_level_begins_the_past_until_it_is_known_for_a_day() -> None:
    counts = (*days(8), *(9,) * 8)
    start = NOW - began(counts)
    since, level = levelled(start, counts, [joined(SLOT * 7, 64)], NOW)
    assert since == NOW - SLOT * 7
    assert level == (9,) * 8


def test_what_was_not_seen_whole_stays_so() -> None:
    counts = (None, *days(4))
    _, level = levelled(NOW - began(counts), counts, [joined(2 * DAY * SLOT, 2 * DAY)], NOW)
    assert level[0] is None


def test_a_source_that_was_there_from_the_beginning_changes_nothing() -> None:
    counts = days(4)
    start = NOW - began(counts)
    assert levelled(start, counts, [Joined(since=start, mentions=99)], NOW) == (start, counts)
