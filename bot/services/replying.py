"""An answer in a conversation that voiced an insight: whoever asked for it was told that it is
there."""

from __future__ import annotations

from datetime import datetime

from bot.domain.conversation import VIGIE, AuditEvent, Conversation
from bot.domain.insights import is_replied
from bot.services import insights
from bot.services.base import Services
from bot.store.base import Write


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
        writes += await insights.replied_writes(services, insight, heard, by, now)
    return writes
