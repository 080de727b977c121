"""Spikes that may be no more than a source that filled in what it had missed: held until it shows
whether other watches jump with it, and then one word about the source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.domain.alerts import Episode
from bot.domain.detection import Verdict
from bot.domain.mention import Mention
from bot.domain.outbox import notice_delivery
from bot.domain.pairs import came_back, pair_id
from bot.domain.surges import LASTS, SETTLES, WATCHES, is_back, is_reissued, source_behind
from bot.domain.watch import Watch
from bot.services import voices
from bot.services.base import Services
from bot.services.before import mentions_before
from bot.services.raising import said_once
from bot.services.sightings import mentions_within
from bot.services.turns import in_turns
from bot.slack.notes import source_filled_in
from bot.store.base import Write


class Held(NamedTuple):
    """A spike that is not told, or not yet: the `source` that may be all there is to it, and what
    is said of that."""

    source: str
    writes: Sequence[Write] = ()


async def holding(
    services: Services,
    watch: Watch,
    verdict: Verdict,
    fresh: Sequence[Mention],
    running: Episode | None,
    now: datetime,
) -> Held | None:
    """What holds a spike, None where nothing does: `running` is the one that began, if it did."""
    source = await _source(services, watch, verdict, fresh, now)
    if source is None:
        return None
    began = running.began if running else now
    fellows = [one for one in await _held_for(services, source, now) if one.watch != watch.name]
    if len(fellows) + 1 >= WATCHES:
        since = min([began, *(one.began for one in fellows)])
        watches = sorted([watch.name, *(one.watch for one in fellows)])
        return Held(source, await _said(services, source, watches, since, now))
    return Held(source) if now - began < SETTLES else None


async def _source(
    services: Services, watch: Watch, verdict: Verdict, fresh: Sequence[Mention], now: datetime
) -> str | None:
    """The source that brought nearly all of the excess, where it may have filled in."""
    hour = await mentions_within(services, watch, verdict, fresh)
    past = await mentions_before(services, watch, verdict.evidence.hour_start)
    source = source_behind(hour, past, verdict.evidence.expected_an_hour)
    if source is None or not _is_shared(services, source):
        return None
    pair = await services.records.pairs.get(pair_id(watch.name, source))
    every = next((s.every for s in services.config.sources if s.name == source), timedelta())
    had_a_gap = pair and (is_back(pair.value, now) or came_back(pair.value, now, every))
    return source if had_a_gap or is_reissued(hour, past, source) else None


def _is_shared(services: Services, source: str) -> bool:
    """Whether so many watches read a source that they can jump together."""
    return sum(source in watch.sources for watch in services.watches.polled) >= WATCHES


async def _held_for(services: Services, source: str, now: datetime) -> list[Episode]:
    """The spikes of other watches that are held for a source."""
    found: list[Episode] = []
    async for watch in in_turns(services.watches.all):
        kept = await services.records.episodes.get(watch.name)
        if kept and kept.value.source == source and now - kept.value.began <= LASTS:
            found.append(kept.value)
    return found


async def _said(
    services: Services, source: str, watches: Sequence[str], since: datetime, now: datetime
) -> list[Write]:
    """One word about the source, to the admin channel."""
    admins = services.config.slack.admin_channel
    text = source_filled_in(source, watches, voices.in_channel(services, admins))
    about = f"{source} filled in {since.isoformat()}"
    notice = notice_delivery(admins, text, services.sequence(), now, about)
    return await said_once(services, notice)
