"""A watch's volume as the detector looks at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol

from msgspec.structs import replace

from bot.domain.coverage import Coverage
from bot.domain.detection import History
from bot.domain.histories import begins_by, history
from bot.domain.leaving import gone
from bot.domain.mention import Mention
from bot.domain.pairs import Pair
from bot.domain.volume import DayVolume, slot_start
from bot.domain.watch import Watch
from bot.services.base import Services
from bot.store.repositories import Kept, Repository

MEMORY = timedelta(days=28)
"""What the detector looks back on before today (UTC): whole days, so that it can remember them."""

LEARNING = timedelta(hours=25)
"""A day of complete hours, and the one that is looked at."""

_A_DAY = timedelta(days=1)


class Change(NamedTuple):
    """What a poll is about to keep: the `days` that it changed, as they will be, and its `pair`;
    and the mentions that it was `shown`, new or known, as they are now."""

    days: Mapping[str, DayVolume] = {}
    pair: Pair | None = None
    shown: Sequence[Mention] = ()


NOTHING = Change()


class Shelves(Protocol):
    """Where it is looked up: `bot.store.repositories.Records` is such."""

    @property
    def volumes(self) -> Repository[DayVolume]: ...
    @property
    def pairs(self) -> Repository[Pair]: ...


async def history_of(
    services: Services, watch: Watch, now: datetime, change: Change = NOTHING
) -> History | None:
    """A watch's counts up to now, a `change` that is not yet in the store among them. None while a
    source was never read: a history that is about to be filled in is no baseline."""
    pairs = await pairs_of(services.records, watch, change.pair)
    read = {pair.source for pair in pairs if pair.cursor is not None or pair.failures}
    if not read.issuperset(watch.sources):
        return None
    since = _first_day(now)
    days = await days_of(services.records, watch.name, since, now)
    days.update(change.days)
    found = history(days, pairs, watch.sources, since, now)
    if found is None:
        return None
    sensitivity, zone = watch.spike_once_in / _A_DAY, services.config.timezone.key
    return replace(found, sensitivity=sensitivity, zone=zone)


async def pairs_of(records: Shelves, watch: Watch, changed: Pair | None = None) -> list[Pair]:
    """A watch at each of its sources, as far as that was ever read; `changed` is as it will be."""
    kept = {one.value.source: one.value for one in await _stored_pairs(records, watch)}
    if changed is not None:
        kept[changed.source] = changed
    return [kept[source] for source in watch.sources if source in kept]


async def learns_until(
    services: Services, watch: Watch, pairs: Sequence[Pair], now: datetime
) -> datetime | None:
    """Until when a watch with these `pairs` learns what is usual (see `bot.domain.detection`), None
    where it knows, or where nothing was counted yet."""
    learnt = now - LEARNING
    if await _is_counted_since(services, watch, pairs, learnt, now):
        return None
    found = await history_of(services, watch, now)
    return found.start + LEARNING if found and found.start > learnt else None


async def _is_counted_since(
    services: Services, watch: Watch, pairs: Sequence[Pair], moment: datetime, now: datetime
) -> bool:
    """Whether the last day that was counted before that of a moment tells that a watch's history
    goes back to it: of one that is old, the others need not be read."""
    earlier = await services.records.volumes.find(
        {"watch": watch.name},
        "day",
        since=_first_day(now).date().isoformat(),
        before=moment.astimezone(UTC).date().isoformat(),
        newest_first=True,
        limit=1,
    )
    return any(begins_by(moment, kept.value, pairs, watch.sources, now) for kept in earlier)


def _first_day(now: datetime) -> datetime:
    """The beginning of what the detector remembers now."""
    return slot_start(now - MEMORY).replace(hour=0, minute=0)


async def coverage_of(
    services: Services, watch: Watch, now: datetime, changed: Pair | None = None
) -> Coverage:
    """How many of a watch's sources answered when they were last asked."""
    pairs = await pairs_of(services.records, watch, changed)
    answered = {
        pair.source for pair in pairs if pair.last_ok and not (pair.failures or pair.emptied)
    }
    missing = tuple(source for source in watch.sources if source not in answered)
    left = gone(pairs, now)
    of = len(watch.sources)
    return Coverage(
        answered=of - len(missing),
        of=of,
        missing=missing,
        left_out=tuple(source for source in missing if source in left),
    )


async def days_of(
    records: Shelves, watch: str, since: datetime, until: datetime
) -> dict[str, DayVolume]:
    """A watch's counts by UTC day, from the day of `since` to that of `until`."""
    found = await records.volumes.find(
        {"watch": watch},
        "day",
        since=since.astimezone(UTC).date().isoformat(),
        before=(until.astimezone(UTC) + _A_DAY).date().isoformat(),
    )
    return {kept.value.day: kept.value for kept in found}


async def seen_until(services: Services, watch: Watch, now: datetime) -> datetime | None:
    """Until when every source of a watch was read, but for those that are left out; None where one
    never was."""
    pairs = await pairs_of(services.records, watch)
    left = gone(pairs, now)
    last = {pair.source: pair.last_ok for pair in pairs}
    times = [last.get(source) for source in watch.sources if source not in left]
    known = [time for time in times if time is not None]
    return min(known, default=None) if len(known) == len(times) else None


async def _stored_pairs(records: Shelves, watch: Watch) -> Sequence[Kept[Pair]]:
    return await records.pairs.find({"watch": watch.name}, "source")
