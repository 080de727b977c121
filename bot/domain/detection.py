"""Whether the last hour is more than the baseline can explain.

The baseline is learnt from the watch's own past hours: a level that fades with a half-life of a
week, the clock hours of the day once there is evidence of them, and how bursty the stream is.
An hour rings when a stream like that would reach its count less often than once in
`sensitivity` days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf, sqrt
from typing import Literal

import msgspec

from bot.domain.tails import at_least, quantile

SLOT = timedelta(minutes=15)
WINDOW = 4
"""Slots in the window: an hour."""

SLOTS_A_DAY = 96
LONGEST = 28 * SLOTS_A_DAY
"""Slots that are looked back on; older ones are ignored."""

FEWEST = 4
"""Fewer mentions than this are read one by one, and never a spike."""

GROSS_FACTOR, GROSS_PATIENCE, GROSS_FEWEST = 5.0, 100.0, 10
"""What rings on less than a day of history: this many times the expected, this much rarer than
asked for, and at least this many mentions."""

RAREST = 36_500.0
"""Days; beyond a hundred years the model has nothing to say."""

_HALF_LIFE = 7.0  # days
_CLIP = 4.0  # standard deviations above what is expected, beyond which a past hour is a spike
_PASSES = 4
_HOUR_PRIOR = 24.0  # mentions' worth of evidence that every hour of the day is like the others
_BURST_PRIOR, _BURST_HOURS = 0.25, 12.0  # 1/k before there is evidence, and its weight in hours

State = Literal["quiet", "spike", "learning", "incomplete"]


class History(msgspec.Struct, frozen=True, kw_only=True):
    """A watch's counts in slots of 15 minutes.

    `start` is the beginning of the first slot: aware, on a quarter of an hour. The last slot is
    the running one. None stands for a slot that is incomplete, as a poll failed or was cut
    short. `sensitivity` is in days: ring for what happens once in that many.
    """

    start: datetime
    counts: tuple[int | None, ...]
    sensitivity: float = 30.0


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What a verdict rests on.

    `seen` mentions from `window_start` (inclusive) to `window_end`; `expected` in an hour like
    this one, and 95 of 100 such hours lie between `low` and `high`. `once_in_days` is how rarely
    an hour of this watch reaches `seen`, at most `RAREST`; None while nothing is known.
    `known_days` of complete hours stand behind it.
    """

    window_start: datetime
    window_end: datetime
    seen: int
    expected: float
    low: int
    high: int
    once_in_days: float | None
    known_days: float
    sensitivity: float


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """quiet: explained; spike: not; learning: less than a day is known; incomplete: a part of
    the hour was not seen, and what was seen is no spike by itself."""

    state: State
    evidence: Evidence


@dataclass(frozen=True)
class _Hour:
    """A past hour, in counts: how many hours before the window it was, and what it weighs."""

    lag: int
    count: int
    weight: float


@dataclass(frozen=True)
class _Baseline:
    """The distribution that the window's count would have: negative binomial."""

    mean: float
    size: float


def detect(history: History, now: datetime) -> Verdict:
    """The verdict on the hour that ends with the running slot.

    A running hour is held against a whole one, so an early look rings no sooner than the last
    one of its slot: there are 96 chances a day to ring by accident, and a count rings where its
    own chance is below 1 / (96 × `sensitivity`).

    Linear in the slots. Raises ValueError where `start` is naive or off the quarter hour, where
    there is no slot, or where `now` is not in the last one.
    """
    _check(history, now)
    counts = history.counts[-LONGEST:]
    window, past = counts[-WINDOW:], counts[:-WINDOW]
    seen = sum(count or 0 for count in window)
    hours = _complete_hours(past)
    known_days = len(hours) / 24
    baseline = _learn(hours)
    once = _once_in_days(seen, baseline)
    return Verdict(
        state=_state(
            seen,
            baseline,
            once,
            sensitivity=history.sensitivity,
            learnt=known_days >= 1,
            whole=None not in window,
        ),
        evidence=Evidence(
            window_start=history.start + SLOT * (len(history.counts) - len(window)),
            window_end=now.astimezone(UTC),
            seen=seen,
            expected=baseline.mean if baseline else 0.0,
            low=quantile(0.025, baseline.mean, baseline.size) if baseline else 0,
            high=quantile(0.975, baseline.mean, baseline.size) if baseline else 0,
            once_in_days=once,
            known_days=known_days,
            sensitivity=history.sensitivity,
        ),
    )


def _check(history: History, now: datetime) -> None:
    start = history.start
    if start.tzinfo is None or start.minute % 15 or start.second or start.microsecond:
        raise ValueError(f"A history starts on a quarter of an hour, aware: not at {start}.")
    if not history.counts:
        raise ValueError("A history holds at least the running slot.")
    running = start + SLOT * (len(history.counts) - 1)
    if not running <= now < running + SLOT:
        raise ValueError(f"{now} is not in the running slot, which began at {running}.")


