"""What an act on a conversation says of the posts that were flagged: whether Vigie was right."""

from __future__ import annotations

from bot.domain.conversation import VIGIE, AuditEvent, Conversation
from bot.domain.judgements import Judgement, Verdict
from bot.domain.mention import Mention
from bot.services.base import Services
from bot.store.base import Write

MOST = 100
"""Posts of one conversation that are judged at once."""


async def writes(
    services: Services, before: Conversation, after: Conversation, event: AuditEvent
) -> list[Write]:
    """A judgement for each post of the conversation that was flagged, or the end of it where a
    dismissal was taken back."""
    taken_back = event.deed == "reopen" and before.state == "dismissed"
    verdict = _verdict(event)
    if verdict is None and not taken_back:
        return []
    watch = services.watches.find(after.watch)
    if watch is None:
        return []
    judgements = services.records.judgements
    flagged = [
        (mention.id, score)
        for mention in await _mentions(services, after.id)
        if (score := _score(mention)) is not None and score <= watch.negative_below
    ]
    if verdict is None:
        return [judgements.remove(id) for id, _ in flagged]
    by = after.assignee if event.by == VIGIE else event.by
    return [
        judgements.put(
            id,
            Judgement(
                mention=id,
                watch=watch.name,
                verdict=verdict,
                by=by,
                at=event.at,
                score=score,
                threshold=watch.negative_below,
            ),
        )
        for id, score in flagged
    ]


def _verdict(event: AuditEvent) -> Verdict | None:
    """Who answers or resolves a flagged post says by that that it was flagged rightly."""
    match event.deed:
        case "reply" | "resolve":
            return "right"
        case "dismiss":
            return "not_negative" if event.because == "not_negative" else "not_about_us"
        case _:
            return None


async def _mentions(services: Services, conversation: str) -> list[Mention]:
    found = await services.records.mentions.find({"conversation": conversation}, "at", limit=MOST)
    return [kept.value for kept in found]


def _score(mention: Mention) -> float | None:
    sentiment = mention.analysis.sentiment
    return sentiment.score if sentiment else None
