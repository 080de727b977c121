"""Spikes: held against the baseline, told as one story from its first sign to its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain.alerts import Alert, Episode, Mute, SpikeReason, Told
from bot.domain.grading import grade_spike, grade_story, worse
from bot.domain.mention import Mention
from bot.domain.severity import Graded
from bot.domain.spikes import SpikeStep, carried_on, is_off
from bot.domain.stories import TRIPLE, Change, change
from bot.domain.surges import SETTLES
from bot.domain.watch import Watch
from bot.services import allclear, cooling, mutes, opening, routing, surges, timers, voices
from bot.services.base import Services
from bot.services.elsewhere import loudness
from bot.services.flags import Flag
from bot.services.raising import redrawn, rung
from bot.services.sightings import Seen, Sighting, as_seen_now, mentions_within, reason_for
from bot.slack.blocks.again import spike_again
from bot.store.base import Write
from bot.store.repositories import Kept


class Begun(NamedTuple):
    """A spike that began: its alert, or the mute that holds it."""

    writes: list[Write]
    alert: Alert | None = None
    mute: Kept[Mute] | None = None


async def begun(
    services: Services,
    watch: Watch,
    sighting: Sighting,
    fresh: Sequence[Mention],
    flags: Sequence[Flag],
    now: datetime,
) -> Begun:
    """A new spike; or one that began while something held it, which does not any more: a mute, the
    time after the last one, or its source."""
    seen, episode, alert, step = sighting.seen, sighting.episode, sighting.alert, sighting.step
    if seen is None:
        return Begun([])
    verdict = seen.verdict
    rare = verdict.state == "spike"
    silent = step == "go_on" and alert is None and rare
    if not (step == "raise" or silent):
        return Begun([])
    mute = await mutes.holding(services, watch, "spike", None, now)
    cools = mute is None and await cooling.holds(services, watch, verdict, now)
    before = episode.value if episode and silent else None
    settles = None
    if not (mute or cools):
        settles = await surges.holding(services, watch, verdict, fresh, before, now)
    if silent and (mute or cools or settles):
        return Begun([*settles.writes] if settles else [])
    records = services.records
    version = episode.version if episode else 0
    evidence = verdict.evidence
    running = Episode(
        watch=watch.name,
        alert="",
        began=now,
        last_over=now,
        told=evidence.volume,
        found_in=evidence.hour_start,
    )
    if before:
        running = replace(carried_on(before, verdict, now), source="")
    writes: list[Write] = []
    if settles:
        running = replace(running, source=settles.source)
        writes += settles.writes
        writes.append(timers.set_timer(services, "settle", watch.name, now + SETTLES))
    if step == "raise" and episode and alert:
        writes += await allclear.over(services, watch, episode.value, alert, seen.history, now)
    raised_ = None
    if not (mute or cools or settles):
        raised_, opened = await _raised(services, watch, seen, fresh, flags, now)
        running = replace(running, alert=raised_.id)
        writes += opened
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
    verdict, episode, kept, step = sighting.verdict, sighting.episode, sighting.alert, sighting.step
    writes: list[Write] = []
    if verdict and episode and step == "go_on":
        carried = carried_on(episode.value, verdict, now)
        writes.append(services.records.episodes.put(watch.name, carried, episode.version))
    if kept is None or not isinstance(kept.value.reason, SpikeReason):
        return writes
    alert, reason, told = kept.value, kept.value.reason, kept.value.told
    news = step == "go_on" and verdict and is_off(reason.evidence, verdict.evidence)
    coverage = sighting.coverage
    is_other = reason.coverage is not None and coverage != reason.coverage
    if told is None or not (news or within or is_other):
        return writes
    after = replace(alert, reason=replace(reason, coverage=coverage))
    if sighting.seen and step == "go_on":
        after = await as_seen_now(services, watch, alert, told, sighting.seen, fresh)
    rare = verdict is not None and verdict.state == "spike"
    return writes + await _told(services, watch, kept, after, within, step, now, rare=rare)


async def _raised(
    services: Services,
    watch: Watch,
    seen: Seen,
    fresh: Sequence[Mention],
    flags: Sequence[Flag],
    now: datetime,
) -> tuple[Alert, list[Write]]:
    """The alert of a new spike with its conversation, its channel and its deadline."""
    evidence = seen.verdict.evidence
    window = await mentions_within(services, watch, seen.verdict, fresh)
    reason = await reason_for(services, watch, window, seen, evidence.window_start)
    story = grade_story([(flag.mention, flag.graded) for flag in flags], len(flags))
    within = story if flags else None
    graded = grade_spike(evidence, reason.negative, reason.read, within, reason.drivers)
    routed = await routing.route(services, watch, "spike", graded, window, now)
    told = _as_told(reason, graded, now)
    return opening.opened(services, watch, "spike", reason, graded, routed, told)


async def _told(
    services: Services,
    watch: Watch,
    kept: Kept[Alert],
    after: Alert,
    within: Alert | None,
    step: SpikeStep,
    now: datetime,
    *,
    rare: bool,
) -> list[Write]:
    """The story as it is now, graded, and told again where that is due: that it goes on only where
    its volume is `rare` by itself, and not just above the usual."""
    before, reason, told = kept.value, after.reason, kept.value.told
    if not isinstance(reason, SpikeReason) or told is None:
        return []
    story = within.graded if within else None
    as_it_is = grade_spike(reason.evidence, reason.negative, reason.read, story, reason.drivers)
    graded = worse(as_it_is, before.graded)
    after = replace(after, graded=graded)
    seen = reason.evidence.volume if step == "go_on" else 0
    config = services.config.alerts
    step_up: Change | None = change(
        told,
        seen,
        graded.severity,
        now,
        group=config.group,
        repeat_every=config.repeat_every,
        factor=TRIPLE,
    )
    if step_up == "going_on" and not rare:
        step_up = None
    has_turned = after.turned is not None and before.turned is None
    writes: list[Write] = []
    held = await mutes.holding(services, watch, "spike", None, now)
    if (step_up or has_turned) and not held:
        after, ringing = await _rings_again(services, watch, before, after, step_up, now)
        writes += ringing
    writes += await opening.worsened(services, before, after, now)
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
    so bad that its route says so, once; and a word where its route has it told by now."""
    reason = after.reason
    if not isinstance(reason, SpikeReason):
        return after, []
    drivers = [await services.records.mentions.get(id) for id in reason.posts]
    posts = [kept.value for kept in drivers if kept]
    loud, elsewhere = await loudness(services, watch, after, posts, now)
    here = loud and not before.here
    voice = voices.in_channel(services, after.channel)
    text = spike_again(before, after, step_up, voice, here=here)
    after = replace(after, told=_as_told(reason, after.graded, now), here=before.here or here)
    return after, [rung(services, after, text, now), *(elsewhere if step_up == "worse" else ())]


def _as_told(reason: SpikeReason, graded: Graded, now: datetime) -> Told:
    return Told(
        at=now,
        volume=reason.evidence.volume,
        severity=graded.severity,
        negative=reason.negative,
        read=reason.read,
    )
