"""A silence: a watch falls quiet for longer than chance, its hours and its week account for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import exp, inf, log1p

import msgspec

from bot.domain.hours import OpeningHours
from bot.domain.volume import SLOT

HOUR = timedelta(hours=1)
SLOTS = HOUR // SLOT

KNOWN = 8 * 24
"""Hours that have to be known: every weekday was seen, and one of them twice."""

FEWEST_A_DAY = 12.0
"""A watch with fewer mentions is quiet for hours all the time."""

SHORTEST = HOUR

LONGEST = timedelta(days=7)
"""How far ahead it is looked when a silence would ring."""

BEYOND = 1.5
"""So many times what was due in the longest quiet of the past has to be due in this one."""

_HALF_LIFE = 14 * 24.0  # hours
_HOUR_PRIOR, _DAY_PRIOR = 4.0, 24.0  # mentions' worth of evidence that hours, days are alike
_BURST_PRIOR, _BURST_HOURS = 0.25, 12.0  # 1/k before there is evidence, and its weight in hours
_TRIES = 3.0  # a quiet may begin after each mention, and be looked at more than once


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """A watch's counts in slots of a quarter of an hour from `start` on, None where what was there
    is not known."""

    start: datetime
    counts: tuple[int | None, ...]


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing since `since`, where `expected` mentions were due by `until` of some `a_day` a day.

    An ordinary stream of this watch is quiet for so long once in `once_in_days` days.
    """

    since: datetime
    until: datetime
    expected: float
    a_day: float
    once_in_days: float


class Newest(msgspec.Struct, frozen=True):
    """When the last post of a source was written, as far as one is known."""

    source: str
    at: datetime | None


class SilenceReason(msgspec.Struct, frozen=True, kw_only=True, tag="silence"):
    """A silence, and what each of the watch's sources showed last. The watch rings for what
    happens once in `patience` days. Those `left_out` did not answer for long: nothing is due of
    them."""

    silence: Silence
    patience: float
    sources: tuple[Newest, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rhythm:
    """How many mentions an hour of a watch usually has.

    `level` in an hour like the average one, by clock hour and weekday (0 is Monday) so many times
    that; `size` is the k of the negative binomial; `longest` is what was due in the longest quiet
    of the past. On a holiday nothing is due.
    """

    hours: OpeningHours
    known: int
    level: float
    by_hour: Sequence[float]
    by_weekday: Sequence[float]
    size: float
    longest: float

    @property
    def a_day(self) -> float:
        return 24 * self.level

    @property
    def is_known(self) -> bool:
        """Whether a silence of this watch says anything."""
        return self.known >= KNOWN and self.a_day >= FEWEST_A_DAY

    def due(self, at: datetime) -> float:
        """Mentions due in an hour that begins then."""
        local = at.astimezone(self.hours.zone)
        if local.date() in self.hours.holidays:
            return 0.0
        return self.level * self.by_hour[local.hour] * self.by_weekday[local.weekday()]


def rhythm(seen: Counts, hours: OpeningHours) -> Rhythm:
    """The rhythm of a watch, from its counts; older hours weigh less. Holidays teach nothing."""
    found = [hour for hour in _hours(seen, hours) if hour.day not in hours.holidays]
    weight = sum(hour.weight for hour in found)
    level = sum(hour.weight * hour.count for hour in found) / weight if weight else 0.0
    flat = (1.0,) * 24
    by_weekday = _shape(found, 7, lambda hour: hour.weekday, level, flat, _DAY_PRIOR)
    by_hour = _shape(found, 24, lambda hour: hour.hour, level, by_weekday, _HOUR_PRIOR)
    rough = Rhythm(hours, len(found), level, by_hour, by_weekday, inf, 0.0)
    size = _size(found, rough)
    return Rhythm(hours, len(found), level, by_hour, by_weekday, size, _longest(seen, rough))


def silence(
    known: Rhythm, seen: Counts, last: datetime, until: datetime, patience: float
) -> Silence | None:
    """The silence from the `last` mention to `until`, or None where chance accounts for it.

    The hours being independent and negative binomial, with the mean m each and the size k, nothing
    comes in them with the chance

        P = Π (1 + m/k)^(−k)

    (e^(−Σ m) where the stream is Poisson's). It rings where a quiet like that, which may begin
    after each mention, comes about less often than once in `patience` days, and where more was due
    than in any quiet of the past: `BEYOND` times as much. What is not known to be quiet is not.
    """
    if not known.is_known or until - last < SHORTEST:
        return None
    parts = list(_parts(known, last, until, _unknown(seen)))
    expected, once = sum(parts), _once_in_days(known, parts)
    if once <= patience or expected <= BEYOND * known.longest:
        return None
    return Silence(since=last, until=until, expected=expected, a_day=known.a_day, once_in_days=once)


def rings_at(known: Rhythm, last: datetime, now: datetime, patience: float) -> datetime | None:
    """When a silence since the `last` mention would ring, should nothing come, after `now`; None
    where it would not within a week."""
    if not known.is_known:
        return None
    step, at = SLOT, max(now, last + SHORTEST)
    parts = list(_parts(known, last, at, frozenset()))
    while at - now <= LONGEST:
        if _once_in_days(known, parts) > patience and sum(parts) > BEYOND * known.longest:
            return at
        parts.append(known.due(at) * (step / HOUR))
        at += step
    return None


def _once_in_days(known: Rhythm, parts: Sequence[float]) -> float:
    """How seldom a quiet is that long. `parts` are what was due in each part of an hour: what is
    due within an hour is one draw, so that its parts count by their share of it."""
    k = known.size
    log_chance = sum(-part if k == inf else -_spread(part, k) for part in parts)
    chance = exp(max(log_chance, -60.0))
    return 1 / (_TRIES * max(known.a_day, 1.0) * chance)


def _spread(part: float, k: float) -> float:
    """−log of the chance of nothing in a quarter of an hour of which so much is due."""
    whole = part * SLOTS
    return k * log1p(whole / k) / SLOTS


def _parts(
    known: Rhythm, since: datetime, until: datetime, unknown: frozenset[datetime]
) -> Iterator[float]:
    """What was due in each quarter of an hour, and in the last part of one."""
    at = since
    while at < until:
        length = min(SLOT, until - at)
        yield 0.0 if _slot(at) in unknown else known.due(at) * (length / HOUR)
        at += length


def _slot(at: datetime) -> datetime:
    return at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)


