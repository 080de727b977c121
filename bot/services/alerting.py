"""What new mentions of a watch are worth telling: each alert with its conversation and its place in
the outbox, as writes for the commit that keeps the mentions they tell of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from bot.domain.mention import Mention
from bot.domain.volume import DayVolume
from bot.domain.watch import Watch
from bot.services import negatives, spikes
from bot.services.base import Services
from bot.services.raising import Outcome
from bot.store.base import Put


async def about(
    services: Services,
    watch: Watch,
    fresh: Sequence[Mention],
    turned: Sequence[Mention],
    changed: Mapping[str, DayVolume],
    now: datetime,
) -> list[Put]:
    """The writes of every alert that new mentions of a watch give rise to, and known ones that
    were `turned` by an edit of their post."""
    mute = await services.records.mutes.get(watch.name)
    held = mute if mute and mute.value.holds(now) else None
    negative = await negatives.about(services, watch, [*fresh, *turned], held is not None, now)
    spike = Outcome([])
    if fresh:
        spike = await spikes.about(services, watch, fresh, changed, held is not None, now)
    writes = [*negative.writes, *spike.writes]
    if held and (count := negative.held + spike.held):
        muted = replace(held.value, held=held.value.held + count)
        writes.append(services.records.mutes.put(watch.name, muted, held.version))
    return writes
