"""Waves of negative posts: told in the thread of the story that runs, or by themselves. While one
is told by itself, the watch's negative posts are told in its thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain.alerts import Alert, Mute, Told
from bot.domain.grading import grade_wave, worse
from bot.domain.mention import Mention
from bot.domain.outbox import note_delivery, refresh_delivery
from bot.domain.pulses import Pulse, Running
from bot.domain.severity import Graded, rank
from bot.domain.stories import follows, story_id
from bot.domain.watch import Watch
from bot.domain.waves import WaveReason, is_over, wave
from bot.i18n import Voice
from bot.services import allclear, mutes, opening, routing, voices
from bot.services.base import Services
from bot.services.moods import with_moods
from bot.services.raising import redrawn, rung
from bot.services.wavesights import Sight, sight
from bot.slack.blocks.wave import wave_again, wave_line, wave_over
from bot.store.base import Write
from bot.store.repositories import Kept


class Heard(NamedTuple):
    """The writes of a look at the moods, the pulse as it is after it, and the mute that held a
    wave."""

    writes: list[Write]
    pulse: Pulse
    mute: Kept[Mute] | None = None


class Beside(NamedTuple):
    """What else is told at this moment: the `stories` of which a wave would be a line, the `spike`
    that has just begun, and the story `within` a wave's own thread, where that grew."""

    stories: Sequence[Alert] = ()
    spike: Alert | None = None
    within: Alert | None = None


async def running(services: Services, watch: Watch, now: datetime) -> Alert | None:
    """The wave that is told by itself and goes on: its watch's negative posts are its own."""
    pulse = await services.records.pulses.get(watch.name)
    if pulse is None or pulse.value.wave is None or is_over(pulse.value.moods, now):
        return None
    known = await _card_of(services, pulse.value.wave)
    return known.value if known and not known.value.part_of else None


async def about(
    services: Services,
    watch: Watch,
    pulse: Pulse,
    fresh: Sequence[Mention],
    beside: Beside,
    now: datetime,
) -> Heard:
    """What new mentions mean for the moods of a watch: a wave is a line in the thread of a spike,
    or of a story that holds half of it, and else told by itself. One that is told by itself when a
    spike begins is part of that from then on; one that was muted is told when the mute ends, if it
    goes on."""
    pulse = await with_moods(services, watch, pulse, fresh, now)
    wave_on = pulse.wave
    if wave_on and beside.spike:
        return Heard(await _made_part(services, wave_on, beside.spike, now), pulse)
    if wave_on and is_over(pulse.moods, now):
        ended = replace(pulse, wave=None)
        return Heard(await _ended(services, wave_on, now), ended)
    found = wave(pulse.moods, watch.spike_once_in / timedelta(days=1))
    seen = None
    if found and "wave" in watch.also:
        seen = await sight(services, watch, pulse.moods, found, fresh, now)
    if wave_on and wave_on.alert:
        return await _goes_on(services, watch, pulse, wave_on, seen, beside.within, now)
    if seen is None:
        return Heard([], pulse)
    if mute := await mutes.holding(services, watch, "wave", None, now):
        counted = replace(pulse, wave=_on("", seen, now))
        return Heard([], pulse) if wave_on else Heard([], counted, mute)
    return await _begun(services, watch, pulse, seen, beside.stories, now)


async def ended_by_itself(services: Services, pulse: Pulse, now: datetime) -> Heard:
    """The end of a wave after which nothing came."""
    if pulse.wave is None or not is_over(pulse.moods, now):
        return Heard([], pulse)
    return Heard(await _ended(services, pulse.wave, now), replace(pulse, wave=None))


def _on(alert: str, seen: Sight, now: datetime, *, is_line: bool = False) -> Running:
    return Running(alert=alert, began=now, told=seen.graded.severity, is_line=is_line)


async def _begun(
    services: Services,
    watch: Watch,
    pulse: Pulse,
    seen: Sight,
    stories: Sequence[Alert],
    now: datetime,
) -> Heard:
    routed = await routing.route(services, watch, "wave", seen.graded, seen.negative, now)
    beside = stories or await _stories_in(services, watch, routed.channel, now)
    host = next((story for story in beside if _holds(story, seen)), None)
    if host:
        line = _Line(host, wave_line(seen.reason, watch.name, _voice(services, host)))
        begins = _on(host.id, seen, now, is_line=True)
        return Heard(_noted(services, line, now), replace(pulse, wave=begins))
    told_as = Told(
        at=now,
        volume=seen.reason.wave.negative,
        severity=seen.graded.severity,
        negative=seen.reason.wave.negative,
        read=seen.reason.wave.read,
    )
    alert, writes = opening.opened(
        services, watch, "wave", seen.reason, seen.graded, routed, told_as
    )
    return Heard(writes, replace(pulse, wave=_on(alert.id, seen, now)))


