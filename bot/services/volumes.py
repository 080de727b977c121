"""A watch's volume as the detector looks at it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.coverage import Coverage
from bot.domain.detection import History
from bot.domain.joining import Joined, levelled
from bot.domain.pairs import Pair
from bot.domain.volume import DayVolume, first_mention, slot_start, slots
from bot.domain.watch import Watch
from bot.services.base import Services

MEMORY = timedelta(days=28)
"""What the detector looks back on before today (UTC): whole days, so that it can remember them."""

LEARNING = timedelta(hours=25)
"""A day of complete hours, and the one that is looked at."""


async def history_of(
    services: Services, watch: Watch, changed: Mapping[str, DayVolume], now: datetime
) -> History | None:
    """A watch's counts up to now.

    `changed` are days that are not yet in the store as they will be. None while a source was
    never read: a history that is about to be filled in is no baseline.
    """
    found = await services.records.pairs.find({"watch": watch.name}, "source")
    pairs = [kept.value for kept in found if kept.value.source in watch.sources]
    read = {pair.source for pair in pairs if pair.cursor is not None or pair.failures}
    if not read.issuperset(watch.sources):
        return None
    since = slot_start(now - MEMORY).replace(hour=0, minute=0)
    days = await volumes_since(services, watch.name, since)
    days.update(changed)
    asked_from = max((pair.asked_from for pair in pairs if pair.asked_from), default=None)
    first = first_mention(days)
    if first is None or first > now:
        return None
    first = max(first, asked_from) if asked_from else first
    silent = [pair.last_ok or pair.failing_since for pair in pairs if pair.failures]
    start, counts = slots(days, max(first, since), now, min((s for s in silent if s), default=None))
    start, counts = levelled(start, counts, _joined(pairs, days), now)
    return History(
        start=start,
        counts=counts,
        sensitivity=watch.spike_once_in / timedelta(days=1),
        zone=services.config.timezone.key,
    )


def _joined(pairs: Sequence[Pair], days: Mapping[str, DayVolume]) -> list[Joined]:
    """The sources that were not there from the beginning, with what they brought so far."""
    brought: Counter[str] = Counter()
    for day in days.values():
        brought.update(day.by_source)
    return [
        Joined(since=pair.counted_from, mentions=brought[pair.source])
        for pair in pairs
        if pair.counted_from
    ]


async def learns_until(services: Services, watch: Watch, now: datetime) -> datetime | None:
    """Until when a watch learns what is usual (see `bot.domain.detection`), None where it knows, or
    where nothing was counted yet."""
    history = await history_of(services, watch, {}, now)
    if history is None:
        return None
    known = history.start + LEARNING
    return known if known > now else None


async def coverage_of(services: Services, watch: Watch) -> Coverage:
    """How many of a watch's sources answered when they were last asked."""
    found = await services.records.pairs.find({"watch": watch.name}, "source")
    answered = {
        kept.value.source for kept in found if kept.value.last_ok and not kept.value.failures
    }
    missing = tuple(source for source in watch.sources if source not in answered)
    of = len(watch.sources)
    return Coverage(answered=of - len(missing), of=of, missing=missing)


async def volumes_since(services: Services, watch: str, since: datetime) -> dict[str, DayVolume]:
    """A watch's counts by UTC day, from the day of `since` on."""
    found = await services.records.volumes.find(
        {"watch": watch}, "day", since=since.date().isoformat()
    )
    return {kept.value.day: kept.value for kept in found}


async def seen_until(services: Services, watch: Watch) -> datetime | None:
    """Until when every source of a watch was read; None where one never was."""
    found = await services.records.pairs.find({"watch": watch.name}, "source")
    last = {kept.value.source: kept.value.last_ok for kept in found}
    times = [last.get(source) for source in watch.sources]
    known = [time for time in times if time is not None]
    return min(known, default=None) if len(known) == len(times) else None
