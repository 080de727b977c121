"""A source that is gone, and what the days were without it."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.leaving import GONE, gone, of_the_others, without
from bot.domain.pairs import Pair
from bot.domain.volume import DayVolume
from tests.builders import NOW

DAY = "2026-11-24"


def a_day(*counts: int, **by_source: int) -> DayVolume:
    slots = (*counts, *(0,) * (96 - len(counts)))
    return DayVolume(watch="Lumo", day=DAY, counts=slots, by_source=by_source)


def a_pair(source: str, silent_for: timedelta | None = None, *, ever: bool = True) -> Pair:
    """A source that answers, or does not for so long."""
    since = NOW - silent_for if silent_for else NOW
    return Pair(
        watch="Lumo",
        source=source,
        cursor="1" if ever else None,
        last_ok=since if ever else None,
        failures=9 if silent_for else 0,
        failing_since=since if silent_for else None,
    )


def test_a_source_is_gone_when_it_was_silent_for_days() -> None:
    short, long = a_pair("forum", GONE / 2), a_pair("lumen", GONE)
    assert gone([short, long], NOW) == {"lumen": NOW - GONE}


def test_one_that_never_answered_is_gone_at_once() -> None:
    never = a_pair("lumen", timedelta(minutes=5), ever=False)
    assert set(gone([a_pair("forum"), never], NOW)) == {"lumen"}


def test_where_no_other_is_left_none_is_gone() -> None:
    assert gone([a_pair("forum", GONE), a_pair("lumen", GONE)], NOW) == {}


def test_each_slot_loses_its_share_of_what_the_source_brought() -> None:
    left = without(a_day(10, 20, 0, 10, forum=10, lumen=30), "lumen", None)
    assert left.counts[:4] == (2, 5, 0, 3)


def test_what_came_after_its_end_is_the_others() -> None:
    midnight = NOW.replace(hour=0, minute=0)
    day = a_day(10, 10, 8, 8, forum=21, lumen=15)
    left = without(day, "lumen", midnight + timedelta(minutes=20))
    assert left.counts[:4] == (2, 3, 8, 8)


def test_a_source_that_was_taken_away_is_none_of_the_past() -> None:
    day = a_day(4, 4, forum=2, lumen=6)
    assert sum(of_the_others({DAY: day}, ("forum",), {})[DAY].counts) == 2
    assert of_the_others({DAY: day}, ("forum", "lumen"), {})[DAY] == day


@given(st.lists(st.integers(0, 500), min_size=96, max_size=96), st.integers(0, 60_000))
def test_the_others_keep_what_is_theirs_and_no_slot_has_more_than_before(
    counts: list[int], brought: int
) -> None:
    day = a_day(*counts, lumen=brought)
    left = without(day, "lumen", None)
    assert sum(left.counts) == max(0, sum(counts) - brought)
    assert all(0 <= now <= before for now, before in zip(left.counts, counts, strict=True))
