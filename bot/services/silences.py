"""Silences: a watch of which nothing more is read, though every source of it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain.alerts import Alert, Told
from bot.domain.grading import grade_silence
from bot.domain.outbox import note_delivery, refresh_delivery
from bot.domain.pairs import pair_id
from bot.domain.pulses import Pulse, Running
from bot.domain.silences import (
    Counts,
    Newest,
    Rhythm,
    Silence,
    SilenceReason,
    rhythm,
    rings_at,
    silence,
)
from bot.domain.watch import Watch
from bot.services import allclear, mutes, opening, routing, voices
from bot.services.base import Services
from bot.services.turns import in_turns
from bot.services.volumes import coverage_of, history_of
from bot.slack.blocks.silence import heard_again, silence_line
from bot.store.base import Write

SOON, LATER = timedelta(minutes=15), timedelta(days=1)
"""When it is looked again: where a source is still to be read; where no silence would ring."""


TOGETHER = timedelta(hours=3)
"""Watches that share a source and fall silent within so long are one story."""


class Listened(NamedTuple):
    """The writes of a look, the pulse as it is after it, and when to look again."""

    writes: list[Write]
    pulse: Pulse
    again: datetime


async def look(services: Services, watch: Watch, pulse: Pulse, now: datetime) -> Listened:
    """Whether a watch has fallen quiet. A paused one is not listened to, and one of which a source
    was not read of late may have been spoken of there."""
    if watch.paused or pulse.silence or "silence" not in watch.also:
        return Listened([], pulse, now + LATER)
    history = await history_of(services, watch, now)
    if history is None or not await allclear.is_read(services, watch, now):
        return Listened([], pulse, now + SOON)
    seen = Counts(start=history.start, counts=history.counts)
    last = await _last(services, watch)
    if last is None or last > now:
        return Listened([], pulse, now + LATER)
    known, patience = rhythm(seen, services.config.hours), watch.spike_once_in / timedelta(days=1)
    found = silence(known, seen, last, now, patience)
    if found is None:
        return Listened([], pulse, _again(known, last, now, patience))
    if await mutes.holding(services, watch, "silence", None, now):
        return Listened([], pulse, now + SOON)
    if host := await _host(services, watch, now):
        running = Running(alert=host.id, began=now, told=host.severity, is_line=True)
        writes = _line(services, watch, found, patience, host, now)
    else:
        running, writes = await _told(services, watch, found, patience, now)
    return Listened(writes, replace(pulse, silence=running), now + LATER)


async def broken(services: Services, pulse: Pulse, now: datetime) -> list[Write]:
    """The end of a silence: its card says so, and a line in its thread; no channel hears of it."""
    running = pulse.silence
    kept = await services.records.alerts.get(running.alert) if running else None
    if running is None or running.is_line or kept is None or kept.value.ended:
        return []
    alert = replace(kept.value, ended=now)
    records, voice = services.records, voices.in_channel(services, alert.channel)
    refresh = refresh_delivery(alert.id, alert.channel, services.sequence(), now)
    text = heard_again(alert, voice)
    note = note_delivery(alert.id, alert.channel, text, services.sequence(), now)
    return [
        records.alerts.put(alert.id, alert, kept.version),
        records.outbox.put(refresh.id, refresh, 0),
        records.outbox.put(note.id, note, 0),
        *await allclear.settled(services, alert, now),
    ]


async def _told(
    services: Services, watch: Watch, found: Silence, patience: float, now: datetime
) -> tuple[Running, list[Write]]:
    graded = grade_silence((found.until - found.since) / timedelta(hours=1), found.expected)
    routed = await routing.route(services, watch, "silence", graded, [], now)
    coverage = await coverage_of(services, watch, now)
    reason = SilenceReason(
        silence=found,
        patience=patience,
        sources=await _sources(services, watch),
        left_out=coverage.left_out,
    )
    told = Told(at=now, volume=0, severity=graded.severity)
    alert, writes = opening.opened(services, watch, "silence", reason, graded, routed, told)
    return Running(alert=alert.id, began=now, told=graded.severity), writes


async def _host(services: Services, watch: Watch, now: datetime) -> Alert | None:
    """The silence of another watch that began a while ago, and may have the same reason: they share
    a source."""
    async for other in in_turns(services.watches.polled):
        if other.name == watch.name or set(other.sources).isdisjoint(watch.sources):
            continue
        pulse = await services.records.pulses.get(other.name)
        running = pulse.value.silence if pulse else None
        if running is None or running.is_line or now - running.began > TOGETHER:
            continue
        kept = await services.records.alerts.get(running.alert)
        if kept and not kept.value.ended:
            return kept.value
    return None


def _line(
    services: Services, watch: Watch, found: Silence, patience: float, host: Alert, now: datetime
) -> list[Write]:
    reason = SilenceReason(silence=found, patience=patience, sources=())
    text = silence_line(reason, watch.name, voices.in_channel(services, host.channel))
    note = note_delivery(host.id, host.channel, text, services.sequence(), now)
    return [services.records.outbox.put(note.id, note, 0)]


async def _sources(services: Services, watch: Watch) -> tuple[Newest, ...]:
    pairs = [await services.records.pairs.get(pair_id(watch.name, one)) for one in watch.sources]
    return tuple(
        Newest(source, pair.value.newest if pair else None)
        for source, pair in zip(watch.sources, pairs, strict=True)
    )


async def _last(services: Services, watch: Watch) -> datetime | None:
    """When the last mention was written."""
    found = await services.records.mentions.find(
        {"watch": watch.name}, "at", newest_first=True, limit=1
    )
    return found[0].value.at if found else None


def _again(known: Rhythm, last: datetime, now: datetime, patience: float) -> datetime:
    """When a silence would ring, should nothing come; never sooner than in a while."""
    due = rings_at(known, last, now, patience)
    return max(due, now + SOON) if due else now + LATER
