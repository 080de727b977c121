"""A spike that was held for its source, looked at again when that has settled."""

from __future__ import annotations

from datetime import datetime

from bot.services import negatives, spikes
from bot.services.base import Services
from bot.services.sightings import sighted
from bot.services.timers import Look


async def look(services: Services, subject: str, now: datetime) -> Look:
    """Tell the spike of a watch that was held, where nothing holds it any more."""
    watch = services.watches.find(subject)
    episode = await services.records.episodes.get(subject)
    if watch is None or episode is None or episode.value.alert or not episode.value.source:
        return Look()
    sighting = await sighted(services, watch, (), now, anew=True)
    begun = await spikes.begun(services, watch, sighting, (), (), now)
    if begun.alert is None:
        return Look(begun.writes)
    return Look([*begun.writes, *await negatives.made_part(services, watch, begun.alert, now)])
