"""What is usual of a whole day, from what the detector holds usual of its hours.

The hours of a day are not independent: a good day is good in all of them. How much wider than that
a day's band must be is learnt from the days before it, by their Pearson residuals (McCullagh and
Nelder, "Generalized Linear Models", 4.5), of which none counts for more than `_MOST` times what
they are on average: a spike is no measure of what is usual.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil, floor, sqrt

import msgspec

from bot.domain.replay import Hour

_HOUR = timedelta(hours=1)
_Z = 1.96
_MOST = 9.0
_TRUST = 4.0
"""Days' worth of trust that hours are independent."""


class Usual(msgspec.Struct, frozen=True):
    """What is `expected`, and 95 of 100 ordinary ones lie from `low` to `high`."""

    expected: float
    low: float
    high: float


def usual_days(
    hours: Sequence[Hour], of: Sequence[tuple[datetime, datetime]]
) -> tuple[Usual | None, ...]:
    """What is usual of each of some days, oldest first, the last one as far as it went; None where
    that was not known of all its hours. Each teaches those that follow it."""
    found: list[Usual | None] = []
    residuals = taught = _TRUST
    for at, until in of:
        shared = _shared(hours, at, until)
        if not shared or any(hour.expected is None for hour, _ in shared):
            found.append(None)
            continue
        mean = sum((hour.expected or 0) * part for hour, part in shared)
        variance = sum(_variance(hour) * part for hour, part in shared)
        wider = max(1.0, residuals / taught)
        spread = _Z * sqrt(variance * wider)
        found.append(Usual(mean, float(floor(max(0.0, mean - spread))), float(ceil(mean + spread))))
        seen = [hour.seen for hour, part in shared if part == 1]
        if variance and len(seen) == len(shared) and None not in seen:
            off = sum(count or 0 for count in seen) - mean
            residuals += min(_MOST * wider, off * off / variance)
            taught += 1
    return tuple(found)


def usual_hours(
    hours: Sequence[Hour], of: Sequence[tuple[datetime, datetime]]
) -> tuple[Usual | None, ...]:
    """The same of clock hours, each as the detector has it; the last one as far as it went."""
    known = {hour.at: hour for hour in hours}
    found: list[Usual | None] = []
    for at, until in of:
        hour = known.get(at)
        if hour is None or hour.expected is None:
            found.append(None)
            continue
        part = min(1.0, (until - at) / _HOUR)
        found.append(
            Usual(
                hour.expected * part,
                float(floor((hour.low or 0) * part)),
                float(ceil((hour.high or 0) * part)),
            )
        )
    return tuple(found)


def _shared(hours: Sequence[Hour], at: datetime, until: datetime) -> list[tuple[Hour, float]]:
    """The hours that begin in a time, and how much of each lies in it."""
    first = bisect_left(hours, at, key=_begins)
    inside = hours[first : bisect_left(hours, until, key=_begins)]
    return [(hour, min(1.0, (until - hour.at) / _HOUR)) for hour in inside]


def _begins(hour: Hour) -> datetime:
    return hour.at


def _variance(hour: Hour) -> float:
    """The variance of an hour's count, from its band; at least that of independent posts."""
    width = ((hour.high or 0) - (hour.low or 0)) / (2 * _Z)
    return max(hour.expected or 0.0, width * width)
