"""How a watch went from day to day: its days, what was usual of them, and what came before."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pairs import Pair
from bot.domain.replay import Hour
from bot.domain.shares import Compared, Share
from bot.domain.trends import Felt, Span, Step, Trend, alike_from, counts, spans, wholes
from bot.domain.usualdays import usual_days, usual_hours
from bot.domain.volume import SLOTS_A_DAY, DayVolume

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MIDNIGHT = NOON.replace(hour=0)


def a_day(day: str, *busy: tuple[int, int], gaps: tuple[int, ...] = ()) -> DayVolume:
    counted = [0] * SLOTS_A_DAY
    for slot, count in busy:
        counted[slot] = count
    return DayVolume(watch="Lumo", day=day, counts=tuple(counted), gaps=gaps)


def an_hour(number: int, seen: int | None = 4, expected: float | None = 4.0) -> Hour:
    known = expected is not None
    return Hour(
        at=MIDNIGHT + number * HOUR,
        seen=seen,
        expected=expected,
        low=0 if known else None,
        high=9 if known else None,
    )


def days_of(hours: list[Hour]) -> list[tuple[datetime, datetime]]:
    return [(MIDNIGHT + n * DAY, MIDNIGHT + (n + 1) * DAY) for n in range(len(hours) // 24)]


def a_trend(total: int, before: int | None) -> Trend:
    step = Step(span=Span(MIDNIGHT, NOON), seen=total, whole=True, usual=None, felt=Felt())
    return Trend(
        watch="Lumo", length=30 * DAY, steps=(step,), peaks=(), before=before, alike_from=None
    )


def test_days_are_those_of_the_readers_zone_with_today_as_far_as_it_went() -> None:
    shown = spans(30 * DAY, NOON, PARIS)
    assert len(shown) == 30
    assert shown[-1] == Span(datetime(2026, 11, 23, 23, 0, tzinfo=UTC), NOON)
    assert {(span.until - span.at) for span in shown[:-1]} == {DAY}


def test_a_day_on_which_clocks_are_changed_is_longer() -> None:
    shown = spans(30 * DAY, datetime(2026, 11, 1, 12, 0, tzinfo=UTC), PARIS)
    assert max(span.until - span.at for span in shown) == 25 * HOUR


def test_what_is_short_is_told_by_the_hour() -> None:
    shown = spans(DAY, NOON + timedelta(minutes=20), PARIS)
    assert len(shown) == 24
    assert shown[-1] == Span(NOON, NOON + timedelta(minutes=20))


@given(
    hours=st.integers(12, 24 * 92),
    now=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_spans_follow_each_other_until_now(hours: int, now: datetime) -> None:
    shown = spans(hours * HOUR, now, PARIS)
    assert shown[-1].until == now
    assert all(one.until == other.at for one, other in pairwise(shown))


def test_mentions_are_counted_to_the_quarter_of_an_hour() -> None:
    days = {
        "2026-11-23": a_day("2026-11-23", (91, 3), (92, 5)),
        "2026-11-24": a_day("2026-11-24", (48, 2)),
    }
    assert counts(days, spans(4 * DAY, NOON, PARIS)) == (0, 0, 3, 7)


def test_a_day_with_a_gap_was_not_seen_whole() -> None:
    days = {
        "2026-11-20": a_day("2026-11-20", (5, 1)),
        "2026-11-23": a_day("2026-11-23", (0, 1), gaps=(30,)),
    }
    assert wholes(days, spans(4 * DAY, NOON, UTC), None) == (True, True, False, True)
    assert wholes(days, spans(4 * DAY, NOON, UTC), NOON) == (True, True, False, False)


def test_nothing_is_known_of_the_days_before_the_first_mention() -> None:
    days = {"2026-11-22": a_day("2026-11-22", (50, 1))}
    assert wholes(days, spans(4 * DAY, NOON, UTC), None) == (False, False, True, True)
    assert wholes({}, spans(4 * DAY, NOON, UTC), None) == (False,) * 4


def test_it_is_held_against_the_time_before() -> None:
    assert a_trend(122, 100).growth == pytest.approx(0.22)
    assert a_trend(122, None).growth is None
    assert a_trend(122, 0).growth is None, "more than nothing is no share"


def test_a_watch_is_looked_at_alike_since_its_last_source_joined() -> None:
    days = {"2026-11-01": a_day("2026-11-01", (4, 1))}
    first = datetime(2026, 11, 1, tzinfo=UTC)
    joined = Pair(watch="Lumo", source="forum", counted_from=NOON)
    assert alike_from(days, []) == first
    assert alike_from(days, [joined]) == NOON
    assert alike_from({}, [joined]) is None


def test_a_share_is_told_of_enough_posts_alone() -> None:
    assert Felt(2, 4).share is None
    assert Felt(2, 5).share == 0.4


def test_what_is_usual_of_a_day_is_the_sum_of_its_hours() -> None:
    (usual,) = usual_days([an_hour(n) for n in range(24)], [(MIDNIGHT, MIDNIGHT + DAY)])
    assert usual
    assert usual.expected == 96
    assert 60 < usual.low < usual.expected < usual.high < 130


def test_of_today_it_is_what_is_usual_until_now() -> None:
    (usual,) = usual_days([an_hour(n) for n in range(13)], [(MIDNIGHT, NOON + HOUR / 2)])
    assert usual
    assert usual.expected == 4 * 12.5


def test_nothing_is_usual_before_it_is_known() -> None:
    hours = [an_hour(n, expected=None if n < 5 else 4.0) for n in range(48)]
    first, second = usual_days(hours, days_of(hours))
    assert first is None
    assert second is not None
    assert usual_days([], [(MIDNIGHT, MIDNIGHT + DAY)]) == (None,)


def test_an_hour_is_as_the_detector_has_it() -> None:
    whole, part = usual_hours(
        [an_hour(0), an_hour(1)],
        [(MIDNIGHT, MIDNIGHT + HOUR), (MIDNIGHT + HOUR, MIDNIGHT + 1.5 * HOUR)],
    )
    assert whole
    assert part
    assert (whole.expected, whole.low, whole.high) == (4, 0, 9)
    assert (part.expected, part.high) == (2, 5)


@pytest.mark.parametrize("wild", [0.0, 0.3])
def test_ninety_five_of_a_hundred_ordinary_days_lie_in_the_band(wild: float) -> None:
    """Independent hours, and days of which all hours are better or worse."""
    drawn, inside, days = random.Random(8), 0, 400
    hours: list[Hour] = []
    for day in range(days):
        level = max(0.1, drawn.gauss(1, wild))
        for number in range(24):
            seen = max(0, round(drawn.gauss(10 * level, (10 * level) ** 0.5)))
            hour = an_hour(24 * day + number, seen, 10.0)
            hours.append(Hour(at=hour.at, seen=seen, expected=10.0, low=4, high=17))
    held = usual_days(hours, days_of(hours))
    for day in range(60, days):
        usual = held[day]
        assert usual
        seen = sum(hour.seen or 0 for hour in hours[24 * day : 24 * day + 24])
        inside += usual.low <= seen <= usual.high
    assert 0.92 <= inside / (days - 60) <= 0.99


def test_a_spike_makes_no_wide_band() -> None:
    hours = [an_hour(n, 90 if 24 * 10 <= n < 24 * 11 else 4) for n in range(24 * 20)]
    held = usual_days(hours, days_of(hours))
    before, after = held[9], held[-1]
    assert before
    assert after
    assert after.high <= before.high + 10


def test_shares_are_of_what_all_have_together() -> None:
    lumo = Share(watch="Lumo", counts=(3, 3), felt=Felt(), before=5)
    rival = Share(watch="Rival", counts=(1, 1), felt=Felt(), before=15)
    found = Compared(length=2 * DAY, spans=(), shares=(rival, lumo))
    assert [share.watch for share in found.ranked] == ["Lumo", "Rival"]
    assert (found.part(lumo), found.part_before(lumo)) == (0.75, 0.25)


def test_a_share_of_nothing_is_nothing() -> None:
    nobody = Share(watch="Lumo", counts=(0,), felt=Felt(), before=None)
    found = Compared(length=DAY, spans=(), shares=(nobody,))
    assert (found.part(nobody), found.part_before(nobody)) == (0.0, None)
