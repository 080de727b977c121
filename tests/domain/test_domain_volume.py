"""Counts in quarter hours, and what is known to be missing in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.volume import (
    SLOT,
    DayVolume,
    counted,
    days_between,
    first_mention,
    hourly,
    slot_of,
    slot_start,
    slots,
    with_gap,
)

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MOMENTS = st.integers(1_577_836_800, 1_893_456_000).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)


@given(MOMENTS)
def test_a_moment_lies_in_its_slot(at: datetime) -> None:
    day, slot = slot_of(at)
    assert slot_start(at) <= at < slot_start(at) + SLOT
    assert slot_of(slot_start(at)) == (day, slot)


def test_counts_are_read_back_from_the_slot_where_they_were_counted() -> None:
    day = counted(DayVolume(watch="Lumo", day="2026-11-24"), [47, 48, 48])
    start, counts = slots({"2026-11-24": day}, NOON - timedelta(minutes=20), NOON, None)
    assert start == NOON - timedelta(minutes=30)
    assert counts == (0, 1, 2)


def test_a_gap_and_a_silent_source_are_not_quiet() -> None:
    day = with_gap(DayVolume(watch="Lumo", day="2026-11-24"), NOON - timedelta(minutes=50), NOON)
    assert day.gaps == (44, 45, 46, 47)
    _, counts = slots({"2026-11-24": day}, NOON - timedelta(minutes=75), NOON, None)
    assert counts == (0, None, None, None, None, 0)
    _, counts = slots({}, NOON - timedelta(minutes=30), NOON, NOON - timedelta(minutes=10))
    assert counts == (0, None, None)


def test_a_gap_over_midnight_marks_both_days() -> None:
    evening, night = NOON.replace(hour=23, minute=50), NOON.replace(day=25, hour=0, minute=10)
    days = days_between(evening, night)
    assert days == ["2026-11-24", "2026-11-25"]
    gaps = [with_gap(DayVolume(watch="Lumo", day=day), evening, night).gaps for day in days]
    assert gaps == [(95,), (0,)]


def test_the_first_mention_is_where_something_was_counted() -> None:
    quiet = DayVolume(watch="Lumo", day="2026-11-23")
    heard = counted(DayVolume(watch="Lumo", day="2026-11-24"), [4])
    assert first_mention({"2026-11-24": heard, "2026-11-23": quiet}) == NOON.replace(hour=1)
    assert first_mention({"2026-11-23": quiet}) is None


@given(st.lists(st.none() | st.integers(0, 9), max_size=120))
def test_hours_sum_the_quarters_of_the_last_day(counts: list[int | None]) -> None:
    hours = hourly(tuple(counts), 24)
    assert len(hours) == 24
    assert sum(hours) == sum(count or 0 for count in counts[-96:])