def _unknown(seen: Counts) -> frozenset[datetime]:
    """The slots of which it is not known what was in them."""
    return frozenset(seen.start + SLOT * n for n, count in enumerate(seen.counts) if count is None)


@dataclass(frozen=True)
class _Hour:
    at: datetime
    day: date
    hour: int
    weekday: int
    count: int
    weight: float


def _hours(seen: Counts, hours: OpeningHours) -> Iterator[_Hour]:
    """The complete hours, but for the running one."""
    last = len(seen.counts) - 1
    first = (-(seen.start.minute // 15)) % SLOTS
    for begin in range(first, last - SLOTS + 1, SLOTS):
        slots = [count for count in seen.counts[begin : begin + SLOTS] if count is not None]
        if len(slots) < SLOTS:
            continue
        at = seen.start + SLOT * begin
        local = at.astimezone(hours.zone)
        age = (last - begin) / SLOTS
        yield _Hour(
            at, local.date(), local.hour, local.weekday(), sum(slots), 0.5 ** (age / _HALF_LIFE)
        )


def _shape(
    found: Sequence[_Hour],
    places: int,
    place: Callable[[_Hour], int],
    level: float,
    by_weekday: Sequence[float],
    prior: float,
) -> tuple[float, ...]:
    """For each place its volume in terms of what is due there without it, drawn to 1."""
    seen, due = [0.0] * places, [0.0] * places
    for hour in found:
        seen[place(hour)] += hour.weight * hour.count
        due[place(hour)] += hour.weight * level * by_weekday[hour.weekday]
    return tuple((s + prior) / (d + prior) for s, d in zip(seen, due, strict=True))


def _size(found: Sequence[_Hour], rough: Rhythm) -> float:
    """The k of the negative binomial, 1/k by moments: Σ w((n − m)² − m) / Σ w m² (Bliss and Fisher,
    "Fitting the Negative Binomial Distribution to Biological Data", Biometrics 9, 1953)."""
    excess = square = weight = 0.0
    for hour in found:
        mean = rough.due(hour.at)
        off = min(abs(hour.count - mean), 4 * (mean + _BURST_PRIOR * mean * mean) ** 0.5 + 1)
        excess += hour.weight * (off * off - mean)
        square += hour.weight * mean * mean
        weight += hour.weight
    learnt = max(0.0, excess / square) if square else _BURST_PRIOR
    bursts = (weight * learnt + _BURST_HOURS * _BURST_PRIOR) / (weight + _BURST_HOURS)
    return 1 / bursts if bursts > 1e-6 else inf


def _longest(seen: Counts, rough: Rhythm) -> float:
    """What was due in the longest quiet of the past, on the clock by which mentions are due evenly
    (Brown et al., "The Time-Rescaling Theorem and Its Application to Neural Spike Train Data
    Analysis", Neural Computation 14, 2002); the one that runs is left out."""
    due: dict[datetime, float] = {}
    longest = running = 0.0
    for n, count in enumerate(seen.counts):
        at = seen.start + SLOT * n
        hour = at.replace(minute=0)
        if count:
            longest, running = max(longest, running), 0.0
        elif count == 0:
            if hour not in due:
                due[hour] = rough.due(hour)
            running += due[hour] / SLOTS
    return longest
