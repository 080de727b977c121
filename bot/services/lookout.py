"""How Vigie itself is: what it reads, what it could not read, what waits to be said."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.alerts import Mute
from bot.domain.pairs import Pair, pair_id
from bot.domain.status import Status, WatchState
from bot.domain.watch import Watch
from bot.services import mutes
from bot.services.base import Services


async def status(services: Services) -> Status:
    """The state of every watch, source and queue."""
    records = services.records
    waiting = [
        kept.value
        for state in ("trying", "waiting")
        for kept in await records.outbox.find({"state": state}, "order")
    ]
    counts = [await records.conversations.count({"state": s}, "opened") for s in ("new", "claimed")]
    muted = await mutes.running(services)
    return Status(
        now=services.now(),
        watches=tuple(
            [await _watch_state(services, watch, muted) for watch in services.watches.all]
        ),
        waiting=len(waiting),
        oldest_wait=min((d.created for d in waiting), default=None),
        last_error=next((d.error for d in waiting if d.error), ""),
        open_conversations=sum(counts),
        languages=services.config.languages,
    )


async def _watch_state(services: Services, watch: Watch, muted: dict[str, Mute]) -> WatchState:
    records, now = services.records, services.now()
    kept = [await records.pairs.get(pair_id(watch.name, source)) for source in watch.sources]
    return WatchState(
        watch=watch,
        pairs=tuple(
            pair.value if pair else Pair(watch=watch.name, source=source)
            for source, pair in zip(watch.sources, kept, strict=True)
        ),
        mentions_a_day=await records.mentions.count(
            {"watch": watch.name}, "at", since=now - timedelta(days=1)
        ),
        mute=muted.get(watch.name),
    )
