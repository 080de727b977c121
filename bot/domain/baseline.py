"""What a watch's hours are expected to hold, learnt as they pass: level, season and burstiness.

A value of fixed size: each complete hour moves it once, in time that does not depend on how long
the watch has lived. Past spikes are clipped before anything is learnt from them.
"""

from __future__ import annotations

from math import sqrt

import msgspec

LEARNING = 24
"""Complete hours before the baseline is trusted."""

LEVEL_DAYS, RECENT_DAYS, SEASON_DAYS, SPREAD_DAYS = 14.0, 1.0, 30.0, 14.0
"""Half-lives."""

CLIP = 2.0
"""Standard deviations above what is expected, beyond which an hour teaches no more."""

SHIFT, SHIFT_HOURS = 2.0, 48
"""A level that was beyond this factor (either way) for so many hours has come to stay."""

_CLIP_FEWEST = 2.0  # mentions that are always let through
_RECENT_CLIP = 3.0  # times the recent level or the usual one; lets a shift through, but no spike
_FIRST_CLIP, _FIRST_CLIP_FEWEST = 3.0, 10.0  # of the first day, whose spread is not known
_HOUR_PRIOR = 20.0  # mentions' worth of evidence that an hour of the day is like the others
_SMOOTHED = 3 / 8  # of the variance of an hour is left where it is smoothed by ¼, ½, ¼
_WEEKDAY_PRIOR = 100.0  # and that a weekday is
_BURST_PRIOR, _BURST_HOURS = 0.25, 16.0  # 1/k before there is evidence, its weight in such hours
_REGULAR, _BURSTY = 0.02, 0.1  # between these, 1/k says how much the hours tell of it

_LEVEL, _RECENT, _SEASON, _SPREAD = (
    0.5 ** (1 / 24 / days) for days in (LEVEL_DAYS, RECENT_DAYS, SEASON_DAYS, SPREAD_DAYS)
)


