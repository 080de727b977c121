"""Gathering what a person's App Home shows."""

from __future__ import annotations

from datetime import datetime, time

from bot.domain.status import Home, Lookout, by_deadline, team_of, worst_first
from bot.services import (
    asking,
    insightteams,
    judgements,
    load,
    lookout,
    subscriptions,
    watching,
)
from bot.services.base import Services

WATCHES = 12
"""Watches that are shown with their state; the others are chosen from a menu."""


async def of(services: Services, user: str) -> Home:
    """App Home of a person, as it is now."""
    now = services.now()
    held = await services.pending.read(services.records)
    return Home(
        now=now,
        mine=by_deadline(one for one in held if one.assignee == user),
        waiting=worst_first(one for one in held if one.state == "new"),
        team=team_of(held, await _taken_today(services, now), now),
        digest=await subscriptions.of(services, user),
        week=await load.of_person(services, user),
        asked=tuple(await asking.unanswered(services)),
        insights=await insightteams.waiting_for(services, user),
        lookout=await _lookout(services) if watching.is_admin(services, user) else None,
    )


async def _taken_today(services: Services, now: datetime) -> int:
    """Conversations that were claimed or given since midnight where the team is."""
    zone = services.config.hours.zone
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    return await services.taken.count(services.records.audit, midnight, now)


async def _lookout(services: Services) -> Lookout:
    every = services.watches.all
    return Lookout(
        watches=await lookout.states(services, every[:WATCHES]),
        names=tuple(watch.name for watch in every),
        closed=await lookout.closed(services),
        proposals=tuple(await judgements.waiting(services)),
    )