def _state(
    seen: int,
    baseline: _Baseline | None,
    once_in_days: float | None,
    *,
    sensitivity: float,
    learnt: bool,
    whole: bool,
) -> State:
    if baseline is not None and once_in_days is not None and seen >= FEWEST:
        gross = seen >= max(GROSS_FEWEST, GROSS_FACTOR * baseline.mean)
        if learnt and once_in_days > sensitivity:
            return "spike"
        if gross and once_in_days > GROSS_PATIENCE * sensitivity:
            return "spike"
    if not whole:
        return "incomplete"
    return "quiet" if learnt else "learning"


def _once_in_days(seen: int, baseline: _Baseline | None) -> float | None:
    if baseline is None:
        return None
    chance = at_least(seen, baseline.mean, baseline.size)
    return min(RAREST, 1 / (SLOTS_A_DAY * chance)) if chance > 0 else RAREST


def _complete_hours(past: Sequence[int | None]) -> list[_Hour]:
    """The hours before the window, latest first, of which every slot is complete."""
    hours = []
    for lag, end in enumerate(range(len(past), WINDOW - 1, -WINDOW), start=1):
        slots = past[end - WINDOW : end]
        known = [count for count in slots if count is not None]
        if len(known) == WINDOW:
            weight = 0.5 ** (lag / 24 / _HALF_LIFE)
            hours.append(_Hour(lag, sum(known), weight))
    return hours


def _learn(hours: Sequence[_Hour]) -> _Baseline | None:
    """The baseline of these hours, past spikes clipped; None where there is no hour.

    The level is a gamma posterior (Jeffreys' prior, faded evidence), so that what is expected
    of the next hour is negative binomial even for a Poisson stream; burstiness adds to it:
    1/k = 1/k_stream + 1/(mentions behind the level).
    """
    if not hours:
        return None
    counts = _without_gross_hours(hours)
    level, mentions, bursts = 0.0, 0.5, _BURST_PRIOR
    shape = [1.0] * 24
    for _ in range(_PASSES):
        weight = sum(hour.weight for hour in hours)
        mentions = sum(hour.weight * n for hour, n in zip(hours, counts, strict=True)) + 0.5
        level = mentions / weight
        shape = _hours_of_the_day(hours, counts, level)
        expected = [level * shape[hour.lag % 24] for hour in hours]
        bursts = _burstiness(hours, counts, expected)
        counts = [
            min(hour.count, mean + _CLIP * sqrt(mean + bursts * mean * mean))
            for hour, mean in zip(hours, expected, strict=True)
        ]
    return _Baseline(level * shape[0], 1 / (bursts + 1 / mentions))


def _without_gross_hours(hours: Sequence[_Hour]) -> list[float]:
    """The counts, none far beyond the busiest twentieth: clipping by moments starts from here,
    as one enormous hour would set its own limit."""
    ordered = sorted(hour.count for hour in hours)
    limit = 3 * ordered[int(0.95 * (len(ordered) - 1))] + GROSS_FEWEST
    return [float(min(hour.count, limit)) for hour in hours]


def _hours_of_the_day(hours: Sequence[_Hour], counts: Sequence[float], level: float) -> list[float]:
    """For each clock hour (0 is the window's own) its volume in terms of the level.

    Smoothed over its neighbours (¼, ½, ¼) and drawn to 1 by a prior. A mention is worth less
    evidence in a large stream, whose hours differ by their bursts (variance m + m²/k).
    """
    worth = 1 / (1 + _BURST_PRIOR * level)
    seen, due = [0.0] * 24, [0.0] * 24
    for hour, count in zip(hours, counts, strict=True):
        seen[hour.lag % 24] += hour.weight * count * worth
        due[hour.lag % 24] += hour.weight * level * worth
    return [
        (_smooth(seen, hour) + _HOUR_PRIOR) / (_smooth(due, hour) + _HOUR_PRIOR)
        for hour in range(24)
    ]


def _smooth(values: Sequence[float], hour: int) -> float:
    return values[hour - 1] / 2 + values[hour] + values[(hour + 1) % 24] / 2


def _burstiness(
    hours: Sequence[_Hour], counts: Sequence[float], expected: Sequence[float]
) -> float:
    """1/k by moments, Σ w((n − m)² − m) / Σ w m², drawn to a prior while hours are few.

    For the variance m + m²/k of a negative binomial: Bliss and Fisher, "Fitting the Negative
    Binomial Distribution to Biological Data", Biometrics 9 (1953).
    """
    excess = square = weight = 0.0
    for hour, n, mean in zip(hours, counts, expected, strict=True):
        excess += hour.weight * ((n - mean) ** 2 - mean)
        square += hour.weight * mean * mean
        weight += hour.weight
    learnt = max(0.0, excess / square) if 0 < square < inf else _BURST_PRIOR
    return (weight * learnt + _BURST_HOURS * _BURST_PRIOR) / (weight + _BURST_HOURS)
