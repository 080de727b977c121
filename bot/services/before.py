"""What a watch was like before: the posts that a spike is held against."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from bot.domain.mention import Mention
from bot.domain.watch import Watch
from bot.services.base import Services

DAYS = 14
"""How far back is looked for what is usual."""

A_DAY = 150
"""Mentions of each of these days: the last before that time of day, all of a quiet watch."""


async def mentions_before(services: Services, watch: Watch, at: datetime) -> list[Mention]:
    """Mentions of the two weeks before a time, as many of each day as of the others where they
    are many; the latest day first."""
    found: list[Mention] = []
    for back in range(DAYS):
        end = at - timedelta(days=back)
        stored = await services.records.mentions.find(
            {"watch": watch.name},
            "at",
            since=end - timedelta(days=1),
            before=end,
            newest_first=True,
            limit=A_DAY,
        )
        found += (kept.value for kept in stored)
        await asyncio.sleep(0)  # a store that answers at once gives nobody else a turn
    return found
