"""Campaigns: kept, and what each of them returned."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.campaigns import Campaign, CampaignError, Return, checked, returned
from bot.domain.daycounts import DayCount, day_counts
from bot.domain.folding import fold
from bot.domain.histories import history
from bot.domain.lift import MOST_DAYS, CannotTell, Lift, lift
from bot.errors import ConversationError
from bot.services.base import Services
from bot.services.volumes import days_of, pairs_of
from bot.services.watching import is_admin
from bot.store.base import Write

_A_DAY = timedelta(days=1)


class Report(NamedTuple):
    """What a campaign added to its watch's mentions, and what its money came to; `so_far` while it
    goes on."""

    campaign: Campaign
    found: Lift | CannotTell
    returned: Return
    so_far: bool


def check_may(services: Services, user: str) -> None:
    """Raises ConversationError unless the person administers Vigie or is the manager."""
    if not may(services, user):
        raise ConversationError(
            "Campaigns are set by those who administer Vigie, and by the manager."
        )


def may(services: Services, user: str) -> bool:
    """Whether a person sets campaigns."""
    return is_admin(services, user) or user == services.config.rota.manager


async def known(services: Services) -> Sequence[Campaign]:
    """All campaigns, the latest first."""
    kept = await services.records.campaigns.find({}, "first", newest_first=True)
    return [one.value for one in kept]


async def named(services: Services, name: str) -> Campaign:
    """A campaign by its name, however it is capitalised. Raises CampaignError."""
    kept = await services.records.campaigns.get(_key(name))
    if kept is None:
        raise CampaignError("There is no campaign of that name.")
    return kept.value


async def save(services: Services, campaign: Campaign, user: str, *, before: str = "") -> Campaign:
    """Keep a campaign, in the place of that which was called `before`. Raises CampaignError where
    it cannot be one or another has its name, ConversationError where the person may not,
    UnknownWatch where a watch is not known."""
    check_may(services, user)
    checked(campaign)
    for watch in (campaign.watch, *campaign.beside):
        services.watches.named(watch)
    records, key = services.records, _key(campaign.name)
    there = await records.campaigns.get(key)
    if there is not None and key != _key(before):
        raise CampaignError("There is a campaign of that name already.")
    writes: list[Write] = [records.campaigns.put(key, campaign)]
    if before and key != _key(before):
        writes.append(records.campaigns.remove(_key(before)))
    await records.commit(writes)
    return campaign


async def report(services: Services, campaign: Campaign) -> Report:
    """What a campaign returned, so far where it goes on: up to yesterday."""
    zone, now = services.config.timezone, services.now()
    yesterday = now.astimezone(zone).date() - _A_DAY
    last = min(campaign.last, yesterday)
    found: Lift | CannotTell = CannotTell(why="not over")
    if last >= campaign.first:
        until = datetime.combine(last + _A_DAY, time(), zone)
        since = datetime.combine(campaign.first - MOST_DAYS * _A_DAY, time(), zone)
        days = await _days(services, campaign.watch, since, until, zone)
        beside = {
            watch: await _days(services, watch, since, until, zone)
            for watch in campaign.beside
            if any(watch == one.name for one in services.watches.all)
        }
        found = await asyncio.to_thread(lift, days, campaign.first, last, beside)
    told = found if isinstance(found, Lift) else None
    return Report(campaign, found, returned(campaign, told), last < campaign.last)


async def _days(
    services: Services, watch: str, since: datetime, until: datetime, zone: ZoneInfo
) -> tuple[DayCount, ...]:
    """A watch's mentions by day, from `since` to before `until`; none where nothing was counted."""
    records, known_watch = services.records, services.watches.named(watch)
    volumes = await days_of(records, watch, since, until)
    pairs = await pairs_of(records, known_watch)
    end = until - timedelta(seconds=1)
    counted = history(volumes, pairs, known_watch.sources, since, end)
    return day_counts(counted.start, counted.counts, zone) if counted else ()


def _key(name: str) -> str:
    return fold(name).strip()
