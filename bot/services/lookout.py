"""How Vigie itself is: what it reads, what it could not read, what waits to be said, and where it
cannot say it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec

from bot.config.sources import variable
from bot.domain.alerts import Mute
from bot.domain.analysis.sentiment import READ
from bot.domain.conversation import OPEN
from bot.domain.pairs import Pair, pair_id
from bot.domain.status import Closed, Off, Status, Trouble, WatchState
from bot.domain.unread import Heard, Unread, unread_of
from bot.domain.watch import Watch
from bot.errors import SlackError
from bot.services import levels, mutes, volumes
from bot.services.base import Services
from bot.services.turns import in_turns

MOST_CHANNELS = 20
"""Channels that Slack is asked about at once; it takes some 50 such questions a minute."""

A_DAY = timedelta(days=1)

MOST_MENTIONS = 5_000
"""Mentions of the last day, newest first, among which those are counted that were not read."""

SHOWN = 20
"""Watches that are told of one by one; of the others only what goes wrong."""

PATIENCE = 1.0
"""Seconds that it may take to tell of them."""


async def status(services: Services) -> Status:
    """The state of every watch, source and queue; of very many watches as it was a moment ago, as
    all of them have to be looked at for it."""
    look, watches = partial(_looked, services), services.watches.all
    if len(watches) <= SHOWN:
        return await look()
    return await services.status.of(look, services.now(), watches)


async def _looked(services: Services) -> Status:
    records, now = services.records, services.now()
    waiting = [
        kept.value
        for state in ("trying", "waiting")
        for kept in await records.outbox.find({"state": state}, "order")
        if not kept.value.is_held(now)
    ]
    counts = [await records.conversations.count({"state": state}, "opened") for state in OPEN]
    read = tuple(dict.fromkeys((*READ, *services.reading.learnt)))
    watches = services.watches.all
    shown, others = watches[:SHOWN], watches[SHOWN:]
    return Status(
        now=now,
        watches=await states(services, shown),
        others=len(others),
        troubles=await _troubles(services),
        waiting=len(waiting),
        oldest_wait=min((d.created for d in waiting), default=None),
        last_error=next((d.error for d in waiting if d.error), ""),
        open_conversations=sum(counts),
        languages=services.config.languages,
        read=read,
        unread=await _unread(services, read),
        off=tuple(
            Off(source=source.name, variable=variable(source)) for source in services.config.off
        ),
    )


async def _unread(services: Services, read: Collection[str]) -> tuple[Unread, ...]:
    """The posts of the last day whose mood was not read, as far as they are looked at."""
    since, left = services.now() - A_DAY, MOST_MENTIONS
    mentions = services.records.mentions.read_as(Heard)
    found: list[Heard] = []
    async for watch in in_turns(services.watches.all):
        latest = await mentions.find(
            {"watch": watch.name}, "at", since=since, newest_first=True, limit=left
        )
        found += (kept.value for kept in latest)
        left -= len(latest)
        if left <= 0:
            break
    return unread_of(found, read)


class _Health(msgspec.Struct, frozen=True, gc=False):
    """What is asked of thousands of pairs."""

    failures: int = 0
    emptied: tuple[str, ...] = ()


async def _troubles(services: Services) -> tuple[Trouble, ...]:
    """What the watches that are not shown cannot read, by source."""
    pairs = services.records.pairs
    healths = pairs.read_as(_Health)
    ids: dict[str, list[str]] = defaultdict(list)
    async for watch in in_turns(services.watches.all[SHOWN:]):
        for source in watch.sources:
            kept = await healths.get(pair_id(watch.name, source))
            if kept and (kept.value.failures or kept.value.emptied):
                ids[source].append(pair_id(watch.name, source))
    firsts = [(await pairs.get(found[0]), len(found)) for found in ids.values()]
    return tuple(Trouble(pair=one.value, watches=count) for one, count in firsts if one)


async def states(services: Services, watches: Sequence[Watch]) -> tuple[WatchState, ...]:
    """How some watches are, and whether they still learn."""
    now = services.now()
    muted = await mutes.running(services)
    edits = [kept.value for kept in await services.records.watches.find({}, "name")]
    by = {edit.name.casefold(): edit.by for edit in edits if not edit.removed}
    return tuple(
        [
            await _state(services, watch, muted, by.get(watch.name.casefold(), ""), now)
            for watch in watches
        ]
    )


async def _state(
    services: Services,
    watch: Watch,
    muted: dict[str, Mute],
    edited_by: str,
    now: datetime,
) -> WatchState:
    records = services.records
    kept = [await records.pairs.get(pair_id(watch.name, source)) for source in watch.sources]
    known = [pair.value for pair in kept if pair]
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
        edited_by=edited_by,
        limits=await levels.limits(services, watch),
        learns_until=await volumes.learns_until(services, watch, known, now),
    )


async def closed(services: Services) -> tuple[Closed, ...]:
    """The channels of watches, routes and teams that Slack says are closed to Vigie, as they were a
    minute ago; those that it does not tell of in time are left out."""
    asking, watches = partial(_asked_of_slack, services), services.watches.all
    return await services.closed.of(asking, services.now(), watches)


async def _asked_of_slack(services: Services) -> tuple[Closed, ...]:
    every, config = services.watches.all, services.config
    channels = {watch.negative_channel for watch in every}
    channels.update(watch.spike_channel for watch in every)
    channels.update(route.channel for route in config.routes)
    channels.update(team.channel for team in config.teams)
    asked = sorted(channels)[:MOST_CHANNELS]
    codes = await asyncio.gather(*(_code(services, channel) for channel in asked))
    return tuple(
        _closed(services, channel, code) for channel, code in zip(asked, codes, strict=True) if code
    )


def _closed(services: Services, channel: str, code: str) -> Closed:
    """A closed channel, with all that is told there."""
    every, config = services.watches.all, services.config
    watches = {one.name for one in every if channel in (one.negative_channel, one.spike_channel)}
    return Closed(
        channel=channel,
        code=code,
        watches=tuple(sorted(watches)),
        routes=tuple(sorted({one.name for one in config.routes if one.channel == channel})),
        teams=tuple(sorted({one.name for one in config.teams if one.channel == channel})),
    )


async def _code(services: Services, channel: str) -> str:
    try:
        async with asyncio.timeout(PATIENCE):
            return await services.slack.channel_fault(channel) or ""
    except (SlackError, TimeoutError):
        return ""
