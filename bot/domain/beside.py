"""What the watches beside a watch did, taken together: their slow moves and their quick ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from bot.domain.daycounts import DayCount

Numbers = NDArray[np.float64]

_SLOW = 3
"""Days to either side over which a slow move is a mean: a week in all."""

_RESTLESS = 0.03
"""Variance of a day's logarithm that is no chance of counting, in a usual watch."""

_WHOLE = 3
"""Comparisons from which on the median speaks for them, which one of them cannot bend."""


def moves(watches: Sequence[Mapping[date, DayCount]], days: Sequence[date], first: date) -> Numbers:
    """What watches that were seen on all of some `days` (in order) did on them, as the logarithm of
    a factor around that of the days before `first`: a row a day, slow and quick.

    What is before `first` and what is from it on are smoothed apart, lest a change that day be
    blurred. No columns without watches.
    """
    if not watches:
        return np.zeros((len(days), 0))
    before = np.array([day < first for day in days])
    weekday = np.array([day.weekday() for day in days])
    logs = [_without_week(_logs(watch, days), weekday, before) for watch in watches]
    weights = [1 / (_RESTLESS + 1 / _mean(watch, days)) for watch in watches]
    if len(watches) >= _WHOLE:
        together = np.median(logs, axis=0)
    else:
        together = np.average(logs, axis=0, weights=weights)
    slow = np.array([_around(together, place, before) for place in range(len(days))])
    return np.column_stack([slow, together - slow])


def _logs(watch: Mapping[date, DayCount], days: Sequence[date]) -> Numbers:
    return np.array([np.log((watch[day].seen + 0.5) / watch[day].share) for day in days])


def _mean(watch: Mapping[date, DayCount], days: Sequence[date]) -> float:
    return (sum(watch[day].seen for day in days) + 0.5) / len(days)


def _without_week(logs: Numbers, weekday: NDArray[np.int64], before: NDArray[np.bool_]) -> Numbers:
    """The logarithms without what each weekday usually is, by the days before."""
    usual = logs[before].mean()
    shares = [
        logs[before & (weekday == day)].mean() - usual if (before & (weekday == day)).any() else 0.0
        for day in range(7)
    ]
    bare: Numbers = logs - usual - np.array(shares)[weekday]
    return bare


def _around(series: Numbers, place: int, before: NDArray[np.bool_]) -> float:
    """The mean of the days around a day, on its side of the beginning."""
    near = slice(max(0, place - _SLOW), place + _SLOW + 1)
    return float(series[near][before[near] == before[place]].mean())
