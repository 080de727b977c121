"""Posts that voiced an insight and are no more: what is counted stays, what leads to them goes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

import structlog
from msgspec.structs import replace

from bot.domain.conversation import VIGIE
from bot.domain.insightlife import carried_out
from bot.domain.insights import Insight, is_replied
from bot.errors import Conflict
from bot.services import insightcards, insights, trackers
from bot.services.base import Services
from bot.store.base import Write
from bot.store.repositories import Kept

log = structlog.get_logger(__name__)


async def of_mentions(services: Services, mentions: Collection[str], now: datetime) -> list[Write]:
    """The writes by which these mentions voice nothing any more, and give no insight its title; for
    the commit that takes what they said away."""
    voiced = [
        kept
        for mention in mentions
        for kept in await services.records.voiced.find({"mention": mention}, "at")
    ]
    writes: list[Write] = []
    for id in dict.fromkeys(kept.value.insight for kept in voiced):
        gone = {kept.value.id for kept in voiced if kept.value.insight == id}
        if insight := await services.records.insights.get(id):
            writes += await _without(services, insight, gone, mentions, now)
    return writes


async def titles_of(services: Services, mentions: Iterable[str]) -> list[str]:
    """What insights are called in the words of these mentions."""
    records, titles = services.records, list[str]()
    for mention in mentions:
        for voiced in await records.voiced.find({"mention": mention}, "at"):
            insight = await records.insights.get(voiced.value.insight)
            if insight and insight.value.titled == mention and insight.value.title:
                titles.append(insight.value.title)
    return titles


async def drop_before(services: Services, until: datetime) -> int:
    """Mentions from before a time voice nothing any more; how many that were. What somebody else
    writes at the same moment is left for the next time."""
    now, dropped = services.now(), 0
    for kept in await services.records.insights.find({}, "heard"):
        old = await services.records.voiced.find({"insight": kept.value.id}, "at", before=until)
        if not old:
            continue
        ids = {one.value.id for one in old}
        mentions = {one.value.mention for one in old}
        try:
            await services.records.commit(
                await _without(services, kept, ids, mentions, now, show=kept.value.is_open)
            )
        except Conflict:
            log.info("posts that voiced an insight are dropped later", insight=kept.value.id)
        else:
            dropped += len(old)
    return dropped


async def _without(
    services: Services,
    kept: Kept[Insight],
    gone: Collection[str],
    mentions: Collection[str],
    now: datetime,
    *,
    show: bool = True,
) -> list[Write]:
    insight, records = kept.value, services.records
    after = insight
    if insight.titled and insight.titled in mentions:
        after = replace(after, title="", titled="")
    heard = await insightcards.voiced(services, insight.id)
    unasked = sum(one.id in gone and not is_replied(one, insight) for one in heard)
    if insight.shipped:
        after = replace(after, asked=max(after.replied, after.asked - unasked))
    told: list[Write] = []
    if after.state == "shipped" and unasked and after.replied >= after.asked:
        after = carried_out(after, "answer", VIGIE, now, services.sequence())
        told = [
            insights.noted_change(services, after, now),
            *trackers.last_change(services, after),
        ]
    writes: list[Write] = [
        *(records.voiced.remove(id) for id in gone),
        # also where it is as it was: somebody may count its posts at this moment
        records.insights.put(after.id, after, kept.version),
        *told,
    ]
    return [*writes, insightcards.redrawn(services, after, now)] if show else writes
