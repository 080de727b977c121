"""News that a watch may ask for: a theme that rises from nothing, and a post that spreads fast.

Unless it does, the one is marked in digests, and the other a line in the thread of a spike that
runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain.alerts import LATE, Alert, Mute, Reason, Told
from bot.domain.conversation import Untitled
from bot.domain.grading import grade_velocity
from bot.domain.mention import Mention
from bot.domain.novelties import WINDOW, may_hold_one, novelty
from bot.domain.outbox import note_delivery
from bot.domain.pulses import Pulse, ToldTheme
from bot.domain.severity import Graded
from bot.domain.velocity import (
    FEWEST,
    Speeds,
    VelocityReason,
    clocked,
    clocked_again,
    quicker,
    remembered,
    velocity,
)
from bot.domain.watch import Watch
from bot.services import mutes, opening, routing, voices
from bot.services.base import Services
from bot.services.before import mentions_before
from bot.slack.blocks.news import velocity_line
from bot.store.base import Write
from bot.store.repositories import Kept

LOOKED_AT = 500
"""Mentions of the last day, newest first, in which a new theme is looked for."""

REMEMBERED = timedelta(days=14)
"""A theme that was told so long ago may be new again."""

FIRST_LOOK = timedelta(days=28)


class Noticed(NamedTuple):
    """The writes of it, the pulse as it is after it, and the mutes that held something."""

    writes: list[Write]
    pulse: Pulse
    mutes: tuple[Kept[Mute], ...] = ()


async def about(
    services: Services,
    watch: Watch,
    pulse: Pulse,
    fresh: Sequence[Mention],
    again: Sequence[Mention],
    spike: Alert | None,
    now: datetime,
) -> Noticed:
    """What is new or fast among new mentions, and fast among known ones (see `liked_again`). While
    a `spike` is told, its drivers say what is new, and what is fast is a line in its thread."""
    news = [one for one in fresh if one.at >= now - LATE and not services.config.is_own(one.post)]
    fast = await _fast(services, watch, pulse, news, again, spike, now)
    if spike or "theme" not in watch.also:
        return fast
    new = await _new(services, watch, fast.pulse, news, now)
    return Noticed([*fast.writes, *new.writes], new.pulse, (*fast.mutes, *new.mutes))


def liked_again(
    services: Services, shown: Sequence[Mention], fresh: Sequence[Mention], now: datetime
) -> list[Mention]:
    """Of what a source has shown the posts of late that are known, and liked by many by now."""
    new = {mention.id for mention in fresh}
    return [
        one
        for one in shown
        if one.post.engagement >= FEWEST
        and one.id not in new
        and one.at >= now - LATE
        and not services.config.is_own(one.post)
    ]


async def _fast(
    services: Services,
    watch: Watch,
    pulse: Pulse,
    news: Sequence[Mention],
    again: Sequence[Mention],
    spike: Alert | None,
    now: datetime,
) -> Noticed:
    """The fastest of the posts, where it is that fast and was not told."""
    known = pulse.speeds if pulse.speeds != Speeds() else await _first_speeds(services, watch, now)
    faster = quicker(pulse.clocks, again)
    speeds = clocked_again(clocked(known, news, now), pulse.clocks, faster)
    told = {clock.post for clock in pulse.clocks if clock.told}
    untold = [one for one in (*news, *faster) if one.id not in told]
    found = _fastest(known, untold, watch) if spike or "velocity" in watch.also else None
    is_told = found[0].id if found else ""
    clocks = remembered(pulse.clocks, [*news, *faster], is_told, now - LATE)
    after = replace(pulse, speeds=speeds, clocks=clocks)
    if found is None:
        return Noticed([], after)
    mention, reason = found
    if spike:
        return Noticed(_line(services, spike, mention, reason, now), after)
    graded = grade_velocity(mention, reason.speed)
    writes, held = await _raised(services, watch, "velocity", reason, graded, [mention], now)
    return Noticed(writes, after, held)


def _fastest(
    known: Speeds, mentions: Sequence[Mention], watch: Watch
) -> tuple[Mention, VelocityReason] | None:
    """The fastest of some posts, of those that are fast."""
    patience = watch.spike_once_in / timedelta(days=1)
    fast = [(one, reason) for one in mentions if (reason := velocity(known, one, patience))]
    return max(fast, key=lambda pair: pair[1].speed, default=None)


async def _first_speeds(services: Services, watch: Watch, now: datetime) -> Speeds:
    """The speeds of what was kept before any were learnt."""
    kept = await services.records.mentions.find(
        {"watch": watch.name}, "at", since=now - FIRST_LOOK, newest_first=True, limit=LOOKED_AT
    )
    if not kept:
        return Speeds()
    known = clocked(Speeds(), [one.value for one in kept], now)
    return replace(known, days=(now - kept[-1].value.at) / timedelta(days=1))


async def _new(
    services: Services, watch: Watch, pulse: Pulse, news: Sequence[Mention], now: datetime
) -> Noticed:
    """The newest theme, where there is one; the two weeks before are read only for what many speak
    of."""
    kept = await services.records.mentions.find(
        {"watch": watch.name}, "at", since=now - WINDOW, newest_first=True, limit=LOOKED_AT
    )
    today = list({one.id: one for one in (*(k.value for k in kept), *news)}.values())
    told = tuple(one for one in pulse.themes if one.at > now - REMEMBERED)
    fresh_to_it = [one for one in news if not _is_told(one, told)]
    if not may_hold_one(today, fresh_to_it):
        return Noticed([], pulse)
    before = await mentions_before(services, watch, now - WINDOW)
    reason = novelty(today, before, [one.theme for one in told])
    if reason is None:
        return Noticed([], pulse)
    posts = [mention for mention in today if reason.theme in mention.analysis.themes]
    graded = Graded(severity="low")
    writes, held = await _raised(services, watch, "theme", reason, graded, posts, now)
    return Noticed(writes, replace(pulse, themes=(*told, ToldTheme(reason.theme, now))), held)


def _is_told(mention: Mention, told: Sequence[ToldTheme]) -> bool:
    return any(one.theme in mention.analysis.themes for one in told)


async def _raised(
    services: Services,
    watch: Watch,
    kind: Untitled,
    reason: Reason,
    graded: Graded,
    posts: Sequence[Mention],
    now: datetime,
) -> tuple[list[Write], tuple[Kept[Mute], ...]]:
    """A message of its own, unless it is muted: news that is held back is no news later."""
    if held := await mutes.holding(services, watch, kind, None, now):
        return [], (held,)
    routed = await routing.route(services, watch, kind, graded, posts, now)
    told = Told(at=now, volume=len(posts), severity=graded.severity)
    _, writes = opening.opened(services, watch, kind, reason, graded, routed, told)
    return writes, ()


def _line(
    services: Services, spike: Alert, mention: Mention, reason: VelocityReason, now: datetime
) -> list[Write]:
    text = velocity_line(reason, mention, voices.in_channel(services, spike.channel))
    note = note_delivery(spike.id, spike.channel, text, services.sequence(), now)
    return [services.records.outbox.put(note.id, note, 0)]