async def _made_part(
    services: Services, wave_on: Running, spike: Alert, now: datetime
) -> list[Write]:
    kept = await services.records.alerts.get(wave_on.alert) if wave_on.alert else None
    if kept is None or wave_on.is_line:
        return []
    part = replace(kept.value, part_of=spike.id)
    return [
        services.records.alerts.put(part.id, part, kept.version),
        await redrawn(services, part, now, linked=spike.id),
    ]


async def _goes_on(
    services: Services,
    watch: Watch,
    pulse: Pulse,
    wave_on: Running,
    seen: Sight | None,
    within: Alert | None,
    now: datetime,
) -> Heard:
    """A running wave rings again only where it is more severe; its card shows how it is."""
    if wave_on.is_line:
        return await _line_goes_on(services, watch, pulse, wave_on, seen, now)
    kept = await _card_of(services, wave_on)
    if kept is None or not isinstance(kept.value.reason, WaveReason):
        return Heard([], pulse)
    alert = kept.value
    reason = seen.reason if seen else kept.value.reason
    if within is None and reason.wave == kept.value.reason.wave:
        return Heard([], pulse)
    graded = worse(_graded(reason, within), alert.graded)
    after = replace(alert, reason=reason, graded=graded)
    rings = await _rings(services, watch, wave_on, graded, now) and not alert.part_of
    writes = [
        *await opening.worsened(services, alert, after, now),
        services.records.alerts.put(after.id, after, kept.version),
        await redrawn(services, after, now),
    ]
    if rings:
        text = wave_again(alert, after, _voice(services, alert))
        writes.insert(0, rung(services, after, text, now))
        wave_on = replace(wave_on, told=graded.severity)
    return Heard(writes, replace(pulse, wave=wave_on))


async def _line_goes_on(
    services: Services,
    watch: Watch,
    pulse: Pulse,
    wave_on: Running,
    seen: Sight | None,
    now: datetime,
) -> Heard:
    """The same for a wave that is a line in another's thread: another line."""
    kept = await services.records.alerts.get(wave_on.alert)
    if kept is None or seen is None:
        return Heard([], pulse)
    if not await _rings(services, watch, wave_on, seen.graded, now):
        return Heard([], pulse)
    text = wave_line(seen.reason, watch.name, _voice(services, kept.value))
    told = replace(pulse, wave=replace(wave_on, told=seen.graded.severity))
    return Heard(_noted(services, _Line(kept.value, text), now), told)


async def _rings(
    services: Services, watch: Watch, wave_on: Running, graded: Graded, now: datetime
) -> bool:
    """Whether a wave is more severe than it was when it was last told, and nobody muted it."""
    if rank(graded.severity) <= rank(wave_on.told):
        return False
    return await mutes.holding(services, watch, "wave", None, now) is None


def _graded(reason: WaveReason, within: Alert | None) -> Graded:
    story = within.graded if within else None
    return grade_wave(reason.wave.negative, reason.wave.read, reason.authors, story)


async def _ended(services: Services, wave_on: Running, now: datetime) -> list[Write]:
    """The card of a wave that is over, a line in its thread, and the end of its conversation; in
    another's thread nothing is said."""
    kept = await _card_of(services, wave_on)
    if kept is None:
        return []
    alert = replace(kept.value, ended=now)
    refresh = refresh_delivery(alert.id, alert.channel, services.sequence(), now)
    line = _Line(alert, wave_over(alert, _voice(services, alert)))
    return [
        services.records.alerts.put(alert.id, alert, kept.version),
        services.records.outbox.put(refresh.id, refresh, 0),
        *_noted(services, line, now),
        *await allclear.settled(services, alert, now),
    ]


async def _card_of(services: Services, wave_on: Running) -> Kept[Alert] | None:
    """The message of a wave that is told by itself, and is not over."""
    if not wave_on.alert or wave_on.is_line:
        return None
    kept = await services.records.alerts.get(wave_on.alert)
    return kept if kept and not kept.value.ended else None


def _holds(story: Alert, seen: Sight) -> bool:
    """Whether a wave is that story: one of a few of its posts would hide it in a thread that nobody
    reads, and the next posts would be stories beside it."""
    return story.kind == "spike" or 2 * story.count >= seen.reason.wave.negative


async def _stories_in(
    services: Services, watch: Watch, channel: str, now: datetime
) -> tuple[Alert, ...]:
    """The story of negative posts that runs in a channel."""
    story = await services.records.stories.get(story_id(watch.name, channel))
    if story is None or not follows(story.value, now, now, services.config.alerts.group):
        return ()
    kept = await services.records.alerts.get(story.value.alert)
    return (kept.value,) if kept else ()


class _Line(NamedTuple):
    alert: Alert
    text: str


def _noted(services: Services, line: _Line, now: datetime) -> list[Write]:
    alert = line.alert
    note = note_delivery(alert.id, alert.channel, line.text, services.sequence(), now)
    return [services.records.outbox.put(note.id, note, 0)]


def _voice(services: Services, alert: Alert) -> Voice:
    return voices.in_channel(services, alert.channel)
