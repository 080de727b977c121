"""Silences: a watch that falls quiet beyond chance, and none that sleeps, rests or is small."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hours import ALWAYS, OpeningHours
from bot.domain.silences import Counts, Rhythm, Silence, rhythm, rings_at, silence
from bot.domain.volume import SLOT

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
DAYS = 28
NOON = 48
MONTH = 30.0


def a_stream(
    seed: int, an_hour: float, days: int = DAYS, *, sleeps: bool = False, size: float = 0
) -> list[int]:
    """Counts in quarters of an hour from a Monday on. It `sleeps` at night and is slow at
    weekends; its hours come in bursts of a negative binomial where a `size` is given."""
    rng, counts = Random(seed), []
    for hour in range(days * 24):
        mean = an_hour * (_factor(hour) if sleeps else 1)
        mean *= rng.gammavariate(size, 1 / size) if size else 1
        counts += [_poisson(rng, mean / 4) for _ in range(4)]
    return counts


def _factor(hour: int) -> float:
    clock, weekday = hour % 24, hour // 24 % 7
    by_hour = 0.03 if clock < 6 else 0.4 if clock < 8 or clock > 21 else 1.7
    return by_hour * (0.5 if weekday > 4 else 1.2)


def _poisson(rng: Random, mean: float) -> int:
    if mean > 50:
        return max(0, round(rng.gauss(mean, mean**0.5)))
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count, product = count + 1, product * rng.random()
    return count


def quiet_after(
    counts: Sequence[int | None], length: timedelta, hours: OpeningHours = ALWAYS
) -> Silence | None:
    """What is said when nothing more came for so long."""
    last = MONDAY + SLOT * len(counts)
    more = -(-length // SLOT)
    seen = Counts(start=MONDAY, counts=(*counts, *(0,) * more))
    return silence(rhythm(seen, hours), seen, last, last + length, MONTH)


def false_silences(counts: Sequence[int]) -> int:
    """How often four weeks of memory, learnt anew each day, would have told of a silence."""
    told, last, day, known = 0, 0, -1, known_from(())
    for n, count in enumerate(counts):
        if not count:
            continue
        quiet, last, since = n - last, n, MONDAY + SLOT * (last + 1)
        if n < DAYS * 96 or quiet < 5:
            continue
        if n // 96 != day:
            day = n // 96
            memory = tuple(counts[(day - DAYS) * 96 : day * 96])
            known = rhythm(Counts(start=MONDAY + timedelta(days=day - DAYS), counts=memory), ALWAYS)
        due = rings_at(known, since, since, MONTH)
        told += due is not None and due < MONDAY + SLOT * n
    return told


def known_from(counts: Sequence[int | None]) -> Rhythm:
    return rhythm(Counts(start=MONDAY, counts=tuple(counts)), ALWAYS)


def test_a_watch_of_twenty_an_hour_that_is_quiet_for_two_hours_is_silent() -> None:
    found = quiet_after(a_stream(1, 20)[: 27 * 96 + NOON], timedelta(hours=2))
    assert found is not None
    assert found.expected == pytest.approx(40, rel=0.2)
    assert found.a_day == pytest.approx(480, rel=0.1)
    assert found.once_in_days > MONTH


@pytest.mark.parametrize("hours", [2, 12, 48])
def test_a_watch_of_three_a_day_never_is(hours: int) -> None:
    assert quiet_after(a_stream(2, 3 / 24), timedelta(hours=hours)) is None


def test_a_quarter_of_an_hour_is_no_silence() -> None:
    assert quiet_after(a_stream(3, 300), timedelta(minutes=15)) is None


def test_the_night_is_no_silence_and_the_same_hours_of_the_day_are() -> None:
    stream = a_stream(4, 20, sleeps=True)
    assert quiet_after(stream[: 23 * 96], timedelta(hours=5)) is None
    assert quiet_after(stream[: 23 * 96 + NOON], timedelta(hours=5)) is not None


def test_a_holiday_is_no_silence() -> None:
    closed = OpeningHours(
        zone=ZoneInfo("Europe/Paris"),
        days=frozenset(range(5)),
        opens=ALWAYS.opens,
        closes=ALWAYS.closes,
        holidays=frozenset({date(2026, 1, 29)}),
    )
    thursday = a_stream(5, 20)[: 24 * 96 + NOON]
    assert quiet_after(thursday, timedelta(hours=4), closed) is None
    assert quiet_after(thursday, timedelta(hours=4)) is not None


def test_what_was_not_seen_is_not_quiet() -> None:
    stream: list[int | None] = [*a_stream(6, 20)[: 27 * 96 + NOON]]
    seen = Counts(start=MONDAY, counts=(*stream, *(None,) * 8))
    last = MONDAY + SLOT * len(stream)
    assert silence(rhythm(seen, ALWAYS), seen, last, last + SLOT * 8, MONTH) is None


def test_a_week_is_too_little_to_know_a_rhythm_by() -> None:
    assert quiet_after(a_stream(7, 20, days=7), timedelta(hours=12)) is None


def test_a_stream_in_bursts_is_given_more_time() -> None:
    even, bursts = known_from(a_stream(8, 6)), known_from(a_stream(8, 6, size=1.5))
    last = MONDAY + timedelta(days=DAYS)
    soon, later = (rings_at(known, last, last, MONTH) for known in (even, bursts))
    assert soon
    assert later is None or soon < later


def test_when_it_would_ring_is_when_it_does() -> None:
    stream = a_stream(9, 5)
    last = MONDAY + timedelta(days=DAYS)
    due = rings_at(known_from(stream), last, last, MONTH)
    assert due
    assert quiet_after(stream, due - last - timedelta(minutes=30)) is None
    assert quiet_after(stream, due - last + timedelta(minutes=30)) is not None


@given(st.lists(st.one_of(st.none(), st.integers(0, 50)), min_size=1, max_size=400))
def test_any_counts_make_a_rhythm(counts: list[int | None]) -> None:
    known = known_from(counts)
    assert known.level >= 0
    assert known.size > 0
    assert all(factor > 0 for factor in (*known.by_hour, *known.by_weekday))


@pytest.mark.parametrize("an_hour", [0.1, 1, 3, 10, 100, 1000])
def test_an_ordinary_stream_is_falsely_silent_less_than_once_in_a_month(an_hour: float) -> None:
    """In twelve months: even and sleeping ones, with and without bursts."""
    false = sum(
        false_silences(a_stream(seed, an_hour, DAYS + 90, sleeps=seed % 2 > 0, size=size))
        for seed, size in enumerate((0, 0, 3, 3), start=20)
    )
    assert false <= 3
