"""When a post was written, as exports say it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.sent.faults import Unfit
from bot.sources.sent.times import order_of, says_zone, written_at
from tests.builders import NOW

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    "said",
    [
        "2026-11-23T09:30:00Z",
        "2026-11-23 09:30:00 UTC",
        "2026-11-23T10:30:00+01:00",
        "2026-11-23 10:30:00 +0100",
        "2026/11/23 9:30 GMT",
        "Mon, 23 Nov 2026 09:30:00 GMT",
        "Mon Nov 23 09:30:00 +0000 2026",
        "Mon, 23 Nov 2026 04:30:00 EST",
        "1795426200",
        1795426200,
        1795426200.0,
        1795426200000,
    ],
)
def test_a_time_that_names_its_zone_is_one_moment(said: object) -> None:
    assert written_at(said, NOW) == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "said",
    [
        "2026-11-23T10:30",
        "2026-11-23 10:30:00.123",
        "23.11.2026 10:30",
        "23.11.2026, 10:30 Uhr",
        "23. November 2026 um 10:30",
        "23/11/2026 10h30",
        "11/23/2026 10:30 AM",
        "11/23/26 10:30:00",
        "23 novembre 2026 à 10:30",
        "23 nov. 2026 10:30",
        "lundi 23 novembre 2026 10:30",
        "Nov 23, 2026 10:30 a.m.",
        "November 23rd, 2026 at 10:30",
    ],
)
def test_a_time_that_names_none_is_of_the_zone_that_was_given(said: str) -> None:
    assert written_at(said, NOW, PARIS) == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    with pytest.raises(Unfit, match="no time zone"):
        written_at(said, NOW)


def test_the_afternoon_is_told_from_the_morning() -> None:
    assert written_at("11/23/2026 10:30 PM", NOW, PARIS).hour == 21
    assert written_at("Nov 23, 2026 12:05 AM", NOW, PARIS) == datetime(
        2026, 11, 22, 23, 5, tzinfo=UTC
    )


def test_summer_time_is_that_of_its_day() -> None:
    assert written_at("2026-07-01 10:00", NOW, PARIS).hour == 8


def test_what_may_begin_with_day_or_month_is_not_guessed() -> None:
    with pytest.raises(Unfit, match="day or with the month"):
        written_at("03/04/2026 10:00", NOW, PARIS)
    assert written_at("03/04/2026 10:00", NOW, PARIS, "dmy").month == 4
    assert written_at("03/04/2026 10:00", NOW, PARIS, "mdy").month == 3


def test_one_day_above_twelve_tells_the_order_of_all() -> None:
    assert order_of(["03/04/2026 10:00", "27/04/2026 09:00"]) == "dmy"
    assert order_of(["3/4/26", "4/27/26 9:00 AM"]) == "mdy"
    assert order_of(["03/04/2026"]) is None
    assert order_of(["27/04/2026", "04/27/2026"]) is None


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "missing"),
        (None, "missing"),
        ("yesterday", "no date"),
        ("31/02/2026 10:00", "no date that there is"),
        ("1970-01-01T00:00:00Z", "before there was a web"),
        (True, "before there was a web"),
        ("2041-01-01T00:00:00Z", "still to come"),
        (float("nan"), "no time"),
        (1e300, "no time"),
        ("9" * 5_000, "no date"),
    ],
)
def test_what_is_no_time_of_a_post_is_said_to_be_none(said: object, why: str) -> None:
    with pytest.raises(Unfit, match=why):
        written_at(said, NOW, PARIS, "dmy")


def test_a_clock_that_is_a_little_ahead_is_set_back() -> None:
    ahead = NOW + timedelta(minutes=3)
    assert written_at(ahead.isoformat(), NOW) == NOW


def test_whether_a_time_says_its_zone() -> None:
    assert says_zone("2026-11-23T10:30:00Z")
    assert not says_zone("2026-11-23 10:30")


@given(said=st.one_of(st.text(max_size=60), st.floats(), st.integers(), st.booleans(), st.none()))
def test_whatever_is_said_is_a_time_or_why_it_is_none(said: object) -> None:
    try:
        at = written_at(said, NOW, PARIS, "dmy")
    except Unfit:
        return
    assert at <= NOW
    assert at.utcoffset() == timedelta(0)


@given(
    at=st.datetimes(datetime(1992, 1, 1), datetime(2026, 11, 23)),  # noqa: DTZ001
    form=st.sampled_from(
        ["%d/%m/%Y %H:%M", "%Y/%m/%d %H:%M:%S", "%d %B %Y %H:%M", "%b %d, %Y %I:%M %p"]
    ),
)
def test_what_was_written_is_read_again(at: datetime, form: str) -> None:
    read = written_at(at.strftime(form), NOW, ZoneInfo("UTC"), "dmy")
    assert read.replace(second=0) == at.replace(second=0, microsecond=0, tzinfo=UTC)
