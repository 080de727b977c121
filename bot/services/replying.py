"""Whoever asked for what is shipped is told so: somebody says it, or answers a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from bot.domain.conversation import VIGIE, AuditEvent, Conversation
from bot.domain.insightlife import carried_out
from bot.domain.insights import Insight, InsightError, Voiced, is_replied
from bot.services import insightcards, insights, shipping, trackers
from bot.services.base import Services
from bot.services.races import won
from bot.store.base import Write
from bot.store.repositories import Kept

log = structlog.get_logger(__name__)


async def noticed(
    services: Services, conversation: Conversation, event: AuditEvent, now: datetime
) -> list[Write]:
    """The writes by which an event of a conversation answers its posts in shipped insights; none
    where it is no answer."""
    if event.deed != "reply":
        return []
    records = services.records
    found = await records.voiced.find({"conversation": conversation.id}, "at")
    by = conversation.assignee if event.by == VIGIE else event.by
    writes: list[Write] = []
    for id in dict.fromkeys(kept.value.insight for kept in found):
        insight = await records.insights.get(id)
        if insight is None or insight.value.state != "shipped":
            continue
        heard = [
            kept
            for kept in found
            if kept.value.insight == id and not is_replied(kept.value, insight.value)
        ]
        writes += await _written(services, insight, heard, by, now)
    return writes


async def answered(services: Services, heard: str, by: str) -> Insight:
    """`by` says that a post (the id of its `Voiced`) was answered, and the insight as it is then:
    answered with its last one. Raises InsightError."""

    async def counted() -> Insight:
        voice = await services.records.voiced.get(heard)
        if voice is None:
            raise InsightError("This post is not kept any more.")
        kept = await insights.find(services, voice.value.insight)
        if not kept.value.shipped:
            raise InsightError("This insight is not shipped (any more).")
        if writes := await _written(services, kept, [voice], by, services.now()):
            await services.records.commit(writes)
            log.info("a post of an insight was answered", insight=kept.value.id, by=by)
            services.wake.set()
        return (await insights.find(services, kept.value.id)).value

    return await won(counted)


async def _written(
    services: Services,
    kept: Kept[Insight],
    heard: Sequence[Kept[Voiced]],
    by: str,
    now: datetime,
) -> list[Write]:
    """The writes by which posts of a shipped insight count as answered; with the last of them the
    insight is. None where all of them were."""
    after, writes = await shipping.ticked(services, kept.value, heard, by, now)
    if not writes:
        return []
    if after.state == "shipped" and after.replied >= after.asked:
        after = carried_out(after, "answer", by, now, services.sequence())
        writes += [
            insights.noted_change(services, after, now),
            *trackers.last_change(services, after),
        ]
    return [
        services.records.insights.put(after.id, after, kept.version),
        insightcards.redrawn(services, after, now),
        *writes,
    ]
