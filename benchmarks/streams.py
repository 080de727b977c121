"""Made-up counts of mentions, a quarter of an hour a slot, and spikes planted in them.

A stream is drawn around a rate that is known, so that it can be said what an ideal detector, which
knows that rate, would find.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi

import numpy as np
from numpy.typing import NDArray

AN_HOUR, A_DAY = 4, 96
"""Slots."""

Numbers = NDArray[np.float64]

KINDS = ("steady", "lively")


@dataclass(frozen=True)
class Streams:
    """Counts (`runs` × slots) around the `rate` of each slot, with bursts of `size` (variance
    m + m²/k for an hour), and which slots were not `seen`. All begin on a Monday at midnight."""

    counts: Numbers
    rate: Numbers
    size: float
    seen: NDArray[np.bool_]


def drawn(kind: str, hourly: float, runs: int, days: int, seed: int) -> Streams:
    """Streams of `hourly` mentions on average.

    steady: chance alone. lively: the day (four times as busy by day as by night, on average) and
    the week (quiet on Saturdays and Sundays) of each brand, growth or decline by up to a quarter a
    month, hours that differ by more than chance (k = 20), one burst of reshares in two days (a
    quarter of an hour's worth of mentions within the quarter), one poll in a hundred that failed.
    """
    dice = np.random.default_rng((seed, KINDS.index(kind), round(hourly * 10)))
    slots = days * A_DAY
    at = np.arange(slots)[None, :] / AN_HOUR
    rate = np.full((runs, slots), hourly / AN_HOUR)
    if kind == "steady":
        return Streams(dice.poisson(rate).astype(float), rate, 1e6, np.ones(rate.shape, bool))
    swing = dice.uniform(0.4, 1.0, (runs, 1))
    season = np.exp(swing * np.sin((at - dice.uniform(7, 11, (runs, 1))) * pi / 12))
    weekend = np.where(at // 24 % 7 >= 5, dice.uniform(0.5, 1.0, (runs, 1)), 1.0)
    growth = np.exp(dice.uniform(-0.25, 0.25, (runs, 1)) * at / 24 / 30)
    rate *= season / season.mean(1, keepdims=True) * weekend * growth
    size = 20.0
    hours = dice.gamma(size, 1 / size, (runs, slots // AN_HOUR))
    counts = dice.poisson(rate * np.repeat(hours, AN_HOUR, axis=1)).astype(float)
    burst = dice.random(rate.shape) < 1 / (2 * A_DAY)
    counts += burst * dice.poisson(np.maximum(1.0, rate))
    seen = dice.random(rate.shape) > 0.01
    return Streams(np.where(seen, counts, 0.0), rate, size, seen)


def weeks_before(streams: Streams, slots: list[int]) -> tuple[Streams, list[int]]:
    """Of each stream the three weeks before the day of its slot, and the day after; and where the
    slot is in that. Whoever forgets what is older finds there what they find in the whole."""
    starts = np.array(slots) // A_DAY * A_DAY - 21 * A_DAY
    run, at = np.arange(len(slots))[:, None], starts[:, None] + np.arange(23 * A_DAY)[None, :]
    taken = Streams(
        streams.counts[run, at], streams.rate[run, at], streams.size, streams.seen[run, at]
    )
    return taken, (np.array(slots) - starts).tolist()


def planted(streams: Streams, run: int, slot: int, factor: float, seed: int) -> list[int]:
    """The four counts from `slot` on, where that hour holds `factor` times its mentions."""
    dice = np.random.default_rng((seed, run, slot, round(10 * factor)))
    rate = streams.rate[run, slot : slot + AN_HOUR] * (factor - 1)
    held = streams.counts[run, slot : slot + AN_HOUR] + dice.poisson(rate)
    return [int(count) for count in held]


def last_hour(counts: Numbers) -> Numbers:
    """For each slot the sum of the four that end with it."""
    total = np.cumsum(counts, axis=-1)
    total[..., AN_HOUR:] -= total[..., :-AN_HOUR].copy()
    return total
