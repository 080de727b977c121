"""Campaigns: kept, and what each of them returned."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import structlog

from bot.domain.campaigns import Campaign, CampaignError, checked
from bot.domain.conversions import Conversion, Missed, Whose, tags_of, unmatched_among
from bot.domain.daycounts import DayCount, day_counts
from bot.domain.folding import fold
from bot.domain.histories import history
from bot.domain.lift import MOST_DAYS, CannotTell, Lift, lift
from bot.domain.returns import Report, Tagged, reached, returned
from bot.errors import Conflict, ConversationError
from bot.services import bearing, conversions
from bot.services.base import Services
from bot.services.volumes import days_of, pairs_of
from bot.services.watching import is_admin
from bot.store.base import Write

log = structlog.get_logger(__name__)

_A_DAY = timedelta(days=1)


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
    expected = there.version if there else 0
    writes: list[Write] = [records.campaigns.put(key, campaign, expected)]
    if before and key != _key(before):
        writes.append(records.campaigns.remove(_key(before)))
    try:
        await records.commit(writes)
    except Conflict:
        raise CampaignError("Somebody else saved this campaign just now: look again.") from None
    log.info("campaign set", campaign=campaign.name, before=before, watch=campaign.watch, by=user)
    return campaign


async def delete(services: Services, name: str, user: str) -> None:
    """Forget a campaign; what it brought stays, and counts for none. Raises CampaignError where
    there is none of that name, ConversationError where the person may not."""
    check_may(services, user)
    campaign = await named(services, name)
    await services.records.commit([services.records.campaigns.remove(_key(name))])
    log.info("campaign deleted", campaign=campaign.name, watch=campaign.watch, by=user)


class Received(NamedTuple):
    """Of some conversions so many are `new`, so many were `known`, and so many match no campaign
    just now."""

    new: int
    known: int
    unmatched: int


async def receive(services: Services, told: Sequence[Conversion]) -> Received:
    """Keep what somebody tells of campaigns, each conversion once. Raises as
    `bot.services.conversions.keep` does."""
    new, was_known = await conversions.keep(services.records, told)
    whose = Whose(await known(services), services.config.timezone)
    unmatched = await asyncio.to_thread(unmatched_among, told, whose)
    log.info("conversions received", new=new, known=was_known, unmatched=unmatched)
    return Received(new, was_known, unmatched)


async def missed(services: Services) -> Missed:
    """What was told of late and counts for no campaign."""
    zone = services.config.timezone
    return await conversions.missed(services.records, await known(services), zone, services.now())


async def report(services: Services, campaign: Campaign) -> Report:
    """What a campaign returned, so far where it goes on: up to yesterday."""
    zone, today = services.config.timezone, _today(services)
    last = min(campaign.last, today - _A_DAY)
    found: Lift | CannotTell = CannotTell(why="not over")
    positive = found if campaign.goal == "positive-mentions" else None
    if last >= campaign.first:
        days = await _all_days(services, campaign, last)
        found = await _lift(days, campaign, last)
        if positive is not None:
            days = {
                watch: await bearing.positive_days(services, watch, counted, zone)
                for watch, counted in days.items()
            }
            positive = await _lift(days, campaign, last)
    everyone = await known(services)
    tally = await conversions.tally(services.records, campaign, everyone, zone, today)
    meant = found if positive is None else positive
    came = returned(campaign, meant if isinstance(meant, Lift) else None, tally)
    return Report(
        campaign=campaign,
        found=found,
        positive=positive,
        tally=tally,
        tagged=await _tagged(services, campaign),
        returned=came,
        reached=reached(campaign, meant, came.brought),
        so_far=last < campaign.last,
    )


async def _lift(
    days: Mapping[str, Sequence[DayCount]], campaign: Campaign, last: date
) -> Lift | CannotTell:
    """Off the loop: it takes some tenths of a second."""
    beside = {watch: counted for watch, counted in days.items() if watch != campaign.watch}
    return await asyncio.to_thread(lift, days[campaign.watch], campaign.first, last, beside)


async def _all_days(
    services: Services, campaign: Campaign, last: date
) -> dict[str, tuple[DayCount, ...]]:
    """The days of its watch and of those beside it that there still are, from well before it."""
    zone, there = services.config.timezone, {watch.name for watch in services.watches.all}
    until = datetime.combine(last + _A_DAY, time(), zone)
    since = datetime.combine(campaign.first - MOST_DAYS * _A_DAY, time(), zone)
    return {
        watch: await _days(services, watch, since, until, zone)
        for watch in (campaign.watch, *campaign.beside)
        if watch in there or watch == campaign.watch
    }


async def _tagged(services: Services, campaign: Campaign) -> Tagged | None:
    """How many of its watch's mentions on its days bear its tags, None where it has none."""
    tags, zone = tags_of(campaign), services.config.timezone
    if not tags:
        return None
    since = datetime.combine(campaign.first, time(), zone)
    until = datetime.combine(campaign.last + _A_DAY, time(), zone)
    return await bearing.tagged(services, campaign.watch, tags, since, until)


def _today(services: Services) -> date:
    return services.now().astimezone(services.config.timezone).date()


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
