"""What others do to find spikes, as scores a slot: the higher, the rather it rings.

Each is given what it needs, the counts up to the slot, and its threshold is chosen afterwards.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.streams import A_DAY, AN_HOUR, Numbers, Streams, last_hour

WEEK = 7 * A_DAY

Rival = Callable[[Streams, Numbers], Numbers]
"""Scores of the counts given, which are the streams' or the same with something planted."""


def rolling(values: Numbers, slots: int, gap: int) -> tuple[Numbers, Numbers]:
    """Mean and standard deviation of the `slots` values that end `gap` before each one."""
    total = np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1)
    squares = np.cumsum(np.pad(values * values, ((0, 0), (1, 0))), axis=1)
    end = np.maximum(np.arange(values.shape[1]) + 1 - gap, 0)
    start = np.maximum(end - slots, 0)
    number = np.maximum(end - start, 1)
    mean = (total[:, end] - total[:, start]) / number
    spread = (squares[:, end] - squares[:, start]) / number - mean * mean
    return mean, np.sqrt(np.maximum(spread, 0.0))


def z_score(_: Streams, counts: Numbers) -> Numbers:
    """The last hour against the mean and deviation of the hours of a week."""
    hours = last_hour(counts)
    mean, deviation = rolling(hours, WEEK, AN_HOUR)
    return (hours - mean) / np.maximum(deviation, 0.1)


def ewma_mad(_: Streams, counts: Numbers) -> Numbers:
    """The last hour against a level that fades by half in a day, in terms of the median absolute
    deviation from it in the last week, taken anew each day."""
    hours = last_hour(counts)
    fade = 0.5 ** (1 / A_DAY)
    level = np.empty_like(hours)
    running = hours[:, :A_DAY].mean(1)
    for slot in range(hours.shape[1]):
        level[:, slot] = running
        if slot >= AN_HOUR:
            running = fade * running + (1 - fade) * hours[:, slot - AN_HOUR]
    off = np.abs(hours - level)
    scores = np.zeros_like(hours)
    for start in range(A_DAY, hours.shape[1], A_DAY):
        past = off[:, max(0, start - WEEK) : start]
        spread = 1.4826 * np.median(past, axis=1, keepdims=True)
        day = slice(start, start + A_DAY)
        scores[:, day] = (hours[:, day] - level[:, day]) / np.maximum(spread, 0.1)
    return scores


def windowed_gaussian(_: Streams, counts: Numbers) -> Numbers:
    """The slot against the mean and deviation of those of two weeks, as NAB's baseline does."""
    mean, deviation = rolling(counts, 2 * WEEK, 1)
    return (counts - mean) / np.maximum(deviation, 0.1)


def over_mean(_: Streams, counts: Numbers) -> Numbers:
    """The last hour over the mean one of seven days, as the paid tools publish (+300 %)."""
    hours = last_hour(counts)
    mean, _deviation = rolling(hours, WEEK, AN_HOUR)
    return hours / np.maximum(mean, 0.02)


def ideal(streams: Streams, counts: Numbers) -> Numbers:
    """The quarter and the hour against the rates that they were drawn from, which nobody knows:
    the root of the deviance of the true negative binomial, about normal for any count."""
    quarter = rooted(counts, streams.rate, streams.size)
    hour = rooted(last_hour(counts), last_hour(streams.rate), streams.size)
    return np.maximum(quarter, hour)


def rooted(counts: Numbers, mean: Numbers, size: float) -> Numbers:
    """The signed root of the deviance of counts, half a mention less for their being whole."""
    held = np.maximum(counts - 0.5, 1e-9)
    whole = (held + size) * np.log((held + size) / (mean + size))
    deviance = 2 * (held * np.log(held / mean) - whole)
    root: Numbers = np.sign(held - mean) * np.sqrt(np.maximum(deviance, 0.0))
    return root


RIVALS: dict[str, Rival] = {
    "z-score": z_score,
    "EWMA + MAD": ewma_mad,
    "windowed Gaussian": windowed_gaussian,
    "over 7-day mean": over_mean,
}
