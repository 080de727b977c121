"""How much was said of a watch from day to day, or from hour to hour: what was seen, what was
usual, and how much of it was negative."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise

import msgspec

from bot.domain.about import About
from bot.domain.pairs import Pair
from bot.domain.replay import Ring
from bot.domain.usualdays import Usual
from bot.domain.volume import SLOT, DayVolume, first_mention, midnight, seen, slots

BY_HOUR = timedelta(days=3)
"""What is no longer than this is told by the hour, all else by the day."""

HOUR = timedelta(hours=1)

FEWEST_READ = 5
"""Of fewer posts whose mood is known no share is told: it would be chance."""


class Span(msgspec.Struct, frozen=True):
    """A time from `at` to before `until`."""

    at: datetime
    until: datetime


class Felt(msgspec.Struct, frozen=True):
    """So many of the mentions were `negative`, of those whose mood was `read`."""

    negative: int = 0
    read: int = 0

    @property
    def share(self) -> float | None:
        """The share (0 to 1) that is negative; None where too few were read to tell."""
        return self.negative / self.read if self.read >= FEWEST_READ else None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A day or an hour (the last one as far as it went): `seen` mentions, more where it was not
    seen `whole`; what was `usual` of it, None before that is known; and how it felt."""

    span: Span
    seen: int
    whole: bool
    usual: Usual | None
    felt: Felt


class Peak(msgspec.Struct, frozen=True):
    """A spike, and what it was about."""

    ring: Ring
    about: About


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """A watch over some time. `before` are the mentions of as long a time before that; None where
    not all of both was looked at alike: all sources were read by the query of now from
    `alike_from` on only (None: nobody knows)."""

    watch: str
    length: timedelta
    steps: tuple[Step, ...]
    peaks: tuple[Peak, ...]
    before: int | None
    alike_from: datetime | None

    @property
    def since(self) -> datetime:
        return self.steps[0].span.at

    @property
    def until(self) -> datetime:
        return self.steps[-1].span.until

    @property
    def total(self) -> int:
        return sum(step.seen for step in self.steps)

    @property
    def felt(self) -> Felt:
        """How all of it felt."""
        return Felt(
            sum(step.felt.negative for step in self.steps),
            sum(step.felt.read for step in self.steps),
        )

    @property
    def is_by_hour(self) -> bool:
        return self.length <= BY_HOUR

    @property
    def growth(self) -> float | None:
        """By how much more than before was said: 0.22 for 22% more; None where nobody knows."""
        return (self.total - self.before) / self.before if self.before else None


def spans(length: timedelta, now: datetime, zone: tzinfo) -> tuple[Span, ...]:
    """The days of that `length` until `now`, today as far as it went among them, by the midnights
    of a zone; or its hours."""
    if length <= BY_HOUR:
        last = now.replace(minute=0, second=0, microsecond=0)
        hours = max(1, round(length / timedelta(hours=1)))
        starts = [last - timedelta(hours=n) for n in reversed(range(hours))]
    else:
        today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        days = max(1, round(length / timedelta(days=1)))
        local = [today - timedelta(days=n) for n in reversed(range(days))]
        starts = [day.astimezone(UTC) for day in local]
    return tuple(Span(at, until) for at, until in pairwise([*starts, now]))


def counts(days: Mapping[str, DayVolume], of: Sequence[Span]) -> tuple[int, ...]:
    """The mentions of each span, to the quarter of an hour."""
    start, found = seen(days, of[0].at, of[-1].until)
    return tuple(sum(found[part]) for part in _parts(start, of, len(found)))


def wholes(
    days: Mapping[str, DayVolume], of: Sequence[Span], silent: datetime | None
) -> tuple[bool, ...]:
    """Whether all of each span was seen: nothing was before the first mention. `silent` is since
    when a source cannot be read, or None."""
    start, found = slots(days, of[0].at, of[-1].until, silent)
    first = first_mention(days)
    return tuple(
        first is not None and first - HOUR <= span.at and None not in found[part]
        for span, part in zip(of, _parts(start, of, len(found)), strict=True)
    )


def alike_from(days: Mapping[str, DayVolume], pairs: Sequence[Pair]) -> datetime | None:
    """Since when a watch is looked at as it is now: all of its sources, by its query. None where
    nothing was counted."""
    first = first_mention(days)
    if first is None:
        return None
    moments = [at for pair in pairs for at in (pair.counted_from, pair.asked_from) if at]
    return max((midnight(first.date().isoformat()), *moments))


def _parts(start: datetime, of: Sequence[Span], most: int) -> list[slice]:
    """Which of the slots from `start` on are those of each span; the running one is the last's."""
    edges = [*((span.at - start) // SLOT for span in of), most]
    return [slice(max(0, first), max(0, end)) for first, end in pairwise(edges)]
