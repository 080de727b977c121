"""A watch's mentions by the day of its zone, and how much of each day was seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from bot.domain.volume import SLOT, SLOTS_A_DAY

_HOUR = 3600.0
_EVENLY = 2.0  # mentions' worth of evidence that an hour is like the others


class DayCount(msgspec.Struct, frozen=True, kw_only=True):
    """The mentions that were `seen` on a day, in the part of it that was seen whole: `share`, 0 to
    1, of what such a day holds."""

    day: date
    seen: int
    share: float = 1.0


def day_counts(
    start: datetime, counts: Sequence[int | None], zone: ZoneInfo
) -> tuple[DayCount, ...]:
    """Days of slots from `start` (UTC) on, of which those that are None were not seen whole.

    A night that was missed is less of a day than an afternoon: an hour weighs what it usually
    holds. A day that is cut short at either end counts as one that was seen in part.
    """
    places = [(start + place * SLOT).astimezone(zone) for place in range(len(counts))]
    weights = _weights(places, counts)
    seen: dict[date, int] = {}
    shares: dict[date, float] = {}
    for at, count in zip(places, counts, strict=True):
        day = at.date()
        seen[day] = seen.get(day, 0) + (count or 0)
        shares[day] = shares.get(day, 0.0) + (weights[at.hour] if count is not None else 0.0)
    return tuple(
        DayCount(day=day, seen=seen[day], share=min(1.0, shares[day] / _longest(day, zone)))
        for day in sorted(seen)
    )


def days_from(first: date, last: date) -> list[date]:
    """The days from the first to the last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _weights(places: Sequence[datetime], counts: Sequence[int | None]) -> list[float]:
    """What a slot holds of its day, by its hour: all slots of a day of 24 hours come to 1."""
    held, slots = [0.0] * 24, [0] * 24
    for at, count in zip(places, counts, strict=True):
        if count is not None:
            held[at.hour] += count
            slots[at.hour] += 1
    mean = sum(held) / max(1, sum(slots))
    evenly = _EVENLY / mean if mean else 1.0
    rates = [
        (n + evenly * mean) / (of + evenly) if mean else 1.0
        for n, of in zip(held, slots, strict=True)
    ]
    return [rate / (sum(rates) * SLOTS_A_DAY / 24) for rate in rates]


def _longest(day: date, zone: ZoneInfo) -> float:
    """How long a day is, in usual days: that on which the clock is moved is another."""
    began, ends = (
        datetime(at.year, at.month, at.day, tzinfo=zone).timestamp()
        for at in (day, day + timedelta(days=1))
    )
    return (ends - began) / (24 * _HOUR)
