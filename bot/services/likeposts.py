"""What is like an insight: posts of the past, and insights that may ask for the same."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from bot.domain.demands import Demand
from bot.domain.insights import Insight
from bot.domain.likeposts import spoken
from bot.domain.mention import NEUTRAL, Mention
from bot.services import demands
from bot.services.base import Services

log = structlog.get_logger(__name__)

PATIENCE = 1.2
"""Seconds that a form waits for what is like it: Slack gives three to open one."""

OFFERED = 20
"""Insights to add it to."""


async def others(services: Services, insight: Insight) -> tuple[Insight, ...]:
    """The open insights that may ask for the same as one that there is, the likest first."""
    said = spoken(
        insight.title, insight.language, brand_words(services, insight.watch), insight.kind
    )
    return await others_like(services, insight, said)


def brand_words(services: Services, watch: str) -> tuple[str, ...]:
    """The words of a watch's query, none where there is no such watch."""
    known = services.watches.find(watch)
    return tuple(known.query.words()) if known else ()


async def in_time(services: Services, insight: Insight, said: Demand) -> Sequence[Mention] | None:
    """The like posts of an insight; None where that takes longer than the form may wait."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await like(services, insight, said)
    except TimeoutError:
        log.info("like posts were not counted in time", insight=insight.id)
        return None


async def like(services: Services, insight: Insight, said: Demand) -> Sequence[Mention]:
    """Posts of the past that say the same, but for the one that it is made of: in no other mood,
    where it complains or praises."""
    watch = services.watches.find(insight.watch)
    if watch is None:
        return ()
    found = await demands.gather(services, said, watch, services.now())
    return [one for one in found if one.id != insight.titled and _feels_so(insight, one)]


def _feels_so(insight: Insight, mention: Mention) -> bool:
    felt = mention.analysis.sentiment
    score = felt.score if felt else 0.0
    if insight.kind == "complaint":
        return score < NEUTRAL
    return insight.kind != "praise" or score > -NEUTRAL


async def others_like(services: Services, insight: Insight, said: Demand) -> tuple[Insight, ...]:
    """The insights that it may be added to, the likest first."""
    watch = services.watches.find(insight.watch)
    if watch is None:
        return ()
    found = await demands.like_insights(services, said, watch, services.now(), OFFERED)
    return tuple(one for one in found if one.id != insight.id)
