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


@given(
    MOMENTS,
    st.integers(-2_000, 400_000),
    st.none() | st.integers(-2_000, 500_000),
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 95), st.booleans()), max_size=20),
)
def test_every_slot_up_to_now_tells_what_its_day_counted(
    now: datetime, back: int, silent_back: int | None, seen: list[tuple[int, int, bool]]
) -> None:
    days: dict[str, DayVolume] = {}
    for days_ago, slot, gap in seen:
        name = (now - timedelta(days=days_ago)).date().isoformat()
        day = counted(days.get(name) or DayVolume(watch="Lumo", day=name), [slot])
        missing = (*day.gaps, slot) if gap else day.gaps
        days[name] = DayVolume(watch="Lumo", day=name, counts=day.counts, gaps=missing)
    silent = None if silent_back is None else now - timedelta(seconds=silent_back)
    start, counts = slots(days, now - timedelta(seconds=back), now, silent)

    def told(moment: datetime) -> int | None:
        name, slot = slot_of(moment)
        day = days.get(name) or DayVolume(watch="Lumo", day=name)
        unseen = silent is not None and moment >= slot_start(silent)
        return None if unseen or slot in day.gaps else day.counts[slot]

    assert start == slot_start(now - timedelta(seconds=back))
    length = max(0, (now - start) // SLOT + 1)
    assert counts == tuple(told(start + n * SLOT) for n in range(length))


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