class Clock(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """An hour of the day (0 to 23) and a day of the week (0 is Monday), where the watch lives."""

    hour: int
    weekday: int


class Baseline(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What was learnt of the complete `hours` so far.

    `mentions` by `weight` is the level: mentions in an hour that is like the average one;
    `recent` by `recent_weight` is the same over about a day, and `drifted` counts the hours in
    which they disagreed. `excess` by `square`, of `spread` hours, is 1/k of a negative binomial
    (variance m + m²/k). `by_hour` and `by_weekday` are factors of the level, 1 where nothing is
    known; `evidence` is what stands behind an hour of the day, in mentions' worth. All fade.
    `shape` (0 to 1) is how much of what sets the hours of the day apart is more than chance.
    """

    hours: int = 0
    mentions: float = 0.0
    weight: float = 0.0
    recent: float = 0.0
    recent_weight: float = 0.0
    drifted: int = 0
    excess: float = 0.0
    square: float = 0.0
    spread: float = 0.0
    evidence: float = 0.0
    by_hour: tuple[float, ...] = (1.0,) * 24
    by_weekday: tuple[float, ...] = (1.0,) * 7
    shape: float = 0.0


def level(known: Baseline) -> float:
    """Mentions in an hour like the average one; 0 before the first hour."""
    return (known.mentions + 0.5) / known.weight if known.weight else 0.0


def season(known: Baseline, clock: Clock) -> float:
    """By what the level is multiplied at this hour: its own factor, smoothed over its neighbours,
    and that of the weekday."""
    of_hour = 1 + known.shape * (_smooth(known.by_hour, clock.hour) - 1)
    return of_hour * known.by_weekday[clock.weekday]


def _smooth(by_hour: tuple[float, ...], hour: int) -> float:
    return (by_hour[hour - 1] + 2 * by_hour[hour] + by_hour[(hour + 1) % 24]) / 4


def size(known: Baseline) -> float:
    """The k of the negative binomial that the next hour is drawn from.

    1/k by moments, Σ w((n − m)² − m) / Σ w m² (Bliss and Fisher, "Fitting the Negative Binomial
    Distribution to Biological Data", Biometrics 9, 1953), drawn to a prior while hours tell little.
    An hour of m mentions tells of 1/k with a variance of 2(1/m + 1/k)²: so a busy stream soon shows
    that it is regular (though none wholly is), and one of a few mentions a day never does. Many
    bursts do not make the prior heavier, as they may lie beyond it. That the level itself is only
    known from so many mentions adds to it.
    """
    learnt = max(0.0, known.excess / known.square) if known.square else 0.0
    bursts = _BURST_PRIOR
    usual = level(known)
    if known.spread and usual:
        noise = 1 / usual + min(max(learnt, _REGULAR), _BURSTY)
        prior = _BURST_HOURS * (noise / _BURSTY) ** 2
        bursts = (learnt * known.spread + _BURST_PRIOR * prior) / (known.spread + prior)
    return 1 / (bursts + 1 / (known.mentions + 0.5))


def learnt(known: Baseline, count: int, clock: Clock) -> Baseline:
    """The baseline after one more complete hour of `count` mentions at `clock`."""
    usual = level(known) or float(count)
    shape = season(known, clock)
    expected = usual * shape
    k = size(known)
    seen = _clipped(count, expected, known.hours, k)
    worth = usual / (1 + usual / k)
    by_hour, by_weekday = _seasons(known, clock, worth, seen / usual if usual else 1.0)
    lately = known.recent / known.recent_weight if known.recent_weight else usual
    loosely = _RECENT_CLIP * max(usual, lately) * shape + _CLIP_FEWEST
    moved = Baseline(  # by place: it is made anew each hour of each watch
        known.hours + 1,
        known.mentions * _LEVEL + seen,
        known.weight * _LEVEL + shape,
        known.recent * _RECENT + min(float(count), loosely),
        known.recent_weight * _RECENT + shape,
        known.drifted,
        known.excess * _SPREAD + ((seen - expected) ** 2 - expected if known.hours else 0.0),
        known.square * _SPREAD + (expected * expected if known.hours else 0.0),
        known.spread * _SPREAD + (1.0 if known.hours else 0.0),
        known.evidence * _SEASON + worth / 24,
        by_hour,
        by_weekday,
        known.shape if clock.hour else _shape(by_hour, known.evidence),
    )
    return _drifted(moved)


def _clipped(count: int, expected: float, hours: int, k: float) -> float:
    if hours > LEARNING:
        spread = sqrt(expected + expected * expected / k)
        return min(float(count), expected + CLIP * spread + _CLIP_FEWEST)
    if hours > 3:
        return min(float(count), _FIRST_CLIP * expected + _FIRST_CLIP_FEWEST)
    return float(count)


def _seasons(
    known: Baseline, clock: Clock, worth: float, seen: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The factors by hour and by weekday after an hour that held `seen` times the level.

    A running mean that starts at 1 with the weight of the prior. A mention is worth less evidence
    in a stream whose hours differ by bursts: n of them in an hour are worth n / (1 + n/k). A
    weekday is one piece of evidence, however many hours it has.
    """
    hour, weekday = clock.hour, clock.weekday
    by_hour, by_weekday = known.by_hour, known.by_weekday
    behind = known.evidence * _SEASON + _HOUR_PRIOR + worth
    factor = by_hour[hour] + worth / behind * (seen / by_weekday[weekday] - by_hour[hour])
    behind = known.evidence * _SEASON / 7 + _WEEKDAY_PRIOR + worth / 24
    day = by_weekday[weekday] + worth / 24 / behind * (seen / factor - by_weekday[weekday])
    return (
        (*by_hour[:hour], max(factor, 0.01), *by_hour[hour + 1 :]),
        (*by_weekday[:weekday], max(day, 0.01), *by_weekday[weekday + 1 :]),
    )


def _shape(by_hour: tuple[float, ...], evidence: float) -> float:
    """How much of the differences between hours is more than chance: 1 − noise / variance, as in
    the positive-part estimator of James and Stein (1961)."""
    smooth = [_smooth(by_hour, hour) for hour in range(24)]
    mean = sum(smooth) / 24
    variance = sum((factor - mean) ** 2 for factor in smooth) / 24
    noise = _SMOOTHED * evidence / (evidence + _HOUR_PRIOR) ** 2
    return max(0.0, 1 - noise / variance) if variance else 0.0


def _drifted(known: Baseline) -> Baseline:
    """The baseline after one more hour, where the last day may be beyond `SHIFT` from the level; at
    the end of `SHIFT_HOURS` of that it becomes the level."""
    if known.hours <= 2 * LEARNING:
        return known
    recent = (known.recent + 0.5) / known.recent_weight
    factor = SHIFT * (1 + 2 / sqrt(known.recent + 1))  # few mentions may be far off by chance
    usual = level(known)
    if recent <= factor * usual and recent * factor >= usual:
        return msgspec.structs.replace(known, drifted=0) if known.drifted else known
    if known.drifted + 1 < SHIFT_HOURS:
        return msgspec.structs.replace(known, drifted=known.drifted + 1)
    return msgspec.structs.replace(
        known, mentions=known.recent, weight=known.recent_weight, drifted=0
    )
