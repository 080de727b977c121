"""Until when something is put aside."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.snoozes import CHOICES, Choice, wakes

PARIS = ZoneInfo("Europe/Paris")
NINE = time(9)
TUESDAY = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
"""23:30 in Paris."""


def test_soon_is_in_two_hours() -> None:
    assert wakes("soon", None, TUESDAY, PARIS, NINE) == TUESDAY + timedelta(hours=2)


def test_tomorrow_is_the_morning_after_this_day_where_the_person_is() -> None:
    woken = wakes("tomorrow", None, TUESDAY, PARIS, NINE)
    assert woken == datetime(2026, 11, 25, 9, 0, tzinfo=PARIS)


def test_monday_is_the_next_one_also_on_a_monday() -> None:
    monday = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
    assert wakes("monday", None, TUESDAY, PARIS, NINE) == monday + timedelta(hours=1)
    assert wakes("monday", None, monday, PARIS, NINE) == monday + timedelta(days=7, hours=1)


def test_a_day_that_has_passed_is_none() -> None:
    assert wakes("day", date(2026, 11, 24), TUESDAY, PARIS, NINE) is None
    assert wakes("day", None, TUESDAY, PARIS, NINE) is None


@given(
    st.sampled_from(CHOICES),
    st.none() | st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.timedeltas(timedelta(), timedelta(days=1000)),
    st.sampled_from(["Europe/Paris", "UTC", "Asia/Kolkata", "Pacific/Auckland"]),
)
def test_it_wakes_in_the_future_at_the_hour_asked_for(
    choice: Choice, day: date | None, passed: timedelta, zone: str
) -> None:
    now = TUESDAY + passed
    woken = wakes(choice, day, now, ZoneInfo(zone), NINE)
    if woken is None:
        assert choice == "day"
        return
    assert woken > now
    if choice != "soon":
        assert woken.astimezone(ZoneInfo(zone)).time() == NINE
