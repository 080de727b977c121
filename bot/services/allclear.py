"""The end of a spike: once its volume has been ordinary for a while, its card says how it went."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.domain.alerts import Alert, Episode, Over, SpikeReason
from bot.domain.conversation import VIGIE
from bot.domain.detection import History
from bot.domain.drivers import drivers
from bot.domain.mention import Mention
from bot.domain.outbox import note_delivery, refresh_delivery
from bot.domain.rings import HOUR
from bot.domain.spikes import is_calm, peak
from bot.domain.watch import Watch
from bot.services import timers, voices
from bot.services.base import Services
from bot.services.before import mentions_before
from bot.services.deeds import Act, worked_out
from bot.services.timers import Look
from bot.services.volumes import history_of, seen_until
from bot.slack.blocks.again import all_clear
from bot.store.base import Write
from bot.store.repositories import Kept

LOOK_AGAIN = timedelta(minutes=5)
"""While a spike goes on."""

SOON = timedelta(seconds=15)
"""While a source is still to be read: what nobody looked at is not calm."""

POLLS = 3
"""A source that was read within so many of its intervals is up to date."""


async def look(services: Services, subject: str, now: datetime) -> Look:
    """Whether the spike of a watch is over."""
    episode = await services.records.episodes.get(subject)
    watch = services.watches.find(subject)
    if episode is None:
        return Look()
    ending = services.records.episodes.remove(subject, episode.version)
    kept = await services.records.alerts.get(episode.value.alert) if episode.value.alert else None
    if watch is None:  # nobody looks at its volume any more
        return Look([ending, *(await settled(services, kept.value, now) if kept else ())])
    due = episode.value.last_over + services.config.alerts.all_clear_after
    if now < due:
        return Look(again=due)
    if not await is_read(services, watch, now):
        return Look(again=now + (LOOK_AGAIN if watch.paused else SOON))
    history = await history_of(services, watch, now)
    rest = services.config.alerts.all_clear_after
    if history is None or not await asyncio.to_thread(is_calm, history, now, rest):
        return Look(again=now + LOOK_AGAIN)
    if kept is None:
        return Look([ending])
    return Look([ending, *await over(services, watch, episode.value, kept, history, now)])


async def over(
    services: Services,
    watch: Watch,
    episode: Episode,
    kept: Kept[Alert],
    history: History,
    now: datetime,
) -> list[Write]:
    """The spike's card in its final form, a line in its thread, and the end of its conversation;
    the channel hears nothing."""
    alert, reason = kept.value, kept.value.reason
    if alert.ended or not isinstance(reason, SpikeReason):
        return []
    stored = await services.records.mentions.find(
        {"watch": watch.name},
        "at",
        since=episode.since,
        before=episode.last_over + timedelta(seconds=1),
    )
    during = [one.value for one in stored]
    expected = reason.evidence.expected_an_hour
    looked_back = await _looked_back(services, watch, during, history, episode, expected)
    after = replace(alert, ended=now, over=looked_back)
    records, voice = services.records, voices.in_channel(services, alert.channel)
    refresh = refresh_delivery(alert.id, alert.channel, services.sequence(), now)
    note = note_delivery(alert.id, alert.channel, all_clear(after, voice), services.sequence(), now)
    return [
        records.alerts.put(after.id, after, kept.version),
        records.outbox.put(refresh.id, refresh, 0),
        records.outbox.put(note.id, note, 0),
        *await settled(services, alert, now),
    ]


async def settled(services: Services, alert: Alert, now: datetime) -> list[Write]:
    """The conversation of what is over: resolved where nobody has it; else its assignee keeps it,
    and there is no deadline any more for what is over."""
    conversations = services.records.conversations
    kept = await conversations.get(alert.conversation)
    if kept is None or not kept.value.is_open:
        return []
    if not kept.value.assignee:
        return (await worked_out(services, kept, Act(by=VIGIE, deed="resolve"), now)).writes
    id = kept.value.id
    return [
        conversations.put(id, replace(kept.value, due=None), kept.version),
        timers.end_timer(services, "remind", id),
        timers.end_timer(services, "overdue", id),
    ]


async def _looked_back(
    services: Services,
    watch: Watch,
    during: list[Mention],
    history: History,
    episode: Episode,
    expected: float,
) -> Over:
    """What the spike was, from the hour in which it was first seen to its last, where so many
    mentions an hour were `expected`."""
    since = episode.since
    found = await asyncio.to_thread(
        drivers,
        during,
        await mentions_before(services, watch, since),
        expected=expected * ((episode.last_over - since) / HOUR),
        brand_words=watch.query.words(),
    )
    busiest = peak(history, since)
    return Over(
        began=episode.began,
        ended=episode.last_over,
        mentions=len(during),
        peak_at=busiest.at,
        peak=busiest.mentions,
        themes=found.themes,
        authors=found.authors,
        posts=tuple(mention.id for mention in found.posts),
        drivers=found.parts,
        reshares=found.reshares,
    )


async def is_read(services: Services, watch: Watch, now: datetime) -> bool:
    """Whether every source of the watch was read of late, but for those that are left out."""
    until = await seen_until(services, watch, now)
    every = max(
        (one.every for one in services.config.sources if one.name in watch.sources),
        default=timedelta(),
    )
    return until is not None and now - until <= POLLS * every + timedelta(minutes=2)
