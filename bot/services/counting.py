"""A poll's mentions counted into the days of their watch, and the gap that it closes or leaves."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from msgspec.structs import replace

from bot.domain.mention import Mention
from bot.domain.pairs import Pair
from bot.domain.volume import DayVolume, counted, days_between, slot_of, with_gap
from bot.domain.watch import Watch
from bot.services.base import Services
from bot.store.base import Write
from bot.store.repositories import Kept

KEPT = timedelta(days=28)
"""Posts older than this say nothing to the detector, and a source may show a few of any age."""

BROUGHT_ALONG = timedelta(days=400)
"""A past that is brought along is counted for as long as anybody asks for it: trends, campaigns."""

_AT_ONCE = 1_000
"""Mentions that are counted in one go, some 3 ms."""

Days = Mapping[str, Kept[DayVolume]]
"""By the day, the version being that of what is kept."""


async def volumes(
    services: Services,
    watch: Watch,
    fresh: Sequence[Mention],
    pair: Pair,
    *,
    complete: bool,
    reach: timedelta = KEPT,
) -> Days:
    """The days that a poll changes, with its mentions of the last `reach` counted, and its gap
    marked where it is not `complete`; `pair` is as it was before."""
    now = services.now()
    slots: dict[str, list[int]] = defaultdict(list)
    for number, mention in enumerate(fresh):
        if number % _AT_ONCE == 0:
            await asyncio.sleep(0)  # a flood of them would let nobody else have a turn
        if mention.at > now - reach:
            day, slot = slot_of(mention.at)
            slots[day].append(slot)
    gap = () if complete or pair.last_ok is None else days_between(pair.last_ok, now)
    changed: dict[str, Kept[DayVolume]] = {}
    for day in sorted({*slots, *gap}):
        kept = await services.records.volumes.get(f"{watch.name}\n{day}")
        version, value = (kept.version, kept.value) if kept else (0, None)
        value = replace(value or DayVolume(watch=watch.name, day=day), query=str(watch.query))
        volume = counted(value, slots.get(day, ()), pair.source)
        if day in gap and pair.last_ok:
            volume = with_gap(volume, pair.last_ok, now)
        changed[day] = Kept(volume, version)
    return changed


def kept_days(services: Services, days: Days) -> list[Write]:
    """The writes that keep them."""
    put = services.records.volumes.put
    return [put(_id_of(kept.value), kept.value, kept.version) for kept in days.values()]


def values(days: Days) -> dict[str, DayVolume]:
    """The days without their versions."""
    return {day: kept.value for day, kept in days.items()}


def _id_of(volume: DayVolume) -> str:
    return f"{volume.watch}\n{volume.day}"
