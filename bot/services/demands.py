"""What people ask of a brand: what was said of late, and what is like a demand."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from bot.domain.alike import LIKE, Usual, weighed
from bot.domain.demands import Demand
from bot.domain.insights import Insight
from bot.domain.likeposts import like
from bot.domain.mention import Mention
from bot.domain.outcries import likest
from bot.domain.watch import Watch
from bot.services.apart import apart
from bot.services.base import Services
from bot.store.repositories import Kept

READ = 10_000
"""Mentions of a watch that are looked at, the latest."""

REMEMBERED = timedelta(days=365)
"""Insights that were heard so long ago may be raised anew."""

PAST = timedelta(days=90)
"""How far back like posts are gathered."""


async def lately(services: Services, watch: Watch, since: datetime) -> list[Mention]:
    """A watch's mentions of late, without what the brand itself wrote."""
    found = await services.records.mentions.find(
        {"watch": watch.name}, "at", since=since, newest_first=True, limit=READ
    )
    own = services.config.is_own
    return [kept.value for kept in found if not own(kept.value.post)]


async def kept_insights(services: Services, now: datetime) -> list[Kept[Insight]]:
    """What is an insight already, or was said to be none."""
    return await services.records.insights.find({}, "heard", since=now - REMEMBERED)


async def gather(
    services: Services, demand: Demand, watch: Watch, now: datetime, within: timedelta = PAST
) -> list[Mention]:
    """The posts of a watch that are like a demand, also those of the past, the likest first. Of
    10,000 mentions it takes less than a second, in a thread."""
    mentions = await lately(services, watch, now - within)
    return await apart(partial(like, demand, mentions, watch.query.words()), "like posts")


async def like_insights(
    services: Services, demand: Demand, watch: Watch, now: datetime, most: int = 20
) -> list[Insight]:
    """Open insights of a watch, those that ask for the same as a demand first."""
    found = await kept_insights(services, now)
    known = [kept.value for kept in found if kept.value.watch == watch.name and kept.value.is_open]
    ranked = likest(weighed(demand, Usual()), known, Usual())
    like_ones = [insight for near, insight in ranked if near >= LIKE]
    others = [insight for insight in reversed(known) if insight not in like_ones]
    return [*like_ones, *others][:most]
