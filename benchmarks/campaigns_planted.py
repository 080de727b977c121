"""Made-up counts a day with an operation planted in them, of which it is known what it added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from bot.domain.daycounts import DayCount

Numbers = NDArray[np.float64]

FIRST = date(2026, 9, 14)
LENGTHS = (3, 5, 7, 10, 14, 21)
"""Days of an operation."""

KINDS = ("alone", "bursts", "apart", "beside", "tide", "shock", "only shock")


@dataclass(frozen=True)
class Planted:
    """A watch's days and those of its comparisons; the operation lasts from `FIRST` to `last`,
    and added `extra` mentions to the `usual` that there would have been."""

    days: list[DayCount]
    beside: Mapping[str, list[DayCount]]
    last: date
    extra: int
    usual: int


def planted(kind: str, lift: float, seed: int) -> Planted:
    """A watch of 5 to 400 mentions a day that is known for four to twelve weeks.

    All have weekdays of their own (standard deviation of the logarithm 0.2), growth or decline
    (0.4% a day), a level that wanders (up to 0.2, forgotten in 2 to 30 days), and days that differ
    by more than chance (k from 12 to 200). alone: nothing to hold it against. bursts: in one day of
    twenty it is two to four times as much, which the model does not know of. apart: three watches
    that have nothing in common with it. beside: three that share a wandering level with it. tide:
    the same, and all rise by 30 to 60% as the operation begins. shock: one of the three doubles or
    trebles by itself. only shock: it is the only one.
    """
    dice = np.random.default_rng((seed, sum(map(ord, kind)), round(100 * lift)))
    before, length = int(dice.integers(28, 85)), int(dice.choice(LENGTHS))
    at = np.arange(-before, length)
    alone = kind in {"alone", "bursts"}
    spread = 0.0 if alone or kind == "apart" else dice.uniform(0.0, 0.25)
    shared = wandering(dice, len(at), spread)
    if kind == "tide":
        shared = shared + np.where(at >= 0, np.log(dice.uniform(1.3, 1.6)), 0.0)
    week = dice.normal(0, 0.2, 7)
    rate = _rate(dice, at, shared, week, np.exp(dice.uniform(np.log(5), np.log(400))))
    if kind == "bursts":
        rate *= np.where(dice.random(len(at)) < 1 / 20, dice.uniform(2, 4, len(at)), 1.0)
    counts = dice.poisson(rate)
    extra = dice.poisson(lift * rate) * (at >= 0)
    others = {}
    for name in ("one", "two", "three")[: 0 if alone else 1 if kind == "only shock" else 3]:
        other = _rate(dice, at, shared, week, np.exp(dice.uniform(np.log(10), np.log(400))))
        if name == "one" and kind in {"shock", "only shock"}:
            other *= np.where(at >= 0, dice.uniform(2, 3), 1.0)
        others[name] = _days(at, dice.poisson(other))
    return Planted(
        days=_days(at, counts + extra),
        beside=others,
        last=FIRST + timedelta(days=length - 1),
        extra=int(extra.sum()),
        usual=int(counts[at >= 0].sum()),
    )


def wandering(dice: np.random.Generator, days: int, spread: float) -> Numbers:
    """A level that wanders around 0 and comes back, in 2 to 30 days."""
    keeps = np.exp(-1 / np.exp(dice.uniform(np.log(2), np.log(30))))
    steps = dice.normal(0, 1, days) * np.r_[1.0, np.full(days - 1, np.sqrt(1 - keeps**2))]
    level = np.zeros(days)
    for day in range(days):
        level[day] = steps[day] + (keeps * level[day - 1] if day else 0.0)
    return spread * level


def _rate(
    dice: np.random.Generator, at: NDArray[np.int64], shared: Numbers, week: Numbers, usual: float
) -> Numbers:
    own = wandering(dice, len(at), dice.uniform(0, 0.2)) + dice.normal(0, 0.004) * at
    size = 1 / np.exp(dice.uniform(np.log(0.005), np.log(0.08)))
    weekday = (week + dice.normal(0, 0.05, 7))[at % 7]
    rate: Numbers = usual * np.exp(shared + own + weekday) * dice.gamma(size, 1 / size, len(at))
    return rate


def _days(at: NDArray[np.int64], counts: NDArray[np.int64]) -> list[DayCount]:
    return [
        DayCount(day=FIRST + timedelta(days=int(day)), seen=int(count))
        for day, count in zip(at, counts, strict=True)
    ]
