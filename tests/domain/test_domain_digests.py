"""When digests are due, and what they tell of."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digests import LONGEST, Scope, Slots, told_since
from bot.domain.mention import Analysis
from bot.domain.responses import responses_of, waiting_of
from tests.builders import NOW, a_conversation, a_mention

PARIS = ZoneInfo("Europe/Paris")
WORKDAYS = frozenset(range(5))
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def slots(
    *at: time, days: frozenset[int] = WORKDAYS, holidays: frozenset[date] = frozenset()
) -> Slots:
    return Slots(zone=PARIS, at=at or (time(9),), days=days, holidays=holidays)


def paris(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=PARIS).astimezone(UTC)


def test_the_next_digest_is_at_its_time_of_the_next_day_that_has_one() -> None:
    daily = slots(time(9), time(17, 30))
    assert daily.after(paris(2026, 11, 24, 8)) == paris(2026, 11, 24, 9)
    assert daily.after(paris(2026, 11, 24, 9)) == paris(2026, 11, 24, 17, 30)
    assert daily.after(paris(2026, 11, 27, 18)) == paris(2026, 11, 30, 9), "over the weekend"


def test_holidays_have_none() -> None:
    closed = slots(holidays=frozenset({date(2026, 12, 25)}))
    assert closed.after(paris(2026, 12, 24, 10)) == paris(2026, 12, 28, 9)


def test_a_digest_without_times_or_days_never_comes() -> None:
    assert Slots(zone=PARIS, at=(), days=WORKDAYS).after(NOW) is None
    assert slots(days=frozenset()).until(NOW) is None


def test_on_the_night_when_clocks_go_on_a_skipped_time_comes_an_hour_later() -> None:
    early = slots(time(2, 30), days=frozenset(range(7)))
    due = early.after(paris(2026, 3, 28, 12))
    assert due is not None
    assert due.astimezone(PARIS).time() == time(3, 30)


def test_on_the_night_when_clocks_go_back_a_time_that_comes_twice_is_told_once() -> None:
    early = slots(time(2, 30), days=frozenset(range(7)))
    due = early.after(paris(2026, 10, 24, 12))
    assert due == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert early.after(due) == paris(2026, 10, 26, 2, 30)


ZONES = st.sampled_from(
    (
        "UTC",
        "Europe/Paris",
        "America/New_York",
        "Australia/Lord_Howe",
        "Africa/Cairo",
        "Asia/Kathmandu",
    )
).map(ZoneInfo)
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NOW + minutes * MINUTE)
TIMES = st.lists(
    st.times().map(lambda at: at.replace(second=0, microsecond=0)), min_size=1, max_size=4
)
DAYS = st.frozensets(st.integers(0, 6), min_size=1)


@given(ZONES, MOMENTS, TIMES, DAYS)
def test_the_next_slot_is_later_and_shows_its_time_on_the_wall(
    zone: ZoneInfo, moment: datetime, at: list[time], days: frozenset[int]
) -> None:
    found = Slots(zone=zone, at=tuple(at), days=days)
    due = found.after(moment)
    assert due is not None
    assert moment < due <= moment + timedelta(days=9)
    shown = due.astimezone(zone)
    assert shown.weekday() in days
    assert shown.time() in at or _clocks_skip(shown, at, zone)
    assert found.until(due) == due
    last = found.until(due - timedelta(seconds=1))
    assert last is not None
    assert last <= moment, "no slot is passed over"


def _clocks_skip(shown: datetime, at: list[time], zone: ZoneInfo) -> bool:
    """Whether it stands for a time that this day does not have."""
    return any(
        datetime.combine(shown.date(), one, zone).astimezone(UTC) == shown.astimezone(UTC)
        for one in at
    )


def test_a_digest_tells_of_the_time_since_the_one_before() -> None:
    daily = slots()
    due = paris(2026, 11, 24, 9)
    assert told_since(daily, due, due) == paris(2026, 11, 23, 9)
    monday = paris(2026, 11, 23, 9)
    assert told_since(daily, monday, monday) == paris(2026, 11, 20, 9)


def test_one_that_is_late_tells_of_the_whole_time_up_to_two_weeks() -> None:
    daily, due = slots(), paris(2026, 11, 24, 9)
    assert told_since(daily, due, due + 30 * HOUR) == paris(2026, 11, 23, 9)
    late = due + timedelta(days=20)
    assert told_since(daily, due, late) == late - LONGEST
    assert told_since(daily, due + timedelta(minutes=5), due) == paris(2026, 11, 23, 9), "put off"


def test_a_weekly_one_tells_of_its_whole_week_also_when_clocks_change() -> None:
    weekly = slots(days=frozenset({0}))
    for monday in (paris(2026, 10, 26, 9), paris(2026, 3, 30, 9), paris(2026, 11, 23, 9)):
        since = told_since(weekly, monday, monday + 5 * MINUTE)
        assert since == weekly.until(monday - MINUTE)
        assert since.astimezone(PARIS).time() == time(9)
        assert (monday.astimezone(PARIS).date() - since.astimezone(PARIS).date()).days == 7


def test_after_a_monday_that_was_a_holiday_a_weekly_one_tells_of_both_weeks() -> None:
    weekly = slots(days=frozenset({0}), holidays=frozenset({date(2026, 4, 6)}))
    after_easter = paris(2026, 4, 13, 9)
    assert weekly.after(paris(2026, 3, 30, 9)) == after_easter
    assert told_since(weekly, after_easter, after_easter) == paris(2026, 3, 30, 9)


def test_a_scope_leaves_out_other_languages_and_what_is_milder() -> None:
    french = Scope(watches=("Lumo",), languages=("fr",))
    assert not french.holds_mention(a_mention(), ())
    assert french.holds_mention(a_mention(analysis=Analysis(language="fr", sentiment=None)), ())
    severe = Scope(watches=("Lumo",), severity="high")
    assert severe.holds_mention(a_mention(conversation="c1"), {"c1"})
    assert not severe.holds_mention(a_mention(conversation="c2"), {"c1"})
    assert severe.holds(a_conversation(severity="critical"))
    assert not severe.holds(a_conversation(severity="medium"))
    assert not severe.holds(a_conversation(severity="high", watch="Brill"))


def test_what_waits_is_listed_by_deadline_and_the_overdue_are_counted() -> None:
    late = a_conversation(id="late", due=NOW - HOUR)
    soon = a_conversation(id="soon", due=NOW + HOUR, state="claimed")
    free = a_conversation(id="free", opened=NOW - 9 * HOUR)
    done = a_conversation(id="done", answered=NOW, state="replied", due=None)
    assert waiting_of([done], NOW, 5).total == 0
    back = a_conversation(id="back", answered=NOW, state="claimed", due=NOW + HOUR)
    assert waiting_of([back], NOW, 5).total == 1, "they wrote back: it is to be answered again"
    found = waiting_of([free, done, soon, late], NOW, 2)
    assert (found.total, found.overdue) == (3, 1)
    assert [one.id for one in found.first] == ["late", "soon"]


@pytest.mark.parametrize(("minutes", "expected"), [((10, 30, 50), 30), ((10, 30), 20)])
def test_the_first_response_is_the_median(minutes: tuple[int, ...], expected: int) -> None:
    since = NOW - 2 * HOUR
    answered = [
        a_conversation(opened=since, answered=since + timedelta(minutes=m), measured=m > 20)
        for m in minutes
    ]
    found = responses_of([*answered, a_conversation()], since, NOW)
    assert found is not None
    assert found.median == timedelta(minutes=expected)
    assert (found.answers, found.measured) == (len(minutes), len(minutes) - 1)
    assert responses_of(answered, NOW, NOW + HOUR) is None
