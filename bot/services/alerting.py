"""What new mentions of a watch are worth telling: each alert with its conversations and its place
in the outbox, as writes for the commit that keeps the mentions they tell of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.mention import Mention
from bot.domain.watch import Watch
from bot.services import mutes, negatives, proposing, pulses, spikes, waves
from bot.services.base import Services
from bot.services.flags import flagged
from bot.services.sightings import sighted
from bot.services.volumes import Change
from bot.services.waves import Beside
from bot.store.base import Write


async def about(
    services: Services,
    watch: Watch,
    fresh: Sequence[Mention],
    turned: Sequence[Mention],
    change: Change,
    now: datetime,
) -> list[Write]:
    """The writes of every alert that new mentions of a watch give rise to, and known ones that
    were `turned` by an edit of their post; `change` is what else the poll is about to keep.

    What is a copy was told with the first (see `bot.services.copying`), and counts all the same.
    A spike comes first: the negative posts that it brings are told in its thread; without one, in
    that of the wave that is told.
    """
    news = [mention for mention in fresh if not mention.copy_of]
    flags = await flagged(services, watch, [*news, *turned], now)
    sighting = await sighted(services, watch, fresh, now, change)
    begun = await spikes.begun(services, watch, sighting, fresh, flags, now)
    spike = begun.alert or sighting.running
    wave = await waves.running(services, watch, now) if flags and spike is None else None
    told = await negatives.about(services, watch, flags, spike or wave, now)
    writes = [*begun.writes, *told.writes]
    if begun.alert is None:
        within = told.within if spike else None
        writes += await spikes.gone_on(services, watch, sighting, fresh, within, now)
    else:
        writes += await negatives.made_part(services, watch, begun.alert, now)
    stories = [one for one in (spike, *told.told) if one]
    beside = Beside(stories, begun.alert, told.within if wave else None)
    felt = await pulses.about(services, watch, fresh, change.shown, beside, now)
    writes += felt.writes
    writes += await proposing.heard(services, watch, news, now)
    held = {**told.held}
    for mute in (*((begun.mute,) if begun.mute else ()), *felt.mutes):
        kept, n = held.get(mute.value.id, (mute, 0))
        held[kept.value.id] = (kept, n + 1)
    return [*writes, *(mutes.held(services, kept, n) for kept, n in held.values())]
