"""Spikes: held against the baseline, told as one story from its first sign to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain.alerts import Alert, Episode, Mute, SpikeReason, Told
from bot.domain.conversation import Conversation
from bot.domain.detection import History, Verdict, detect
from bot.domain.drivers import drivers
from bot.domain.grading import grade_spike, grade_story, worse
from bot.domain.identity import conversation_id
from bot.domain.mention import Mention
from bot.domain.severity import Graded
from bot.domain.spikes import SpikeStep, carried_on, is_off, spike_step, turned_at
from bot.domain.stories import Change, change
from bot.domain.summaries import mood_of
from bot.domain.volume import DayVolume, hourly
from bot.domain.watch import Watch
from bot.services import allclear, deadlines, escalation, mutes, routing, timers, voices
from bot.services.base import Services
from bot.services.flags import Flag
from bot.services.raising import raised, redrawn, rung
from bot.services.volumes import history_of
from bot.slack.blocks.again import spike_again
from bot.store.base import Write
from bot.store.repositories import Kept

BASELINE = timedelta(hours=48)
"""How far before the window the drivers look for what is usual."""


class Sighting(NamedTuple):
    """What is seen of a watch's volume, the story that runs, and what the one means to the other.

    Nothing is seen (`verdict` None) where nothing is new, or a source was never read.
    """

    history: History | None
    verdict: Verdict | None
    episode: Kept[Episode] | None
    alert: Kept[Alert] | None
    step: SpikeStep

    @property
    def running(self) -> Alert | None:
        """The alert of the spike that goes on."""
        return self.alert.value if self.alert and self.step != "raise" else None


class Begun(NamedTuple):
    """A spike that began: its alert, or the mute that holds it."""

    writes: list[Write]
    alert: Alert | None = None
    mute: Kept[Mute] | None = None


async def sighted(
    services: Services,
    watch: Watch,
    fresh: Sequence[Mention],
    changed: Mapping[str, DayVolume],
    now: datetime,
) -> Sighting:
    """Hold the volume against the baseline, and that against the story so far."""
    records = services.records
    episode = await records.episodes.get(watch.name)
    alert = None
    if episode and episode.value.alert:
        alert = await records.alerts.get(episode.value.alert)
    history = await history_of(services, watch, changed, now) if fresh else None
    if history is None:
        return Sighting(None, None, episode, alert, "none")
    verdict = detect(history, now)
    rest = services.config.alerts.all_clear_after
    step = spike_step(episode.value if episode else None, verdict, now, rest)
    return Sighting(history, verdict, episode, alert, step)


async def begun(
    services: Services,
    watch: Watch,
    sighting: Sighting,
    fresh: Sequence[Mention],
    flags: Sequence[Flag],
    now: datetime,
) -> Begun:
    """A new spike; or one that began while it was muted, and is not any more."""
    history, verdict, episode, alert, step = sighting
    silent = step == "go_on" and alert is None
    if history is None or verdict is None or not (step == "raise" or silent):
        return Begun([])
    mute = await mutes.holding(services, watch, "spike", None, now)
    if mute and silent:
        return Begun([])
    records = services.records
    version = episode.version if episode else 0
    running = Episode(
        watch=watch.name, alert="", began=now, last_over=now, told=verdict.evidence.seen
    )
    if silent and episode:
        running = carried_on(episode.value, verdict, now)
    writes: list[Write] = []
    if step == "raise" and episode and alert:
        writes += await allclear.over(services, watch, episode.value, alert, history, now)
    raised_ = None
    if mute is None:
        raised_, opening = await _raised(services, watch, verdict, history, fresh, flags, now)
        running = replace(running, alert=raised_.id)
        writes += opening
    due = now + services.config.alerts.all_clear_after
    writes.append(records.episodes.put(watch.name, running, version))
    writes.append(timers.set_timer(services, "all_clear", watch.name, due))
    return Begun(writes, raised_, mute)


async def gone_on(
    services: Services,
    watch: Watch,
    sighting: Sighting,
    fresh: Sequence[Mention],
    within: Alert | None,
    now: datetime,
) -> list[Write]:
    """What a running spike's story comes to: `within` is the one of its negative posts, where that
    grew. Its card is drawn again where it is off; it rings where it got worse by a step."""
    history, verdict, episode, kept, step = sighting
    writes: list[Write] = []
    if verdict and episode and step == "go_on":
        carried = carried_on(episode.value, verdict, now)
        writes.append(services.records.episodes.put(watch.name, carried, episode.version))
    if kept is None or not isinstance(kept.value.reason, SpikeReason):
        return writes
    alert, reason, told = kept.value, kept.value.reason, kept.value.told
    news = step == "go_on" and verdict and is_off(reason.evidence, verdict.evidence)
    if told is None or not (news or within):
        return writes
    after = alert
    if verdict and history and step == "go_on":
        after = await _as_seen_now(services, watch, alert, told, verdict, history, fresh)
    return writes + await _told(services, watch, kept, after, within, step, now)


async def _raised(
    services: Services,
    watch: Watch,
    verdict: Verdict,
    history: History,
    fresh: Sequence[Mention],
    flags: Sequence[Flag],
    now: datetime,
) -> tuple[Alert, list[Write]]:
    """The alert of a new spike with its conversation, its channel and its deadline."""
    around = await _mentions(services, watch, verdict, fresh)
    reason = await _reason(watch, around, verdict, history, verdict.evidence.window_start)
    story = grade_story([(flag.mention, flag.graded) for flag in flags], len(flags))
    graded = grade_spike(verdict.evidence, reason.negative, reason.read, story if flags else None)
    window = [m for m in around if m.at >= verdict.evidence.window_start]
    routed = await routing.route(services, watch, "spike", graded, window, now)
    id = conversation_id(watch.name, "spike", now.isoformat())
    voice = voices.in_channel(services, routed.channel)
    opened, due = deadlines.opened(
        services,
        Conversation(
            id=id,
            watch=watch.name,
            title=voice.say("Spike, {moment}", moment=voice.moment(now)),
            alert=id,
            opened=now,
            changed=now,
            severity=graded.severity,
        ),
        now,
    )
    alert = Alert(
        id=id,
        kind="spike",
        watch=watch.name,
        channel=routed.channel,
        raised=now,
        reason=reason,
        conversation=id,
        graded=graded,
        route=routed.route,
        trail=routed.trail,
        here=routed.here,
        told=_as_told(reason, graded, now),
    )
    conversations = services.records.conversations
    return alert, [
        conversations.put(id, opened, 0),
        *due,
        *raised(services, alert, now),
        *escalation.raised(services, alert, now),
    ]


async def _as_seen_now(
    services: Services,
    watch: Watch,
    alert: Alert,
    told: Told,
    verdict: Verdict,
    history: History,
    fresh: Sequence[Mention],
) -> Alert:
    """The alert with the figures and the drivers of now; where what is said turned from praise to
    complaints, they are those of the complaints."""
    around = await _mentions(services, watch, verdict, fresh)
    hour = [m for m in around if m.at >= verdict.evidence.window_start]
    turned = alert.turned or turned_at(hour, told)
    since = max(filter(None, (verdict.evidence.window_start, turned)))
    return replace(
        alert, reason=await _reason(watch, around, verdict, history, since), turned=turned
    )


async def _told(
    services: Services,
    watch: Watch,
    kept: Kept[Alert],
    after: Alert,
    within: Alert | None,
    step: SpikeStep,
    now: datetime,
) -> list[Write]:
    """The story as it is now, graded, and told again where that is due."""
    before, reason, told = kept.value, after.reason, kept.value.told
    if not isinstance(reason, SpikeReason) or told is None:
        return []
    story = within.graded if within else None
    graded = worse(grade_spike(reason.evidence, reason.negative, reason.read, story), before.graded)
    after = replace(after, graded=graded)
    seen = reason.evidence.seen if step == "go_on" else 0
    config = services.config.alerts
    step_up: Change | None = change(
        told, seen, graded.severity, now, group=config.group, repeat_every=config.repeat_every
    )
    if step_up == "going_on" and step != "go_on":
        step_up = None
    has_turned = after.turned is not None and before.turned is None
    writes: list[Write] = []
    held = await mutes.holding(services, watch, "spike", None, now)
    if (step_up or has_turned) and not held:
        after, ringing = await _rings_again(services, watch, before, after, step_up, now)
        writes += ringing
    if graded.severity != before.graded.severity:
        writes += await _conversation_graded(services, after, now)
        writes += escalation.raised(services, after, now)
    writes.append(services.records.alerts.put(after.id, after, kept.version))
    writes.append(await redrawn(services, after, now))
    return writes


async def _rings_again(
    services: Services,
    watch: Watch,
    before: Alert,
    after: Alert,
    step_up: Change | None,
    now: datetime,
) -> tuple[Alert, list[Write]]:
    """A line in the thread that the channel sees; it rings for everybody where the spike has become
    so bad that its route says so, once."""
    reason = after.reason
    if not isinstance(reason, SpikeReason):
        return after, []
    here = False
    if not before.here:
        routed = await routing.route(services, watch, "spike", after.graded, (), now)
        here = routed.here
    voice = voices.in_channel(services, after.channel)
    text = spike_again(before, after, step_up, voice, here=here)
    after = replace(after, told=_as_told(reason, after.graded, now), here=before.here or here)
    return after, [rung(services, after, text, now)]


async def _conversation_graded(services: Services, alert: Alert, now: datetime) -> list[Write]:
    """The spike's own conversation, as severe as the spike."""
    kept = await services.records.conversations.get(alert.conversation)
    if kept is None or kept.value.severity == alert.severity:
        return []
    graded, due = deadlines.opened(services, replace(kept.value, severity=alert.severity), now)
    return [services.records.conversations.put(graded.id, graded, kept.version), *due]


def _as_told(reason: SpikeReason, graded: Graded, now: datetime) -> Told:
    return Told(
        at=now,
        volume=reason.evidence.seen,
        severity=graded.severity,
        negative=reason.negative,
        read=reason.read,
    )


async def _mentions(
    services: Services, watch: Watch, verdict: Verdict, fresh: Sequence[Mention]
) -> list[Mention]:
    """The mentions of the window, and of what was usual before it."""
    stored = await services.records.mentions.find(
        {"watch": watch.name}, "at", since=verdict.evidence.window_start - BASELINE
    )
    return list({m.id: m for m in (*(kept.value for kept in stored), *fresh)}.values())


async def _reason(
    watch: Watch,
    mentions: Sequence[Mention],
    verdict: Verdict,
    history: History,
    since: datetime,
) -> SpikeReason:
    """The verdict with what drove it: the posts since a time held against those before it."""
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
        hours=hourly(history.counts, 24),
    )
