"""The odd days of the calendar: clocks that change, a leap day, the end of a year, and zones that
lie a quarter of an hour beside the others. Times are those on a wall in the zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.daycounts import day_counts
from bot.domain.deadlines import deadline
from bot.domain.digests import Slots, told_since
from bot.domain.hours import OpeningHours
from bot.domain.load import monday, starts
from bot.domain.promised import promised_by
from bot.domain.snoozes import wakes

HOUR = timedelta(hours=1)
NEW_YEAR = frozenset({date(2027, 1, 1)})

PARIS = "Europe/Paris"
KATHMANDU = "Asia/Kathmandu"  # UTC+05:45, and never changed
LORD_HOWE = "Australia/Lord_Howe"  # its summer is half an hour
ABIDJAN = "Africa/Abidjan"  # no summer time
ZONES = (PARIS, KATHMANDU, LORD_HOWE, ABIDJAN, "Pacific/Apia", "America/St_Johns")


def on_wall(zone: str, written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def shown(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def office(zone: str) -> OpeningHours:
    return OpeningHours(
        zone=ZoneInfo(zone),
        days=frozenset(range(5)),
        opens=time(9),
        closes=time(18),
        holidays=NEW_YEAR,
    )


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-03-27 17:00", 2, "2026-03-30 10:00"),  # clocks go on in Europe
        ("2026-04-03 17:00", 2, "2026-04-06 10:00"),  # clocks go back in Australia
        ("2026-10-23 17:00", 2, "2026-10-26 10:00"),  # clocks go back in Europe
        ("2028-02-28 17:00", 10, "2028-02-29 18:00"),  # the leap day is worked on
        ("2026-12-31 17:00", 2, "2027-01-04 10:00"),  # a Friday that is a holiday, in week 53
    ],
)
def test_a_deadline_is_reckoned_in_hours_on_the_wall(
    zone: str, start: str, hours: int, due: str
) -> None:
    team = office(zone)
    found = deadline("high", on_wall(zone, start), hours * HOUR, HOUR, team)
    assert shown(found.due, zone) == due
    assert found.remind
    assert team.between(found.remind, found.due) == HOUR


@pytest.mark.parametrize("start", ["2026-03-28 20:00", "2026-10-24 20:00", "2028-02-28 20:00"])
def test_a_critical_one_is_due_after_hours_that_pass(start: str) -> None:
    began = on_wall(PARIS, start)
    assert deadline("critical", began, 12 * HOUR, HOUR, office(PARIS)).due == began + 12 * HOUR


@pytest.mark.parametrize("zone", ZONES)
def test_the_last_week_of_a_year_is_one_week(zone: str) -> None:
    days = [on_wall(zone, f"{day} 12:00") for day in ("2026-12-31", "2027-01-01", "2027-01-03")]
    assert {monday(day, ZoneInfo(zone)) for day in days} == {date(2026, 12, 28)}
    assert monday(on_wall(zone, "2027-01-04 00:00"), ZoneInfo(zone)) == date(2027, 1, 4)
    assert shown(starts(date(2026, 12, 28), ZoneInfo(zone)), zone) == "2026-12-28 00:00"


@pytest.mark.parametrize("zone", ZONES)
def test_a_weekly_digest_goes_on_over_the_end_of_a_year(zone: str) -> None:
    weekly = Slots(zone=ZoneInfo(zone), at=(time(9),), days=frozenset({0}))
    due = weekly.after(on_wall(zone, "2026-12-28 09:00"))
    assert due
    assert shown(due, zone) == "2027-01-04 09:00"
    assert shown(told_since(weekly, due, due), zone) == "2026-12-28 09:00"


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("now", "woken"),
    [
        ("2026-12-31 16:00", "2027-01-04 09:00"),
        ("2028-02-25 16:00", "2028-02-28 09:00"),
        ("2026-03-27 16:00", "2026-03-30 09:00"),
        ("2026-10-23 16:00", "2026-10-26 09:00"),
    ],
)
def test_until_monday_is_the_morning_of_monday(zone: str, now: str, woken: str) -> None:
    found = wakes("monday", None, on_wall(zone, now), ZoneInfo(zone), time(9))
    assert found
    assert shown(found, zone) == woken


@pytest.mark.parametrize(
    ("said", "words", "until"),
    [
        ("2026-12-31 16:00", "We will answer tomorrow", "2027-01-01 23:59"),
        ("2028-02-28 16:00", "We will answer tomorrow", "2028-02-29 23:59"),
        ("2026-03-28 16:00", "We will answer tomorrow", "2026-03-29 23:59"),
        ("2026-12-31 16:00", "We will answer by Monday", "2027-01-04 23:59"),
    ],
)
def test_a_promised_day_ends_with_itself(said: str, words: str, until: str) -> None:
    for zone in ZONES:
        found = promised_by(words, on_wall(zone, said), ZoneInfo(zone))
        assert found
        assert shown(found, zone) == until


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "day", ["2026-03-29", "2026-04-05", "2026-10-25", "2026-12-31", "2028-02-29"]
)
def test_mentions_are_counted_by_whole_days_of_any_zone(zone: str, day: str) -> None:
    start = on_wall(zone, f"{day} 00:00")
    end = on_wall(zone, f"{date.fromisoformat(day) + timedelta(days=1)} 00:00")
    quarters = [4] * int((end - start) / timedelta(minutes=15))
    (found,) = day_counts(start, quarters, ZoneInfo(zone))
    assert (found.day, found.seen) == (date.fromisoformat(day), sum(quarters))
    assert found.share == pytest.approx(1.0, abs=0.01)
