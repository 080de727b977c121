"""Spikes: held against the baseline, told as one story from its first sign to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.domain.alerts import Alert, Episode, SpikeReason, carried_on, spike_step
from bot.domain.conversation import Conversation
from bot.domain.detection import History, Verdict, detect
from bot.domain.drivers import drivers
from bot.domain.identity import conversation_id
from bot.domain.mention import Mention
from bot.domain.outbox import refresh_delivery
from bot.domain.summaries import mood_of
from bot.domain.volume import DayVolume, first_mention, hourly, slots
from bot.domain.watch import Watch
from bot.services.base import Services
from bot.services.raising import Outcome, raised
from bot.store.base import Put

MEMORY = timedelta(days=28)
BASELINE = timedelta(hours=48)
"""How far before the window the drivers look for what is usual."""


async def about(
    services: Services,
    watch: Watch,
    fresh: Sequence[Mention],
    changed: Mapping[str, DayVolume],
    muted: bool,
    now: datetime,
) -> Outcome:
    """A new spike, the growth of a running one, or nothing."""
    seen = await verdict_on(services, watch, changed, now)
    if seen is None:
        return Outcome([])
    verdict, counts = seen
    kept = await services.records.episodes.get(watch.name)
    step = spike_step(kept.value if kept else None, verdict, now)
    if step == "none":
        return Outcome([])
    writes: list[Put] = []
    held = 0
    running = kept.value if kept and step != "raise" else None
    if muted:
        held = int(running is None)
        running = running or _episode(watch, "", verdict, now)
    elif running is None or not running.alert:
        reason = await _spike_reason(services, watch, fresh, verdict, counts, now)
        id = conversation_id(watch.name, "spike", now.isoformat())
        running = _episode(watch, id, verdict, now)
        writes += _open_spike(services, watch, id, reason, now)
    elif step == "grow":
        reason = await _spike_reason(services, watch, fresh, verdict, counts, now)
        writes += await _grown(services, running.alert, reason, now)
    episode = carried_on(running, verdict, step, now)
    records = services.records
    writes.append(records.episodes.put(watch.name, episode, kept.version if kept else 0))
    return Outcome(writes, held)


async def verdict_on(
    services: Services, watch: Watch, changed: Mapping[str, DayVolume], now: datetime
) -> tuple[Verdict, tuple[int | None, ...]] | None:
    """What the detector says of a watch's volume, and the counts it looked at.

    `changed` are days that are not yet in the store as they will be. None while a source was
    never read: a history that is about to be filled in is no baseline.
    """
    found = await services.records.pairs.find({"watch": watch.name}, "source")
    pairs = [kept.value for kept in found if kept.value.source in watch.sources]
    read = {pair.source for pair in pairs if pair.cursor is not None or pair.failures}
    if not read.issuperset(watch.sources):
        return None
    days = await volumes_since(services, watch.name, now - MEMORY)
    days.update(changed)
    first = first_mention(days)
    if first is None:
        return None
    silent = [pair.last_ok or pair.failing_since for pair in pairs if pair.failures]
    start, counts = slots(
        days, max(first, now - MEMORY), now, min((s for s in silent if s), default=None)
    )
    history = History(
        start=start, counts=counts, sensitivity=watch.spike_once_in / timedelta(days=1)
    )
    return detect(history, now), counts


async def volumes_since(services: Services, watch: str, since: datetime) -> dict[str, DayVolume]:
    """A watch's counts by UTC day, from the day of `since` on."""
    found = await services.records.volumes.find(
        {"watch": watch}, "day", since=since.date().isoformat()
    )
    return {kept.value.day: kept.value for kept in found}


async def _spike_reason(
    services: Services,
    watch: Watch,
    fresh: Sequence[Mention],
    verdict: Verdict,
    counts: tuple[int | None, ...],
    now: datetime,
) -> SpikeReason:
    """The verdict with what drove it: the window's posts held against those before it."""
    since = verdict.evidence.window_start
    stored = await services.records.mentions.find(
        {"watch": watch.name}, "at", since=since - BASELINE
    )
    mentions = {m.id: m for m in (*(kept.value for kept in stored), *fresh)}.values()
    window = [m for m in mentions if m.at >= since]
    usual = [m for m in mentions if m.at < since]
    found = await asyncio.to_thread(drivers, window, usual, brand_words=watch.query.words())
    mood = mood_of(window)
    return SpikeReason(
        evidence=verdict.evidence,
        themes=found.themes,
        authors=found.authors,
        posts=tuple(m.id for m in found.posts),
        negative=mood.negative,
        read=mood.negative + mood.neutral + mood.positive,
        hours=hourly(counts, 24),
    )


def _episode(watch: Watch, alert: str, verdict: Verdict, now: datetime) -> Episode:
    return Episode(
        watch=watch.name, alert=alert, began=now, last_over=now, told=verdict.evidence.seen
    )


def _open_spike(
    services: Services, watch: Watch, id: str, reason: SpikeReason, now: datetime
) -> list[Put]:
    conversation = Conversation(
        id=id,
        watch=watch.name,
        title=f"Spike, {now:%d %B %H:%M} UTC",
        alert=id,
        opened=now,
        changed=now,
    )
    alert = Alert(
        id=id,
        kind="spike",
        watch=watch.name,
        channel=watch.spike_channel,
        raised=now,
        reason=reason,
        conversation=id,
    )
    opened = services.records.conversations.put(id, conversation, 0)
    return [opened, *raised(services, alert, now)]


async def _grown(services: Services, id: str, reason: SpikeReason, now: datetime) -> list[Put]:
    """The spike's own message, with the figures of now."""
    kept = await services.records.alerts.get(id)
    if kept is None:
        return []
    alert = replace(kept.value, reason=reason)
    refresh = refresh_delivery(id, alert.channel, services.sequence(), now)
    return [
        services.records.alerts.put(id, alert, kept.version),
        services.records.outbox.put(refresh.id, refresh, 0),
    ]
