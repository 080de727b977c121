"""What campaigns brought, as webhooks and files tell it: each conversion kept once, and counted for
the campaign whose tags it bears when somebody asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.campaigns import Campaign
from bot.domain.conversions import (
    Conversion,
    Missed,
    Misses,
    Tally,
    Whose,
    counted_within,
    tallied,
)
from bot.services.paging import dated_pages
from bot.services.races import won
from bot.store.repositories import Records, Repository

AT_ONCE = 250
"""Conversions that are kept in one commit."""

LOOKED_BACK = timedelta(days=92)
"""How far back is looked for what counts for no campaign."""


class Received(NamedTuple):
    """So many conversions are `new`, and so many were `known`."""

    new: int
    known: int


async def keep(records: Records, conversions: Sequence[Conversion]) -> Received:
    """Keep conversions, each once by its id: of those that are told twice the first stands.

    Once this returns all is kept. Raises a StoreError where it cannot be: then perhaps a part is,
    and the same may be told again.
    """
    wanted = {one.id: one for one in reversed(conversions)}
    news, fresh = 0, list(reversed(wanted.values()))
    for start in range(0, len(fresh), AT_ONCE):
        await asyncio.sleep(0)  # a store that answers at once gives nobody else a turn
        news += await _kept(records, fresh[start : start + AT_ONCE])
    return Received(news, len(conversions) - news)


async def _kept(records: Records, conversions: Sequence[Conversion]) -> int:
    """Keep those that are not known; how many these are."""

    async def kept() -> int:  # again where another worker was told the same
        fresh = [one for one in conversions if await records.conversions.get(one.id) is None]
        await records.commit([records.conversions.put(one.id, one, expected=0) for one in fresh])
        return len(fresh)

    return await won(kept)


async def tally(
    records: Records, campaign: Campaign, known: Sequence[Campaign], zone: ZoneInfo, today: date
) -> Tally:
    """What was told of one of the campaigns that are `known`, on its days and some after."""
    since, until = counted_within(campaign, zone)
    last = min((until - timedelta(seconds=1)).astimezone(zone).date(), today)
    found, whose = Tally(until=last), Whose(known, zone)
    async for page in _pages(records, since, until):
        found = await asyncio.to_thread(tallied, found, page, campaign, whose)
    return found


async def missed(
    records: Records, known: Sequence[Campaign], zone: ZoneInfo, now: datetime
) -> Missed:
    """What was told of late and counts for none of the campaigns that are known."""
    misses = Misses(Whose(known, zone))
    async for page in _pages(records, now - LOOKED_BACK, now + timedelta(days=1)):
        await asyncio.to_thread(misses.count, page)
    return misses.missed()


def _pages(records: Records, since: datetime, until: datetime) -> AsyncIterator[list[Conversion]]:
    kept: Repository[Conversion] = records.conversions
    return dated_pages(kept, {}, since, until)
