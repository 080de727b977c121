"""How a watch went from day to day, and beside others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from bot.domain.about import About
from bot.domain.leaving import silent_since
from bot.domain.mention import NEUTRAL
from bot.domain.replay import Hour, Replay, Ring, to_the_end
from bot.domain.shares import Compared, Share
from bot.domain.trends import (
    BY_HOUR,
    Felt,
    Peak,
    Span,
    Step,
    Trend,
    alike_from,
    counts,
    spans,
    wholes,
)
from bot.domain.usualdays import Usual, usual_days, usual_hours
from bot.domain.volume import DayVolume
from bot.domain.watch import Watch
from bot.errors import WatchError
from bot.services import replaying, volumes
from bot.services.feltposts import FeltPost
from bot.services.paging import pages
from bot.services.reckoning import Reckon
from bot.services.replaying import Shelves
from bot.services.volumes import days_of, pairs_of

LENGTH = timedelta(days=30)
"""What is shown where nobody says how much."""

LONGEST = timedelta(days=92)

LEAD = timedelta(days=28)
"""Days before the first one that is shown, from which the width of a day's band is learnt."""

NAMED = 5
"""Spikes that are told what they were about, the greatest."""

_DAY = timedelta(days=1)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOTHING_USUAL = Replay(since=_EPOCH, until=_EPOCH, hours=(), rows=(), known_days=0.0)
"""Of what sources brought that are not the watch's (any more), as an import: it is counted, and
nobody holds anything usual of it."""


class Place(NamedTuple):
    """How days are told apart, how long a spike lives, and the zone of the detector's hours."""

    zone: tzinfo
    all_clear_after: timedelta
    detector_zone: str


async def trend(
    records: Shelves,
    watch: Watch,
    length: timedelta,
    now: datetime,
    place: Place,
    *,
    go_on: Callable[[float], bool] = to_the_end,
    reckon: Reckon = asyncio.to_thread,
) -> Trend | None:
    """A watch in the last `length` until `now`, by the day or the hour. None where `go_on`, which
    is asked as `bot.domain.replay.replay` does, said no. Raises WatchError where nothing was
    counted."""
    shown = spans(length, now, place.zone)
    since = shown[0].at
    days = await days_of(records, watch.name, since - length - _DAY, now)
    seen = counts(days, shown)
    try:
        replayed = await replaying.replayed(
            records,
            watch,
            since - LEAD,
            now,
            [replaying.own_sensitivity(watch)],
            place.all_clear_after,
            zone=place.detector_zone,
            go_on=go_on,
            reckon=reckon,
        )
        if replayed is None:
            return None
    except WatchError:
        if not any(seen):
            raise
        replayed = _NOTHING_USUAL
    pairs = await pairs_of(records, watch)
    silent = min((at for pair in pairs if (at := silent_since(pair))), default=None)
    felts = await felt_in(records, watch.name, shown)
    usual = await asyncio.to_thread(_usual, replayed, shown, length, place.zone)
    alike = alike_from(await _first_days(records, watch.name, now), pairs)
    past = Span(since - length, now - length)
    return Trend(
        watch=watch.name,
        length=length,
        steps=tuple(
            Step(span=span, seen=count, whole=whole, usual=held, felt=felt)
            for span, count, whole, held, felt in zip(
                shown, seen, wholes(days, shown, silent), usual, felts, strict=True
            )
        ),
        peaks=await _peaks(records, watch, replayed, since),
        before=counts(days, [past])[0] if alike and alike <= past.at else None,
        alike_from=alike,
    )


async def compared(
    records: Shelves, watches: Sequence[Watch], length: timedelta, now: datetime, zone: tzinfo
) -> Compared:
    """Some watches beside each other in the last `length` until `now`."""
    shown = spans(length, now, zone)
    past = Span(shown[0].at - length, now - length)
    shares = []
    for watch in watches:
        days = await days_of(records, watch.name, past.at - _DAY, now)
        alike = alike_from(
            await _first_days(records, watch.name, now), await pairs_of(records, watch)
        )
        felts = await felt_in(records, watch.name, shown)
        shares.append(
            Share(
                watch=watch.name,
                counts=counts(days, shown),
                felt=Felt(sum(one.negative for one in felts), sum(one.read for one in felts)),
                before=counts(days, [past])[0] if alike and alike <= past.at else None,
            )
        )
    return Compared(length=length, spans=shown, shares=tuple(shares))


async def felt_in(records: Shelves, watch: str, of: Sequence[Span]) -> list[Felt]:
    """How the mentions of each span felt that are kept."""
    mentions = records.mentions.read_as(FeltPost)
    found = []
    for span in of:
        negative = read = 0
        async for page in pages(mentions, watch, span.at, span.until):
            scores = [score for one in page if (score := one.score) is not None]
            negative += sum(score <= -NEUTRAL for score in scores)
            read += len(scores)
        found.append(Felt(negative, read))
    return found


async def _first_days(records: volumes.Shelves, watch: str, now: datetime) -> dict[str, DayVolume]:
    """The first days of which anything was counted."""
    kept = await records.volumes.find({"watch": watch}, "day", limit=_FIRST)
    return {one.value.day: one.value for one in kept if one.value.day <= now.date().isoformat()}


_FIRST = 31
"""Days among which the first mention is looked for: before it there may be some without any."""


def _usual(
    replayed: Replay, shown: Sequence[Span], length: timedelta, zone: tzinfo
) -> Sequence[Usual | None]:
    hours: tuple[Hour, ...] = replayed.hours
    if length <= BY_HOUR:
        return usual_hours(hours, [(span.at, span.until) for span in shown])
    first = shown[0].at.astimezone(zone)
    before = [(first - n * _DAY, first - (n - 1) * _DAY) for n in reversed(range(1, LEAD.days + 1))]
    taught = [*before, *((span.at, span.until) for span in shown)]
    return usual_days(hours, taught)[len(before) :]


async def _peaks(
    records: Shelves, watch: Watch, replayed: Replay, since: datetime
) -> tuple[Peak, ...]:
    rings = [ring for row in replayed.rows for ring in row.rings if ring.last >= since]
    greatest = sorted(rings, key=_height, reverse=True)[:NAMED]
    abouts = await replaying.abouts(records, watch, greatest)
    return tuple(Peak(ring, abouts.get(ring.began, About())) for ring in rings)


def _height(ring: Ring) -> float:
    return ring.peak - ring.evidence.expected
