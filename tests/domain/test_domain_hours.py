"""When the team works."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.hours import ALWAYS, OpeningHours

PARIS = ZoneInfo("Europe/Paris")
HOUR = timedelta(hours=1)
OFFICE = OpeningHours(
    zone=PARIS,
    days=frozenset(range(5)),
    opens=time(9),
    closes=time(18),
    holidays=frozenset({date(2026, 12, 25), date(2027, 1, 1)}),
)
NIGHTS = OpeningHours(zone=PARIS, days=frozenset({5}), opens=time(22), closes=time(6))
NEVER = OpeningHours(zone=PARIS, days=frozenset(), opens=time(9), closes=time(18))


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=PARIS).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (local(2026, 11, 25, 8, 59), False),
        (local(2026, 11, 25, 9), True),
        (local(2026, 11, 25, 17, 59), True),
        (local(2026, 11, 25, 18), False),
        (local(2026, 11, 28, 12), False),
        (local(2026, 12, 25, 12), False),
    ],
    ids=["before", "opening", "last minute", "closing", "Saturday", "holiday"],
)
def test_it_is_open_from_the_opening_up_to_the_closing(at: datetime, is_open: bool) -> None:
    assert OFFICE.is_open(at) is is_open


def test_an_evening_goes_on_the_next_morning() -> None:
    assert OFFICE.after(local(2026, 11, 25, 17, 30), HOUR) == local(2026, 11, 26, 9, 30)


def test_a_weekend_and_a_holiday_are_left_out() -> None:
    """24 December 2026 is a Thursday, and Friday a holiday."""
    assert OFFICE.after(local(2026, 12, 24, 17), 2 * HOUR) == local(2026, 12, 28, 10)
    assert OFFICE.opens_next(local(2026, 12, 24, 18)) == local(2026, 12, 28, 9)


def test_the_end_of_a_shift_is_that_end_and_not_the_next_beginning() -> None:
    assert OFFICE.after(local(2026, 11, 25, 17), HOUR) == local(2026, 11, 25, 18)


def test_a_night_shift_belongs_to_the_day_on_which_it_began() -> None:
    """Saturday 28 November, 22:00 until Sunday 6:00."""
    assert NIGHTS.is_open(local(2026, 11, 29, 5, 59))
    assert not NIGHTS.is_open(local(2026, 11, 29, 6))
    assert not NIGHTS.is_open(local(2026, 11, 28, 5))
    assert NIGHTS.between(local(2026, 11, 28), local(2026, 11, 30)) == 8 * HOUR


def test_a_night_in_which_the_clocks_go_forward_is_an_hour_shorter() -> None:
    """28 March 2026 is a Saturday; at 2:00 on Sunday it is 3:00."""
    night = local(2026, 3, 28, 12), local(2026, 3, 29, 12)
    assert NIGHTS.between(*night) == 7 * HOUR
    assert NIGHTS.after(night[0], 7 * HOUR) == local(2026, 3, 29, 6)


def test_a_night_in_which_the_clocks_go_back_is_an_hour_longer() -> None:
    """24 October 2026 is a Saturday; at 3:00 on Sunday it is 2:00."""
    night = local(2026, 10, 24, 12), local(2026, 10, 25, 12)
    assert NIGHTS.between(*night) == 9 * HOUR
    assert NIGHTS.after(night[0], 9 * HOUR) == local(2026, 10, 25, 6)


def test_the_same_wall_clock_opens_on_either_side_of_a_change() -> None:
    assert OFFICE.opens_next(local(2026, 3, 27, 20)) == datetime(2026, 3, 30, 7, tzinfo=UTC)
    assert OFFICE.opens_next(local(2026, 3, 26, 20)) == datetime(2026, 3, 27, 8, tzinfo=UTC)


def test_a_team_that_never_works_has_no_opening() -> None:
    at = local(2026, 11, 25, 12)
    assert not NEVER.is_open(at)
    assert NEVER.opens_next(at) == at
    assert NEVER.after(at, HOUR) == at + HOUR
    assert NEVER.between(at, at + 100 * HOUR) == timedelta()


def test_a_team_that_never_sleeps_works_by_the_clock() -> None:
    at = local(2026, 11, 25, 3)
    assert ALWAYS.is_open(at)
    assert ALWAYS.after(at, 50 * HOUR) == at + 50 * HOUR
    assert ALWAYS.between(at, at + 50 * HOUR) == 50 * HOUR


clocks = st.times().map(
    lambda clock: clock.replace(minute=clock.minute // 15 * 15, second=0, microsecond=0)
)
teams = st.builds(
    lambda zone, days, opens, closes, holidays: OpeningHours(
        zone=ZoneInfo(zone), days=days, opens=opens, closes=closes, holidays=holidays
    ),
    st.sampled_from(
        ["Europe/Paris", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]
    ),
    st.frozensets(st.integers(0, 6), min_size=1),
    clocks,
    clocks,
    st.frozensets(st.dates(date(2026, 12, 1), date(2028, 8, 1)), max_size=5),
)
moments = st.integers(0, 24 * 3600 * 600).map(  # with a leap day, and two ends of a year
    lambda seconds: datetime(2026, 12, 5, tzinfo=UTC) + timedelta(seconds=seconds)
)
lengths = st.integers(1, 60 * 60 * 60).map(lambda seconds: timedelta(seconds=seconds))


@given(teams, moments, lengths)
def test_after_and_between_are_inverse(
    team: OpeningHours, start: datetime, length: timedelta
) -> None:
    assume(team.between(start, start + timedelta(days=398)) >= length)
    end = team.after(start, length)
    assert team.between(start, end) == length
    assert team.between(start, end - timedelta(seconds=1)) < length, "it is the first such moment"


@given(teams, moments, lengths, lengths)
def test_work_adds_up(
    team: OpeningHours, start: datetime, first: timedelta, second: timedelta
) -> None:
    middle, end = start + first, start + first + second
    whole = team.between(start, end)
    assert whole == team.between(start, middle) + team.between(middle, end)
    assert timedelta() <= whole <= end - start


@given(teams, moments)
def test_the_next_opening_is_the_first_open_moment(team: OpeningHours, at: datetime) -> None:
    opens = team.opens_next(at)
    assert team.is_open(opens)
    assert team.between(at, opens) == timedelta()
    assert (opens == at) is team.is_open(at)


@given(teams, moments, lengths)
def test_it_is_open_whenever_work_is_done(
    team: OpeningHours, at: datetime, length: timedelta
) -> None:
    assume(not team.is_open(at))
    soon = min(at + length, team.opens_next(at))
    assert team.between(at, soon) == timedelta()
