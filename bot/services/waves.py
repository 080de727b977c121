"""Waves of negative posts: told in the thread of the story that runs, or by themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain.alerts import LATE, Alert, Mute, Told
from bot.domain.grading import grade_post, grade_wave, worse
from bot.domain.mention import Mention
from bot.domain.outbox import note_delivery, refresh_delivery
from bot.domain.pulses import Pulse, Running
from bot.domain.rising import Past
from bot.domain.severity import Graded, rank
from bot.domain.stories import follows, story_id, worst_first
from bot.domain.watch import Watch
from bot.domain.waves import (
    AUTHORS,
    STAYS,
    Moods,
    Wave,
    WaveReason,
    felt,
    heard,
    is_negative,
    is_over,
    wave,
)
from bot.i18n import Voice
from bot.services import allclear, mutes, opening, routing, voices
from bot.services.base import Services
from bot.services.raising import redrawn, rung
from bot.slack.blocks.wave import wave_again, wave_line, wave_over
from bot.store.base import Write
from bot.store.repositories import Kept

LOOKED_AT = 1_000
"""Mentions, newest first, among which the posts of a wave are found."""

FIRST_LOOK = timedelta(days=28)
"""How far back the moods are learnt from, where none were kept yet."""

POSTS, THEMES = 3, 3


class Heard(NamedTuple):
    """The writes of a look at the moods, the pulse as it is after it, and the mute that held a
    wave."""

    writes: list[Write]
    pulse: Pulse
    mute: Kept[Mute] | None = None


async def about(
    services: Services,
    watch: Watch,
    pulse: Pulse,
    fresh: Sequence[Mention],
    told: Sequence[Alert],
    spike: Alert | None,
    now: datetime,
) -> Heard:
    """What new mentions mean for the moods of a watch. `told` are the stories that are being told:
    a wave is a line in the thread of the first of them, or of one that still runs. One that is told
    by itself when a `spike` begins is part of that from then on."""
    pulse = await _with_moods(services, watch, pulse, fresh, now)
    running = pulse.wave
    if running and spike:
        return Heard(await _made_part(services, running, spike, now), pulse)
    if running and is_over(pulse.moods, now):
        ended = replace(pulse, wave=None)
        return Heard(await _ended(services, running, now), ended)
    found = wave(pulse.moods, watch.spike_once_in / timedelta(days=1))
    if found is None or "wave" not in watch.also:
        return Heard([], pulse)
    posts = await _posts_of(services, watch, found, fresh)
    negative = [mention for mention in posts if is_negative(mention)]
    if len({(mention.post.source, mention.post.author) for mention in negative}) < AUTHORS:
        return Heard([], pulse)
    seen = _Seen(_reason(watch, pulse.moods, found, posts, now), _graded(watch, found, posts, now))
    if running:
        return await _goes_on(services, watch, pulse, running, seen, now)
    if mute := await mutes.holding(services, watch, "wave", None, now):
        return Heard([], replace(pulse, wave=_running("", seen, now)), mute)
    return await _begun(services, watch, pulse, seen, negative, told, now)


async def ended_by_itself(services: Services, pulse: Pulse, now: datetime) -> Heard:
    """The end of a wave after which nothing came."""
    running = pulse.wave
    if running is None or not is_over(pulse.moods, now):
        return Heard([], pulse)
    return Heard(await _ended(services, running, now), replace(pulse, wave=None))


class _Seen(NamedTuple):
    reason: WaveReason
    graded: Graded


def _running(alert: str, seen: _Seen, now: datetime, *, is_line: bool = False) -> Running:
    return Running(alert=alert, began=now, told=seen.graded.severity, is_line=is_line)


async def _with_moods(
    services: Services, watch: Watch, pulse: Pulse, fresh: Sequence[Mention], now: datetime
) -> Pulse:
    """The pulse that has heard what is new; the first time, all that was kept before."""
    known = pulse.moods
    if known == Moods():
        kept = await services.records.mentions.find(
            {"watch": watch.name}, "at", since=now - FIRST_LOOK, newest_first=True, limit=LOOKED_AT
        )
        known = heard(known, felt(_others(services, [one.value for one in kept])), now)
    news = [mention for mention in _others(services, fresh) if mention.at >= now - LATE]
    goes_on = pulse.wave is not None and now - pulse.wave.began < STAYS
    return replace(pulse, moods=heard(known, felt(news), now, running=goes_on))


def _others(services: Services, mentions: Sequence[Mention]) -> list[Mention]:
    """What others than the brand itself wrote."""
    return [mention for mention in mentions if not services.config.is_own(mention.post)]


async def _posts_of(
    services: Services, watch: Watch, found: Wave, fresh: Sequence[Mention]
) -> list[Mention]:
    """The posts of the wave whose mood is read."""
    kept = await services.records.mentions.find(
        {"watch": watch.name}, "at", since=found.since, newest_first=True, limit=LOOKED_AT
    )
    known = {one.value.id: one.value for one in kept}
    known.update((mention.id, mention) for mention in fresh if mention.at >= found.since)
    return [one for one in _others(services, list(known.values())) if one.analysis.sentiment]


def _reason(
    watch: Watch, moods: Moods, found: Wave, posts: Sequence[Mention], now: datetime
) -> WaveReason:
    negative = [mention for mention in posts if is_negative(mention)]
    ranked = worst_first([(one, grade_post(one, watch.alarm, now)) for one in negative])
    return WaveReason(
        wave=found,
        until=now,
        known=round(moods.usual.read),
        patience=watch.spike_once_in / timedelta(days=1),
        themes=_themes(negative, [mention for mention in posts if not is_negative(mention)]),
        authors=len({(mention.post.source, mention.post.author) for mention in negative}),
        posts=tuple(mention.id for mention, _ in ranked[:POSTS]),
    )


def _themes(negative: Sequence[Mention], others: Sequence[Mention]) -> tuple[str, ...]:
    """What the negative posts speak of more than the others; of two alike what more speak of."""
    counts: Counter[str] = Counter(
        theme for mention in negative for theme in set(mention.analysis.themes)
    )
    past = Past.of(others)
    rises = {
        theme: past.rise(theme, count, len(negative))
        for theme, count in counts.items()
        if count > 1
    }
    leading = sorted(rises, key=lambda theme: (-rises[theme], -counts[theme], theme))
    return tuple(theme for theme in leading if rises[theme] > 0)[:THEMES]


def _graded(watch: Watch, found: Wave, posts: Sequence[Mention], now: datetime) -> Graded:
    negative = [mention for mention in posts if is_negative(mention)]
    each = [grade_post(mention, watch.alarm, now) for mention in negative]
    return grade_wave(found.negative, found.read, each)


async def _begun(
    services: Services,
    watch: Watch,
    pulse: Pulse,
    seen: _Seen,
    negative: Sequence[Mention],
    told: Sequence[Alert],
    now: datetime,
) -> Heard:
    routed = await routing.route(services, watch, "wave", seen.graded, negative, now)
    host = told[0] if told else await _story_in(services, watch, routed.channel, now)
    if host:
        line = _Line(host, wave_line(seen.reason, watch.name, _voice(services, host)))
        running = _running(host.id, seen, now, is_line=True)
        return Heard(_noted(services, line, now), replace(pulse, wave=running))
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
    return Heard(writes, replace(pulse, wave=_running(alert.id, seen, now)))


async def _made_part(
    services: Services, running: Running, spike: Alert, now: datetime
) -> list[Write]:
    kept = await services.records.alerts.get(running.alert) if running.alert else None
    if kept is None or running.is_line:
        return []
    part = replace(kept.value, part_of=spike.id)
    return [
        services.records.alerts.put(part.id, part, kept.version),
        await redrawn(services, part, now, linked=spike.id),
    ]


async def _goes_on(
    services: Services, watch: Watch, pulse: Pulse, running: Running, seen: _Seen, now: datetime
) -> Heard:
    """A running wave rings again only where it is more severe; its card shows how it is."""
    kept = await services.records.alerts.get(running.alert) if running.alert else None
    if kept is None:
        return Heard([], pulse)
    is_worse = rank(seen.graded.severity) > rank(running.told)
    held = await mutes.holding(services, watch, "wave", None, now) if is_worse else None
    alert, voice = kept.value, _voice(services, kept.value)
    writes: list[Write] = []
    if running.is_line:
        if is_worse and not held:
            writes = _noted(services, _Line(alert, wave_line(seen.reason, watch.name, voice)), now)
    else:
        if not isinstance(alert.reason, WaveReason):
            return Heard([], pulse)
        if not is_worse and alert.reason.wave == seen.reason.wave:
            return Heard([], pulse)
        graded = worse(seen.graded, alert.graded)
        after = replace(alert, reason=seen.reason, graded=graded)
        if is_worse and not held and not alert.part_of:
            writes.append(rung(services, after, wave_again(alert, after, voice), now))
        writes += await opening.worsened(services, alert, after, now)
        writes += [
            services.records.alerts.put(after.id, after, kept.version),
            await redrawn(services, after, now),
        ]
    if is_worse and not held:
        running = replace(running, told=seen.graded.severity)
    return Heard(writes, replace(pulse, wave=running))


async def _ended(services: Services, running: Running, now: datetime) -> list[Write]:
    """The card of a wave that is over, a line in its thread, and the end of its conversation; in
    another's thread nothing is said."""
    kept = await services.records.alerts.get(running.alert) if running.alert else None
    if kept is None or running.is_line or kept.value.ended:
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


async def _story_in(services: Services, watch: Watch, channel: str, now: datetime) -> Alert | None:
    """The story of negative posts that runs in a channel."""
    story = await services.records.stories.get(story_id(watch.name, channel))
    if story is None or not follows(story.value, now, now, services.config.alerts.group):
        return None
    kept = await services.records.alerts.get(story.value.alert)
    return kept.value if kept else None


class _Line(NamedTuple):
    alert: Alert
    text: str


def _noted(services: Services, line: _Line, now: datetime) -> list[Write]:
    alert = line.alert
    note = note_delivery(alert.id, alert.channel, line.text, services.sequence(), now)
    return [services.records.outbox.put(note.id, note, 0)]


def _voice(services: Services, alert: Alert) -> Voice:
    return voices.in_channel(services, alert.channel)
