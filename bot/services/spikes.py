"""Spikes: held against the baseline, told as one story from its first sign to its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain.alerts import Alert, Episode, Mute, SpikeReason, Told
from bot.domain.detection import History, Verdict
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


class _Hold(NamedTuple):
    """What keeps a spike from being told: a mute, a source that may be all there is to it, or where
    it is neither, the time after the last one."""

    mute: Kept[Mute] | None = None
    source: surges.Held | None = None

    @property
    def said(self) -> Sequence[Write]:
        return self.source.writes if self.source else ()


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
    seen, is_new = sighting.seen, sighting.step == "raise"
    if seen is None or not (is_new or _is_untold(sighting, seen.verdict)):
        return Begun([])
    before = sighting.episode.value if sighting.episode and not is_new else None
    hold = await _hold(services, watch, seen.verdict, fresh, before, now)
    if hold and not is_new:
        return Begun([*hold.said])
    alert: Alert | None = None
    episode = _running(watch, before, seen.verdict, now)
    writes = await _over(services, watch, sighting, seen.history, now) if is_new else []
    if hold is None:
        alert, opened = await _raised(services, watch, seen, fresh, flags, now)
        episode = replace(episode, alert=alert.id)
        writes += opened
    elif hold.source:
        episode = replace(episode, source=hold.source.source)
        settle = timers.set_timer(services, "settle", watch.name, now + SETTLES)
        writes += [*hold.said, settle]
    version = sighting.episode.version if sighting.episode else 0
    due = now + services.config.alerts.all_clear_after
    writes.append(services.records.episodes.put(watch.name, episode, version))
    writes.append(timers.set_timer(services, "all_clear", watch.name, due))
    return Begun(writes, alert, hold.mute if hold else None)


def _is_untold(sighting: Sighting, verdict: Verdict) -> bool:
    """Whether a spike goes on of which nothing was told yet, and is one still."""
    return sighting.step == "go_on" and sighting.alert is None and verdict.state == "spike"


async def _hold(
    services: Services,
    watch: Watch,
    verdict: Verdict,
    fresh: Sequence[Mention],
    running: Episode | None,
    now: datetime,
) -> _Hold | None:
    if mute := await mutes.holding(services, watch, "spike", None, now):
        return _Hold(mute=mute)
    if await cooling.holds(services, watch, verdict, now):
        return _Hold()
    source = await surges.holding(services, watch, verdict, fresh, running, now)
    return _Hold(source=source) if source else None


def _running(watch: Watch, before: Episode | None, verdict: Verdict, now: datetime) -> Episode:
    """The spike as it runs from now on, by nobody held; `before` where it began already."""
    if before:
        return replace(carried_on(before, verdict, now), source="")
    return Episode(
        watch=watch.name,
        alert="",
        began=now,
        last_over=now,
        told=verdict.evidence.volume,
        found_in=verdict.evidence.hour_start,
    )


async def _over(
    services: Services, watch: Watch, sighting: Sighting, history: History, now: datetime
) -> list[Write]:
    """The end of the spike before a new one, where that was told."""
    last, alert = sighting.episode, sighting.alert
    if last is None or alert is None:
        return []
    return await allclear.over(services, watch, last.value, alert, history, now)


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
