"""Alerts that stand in the outbox, each a message of its own: for tests of what carries them."""

from __future__ import annotations

from bot.domain.alerts import Alert, NegativeReason
from bot.domain.mention import Sentiment
from bot.services.base import Services
from bot.services.raising import raised
from tests.builders import a_conversation, a_mention, a_post


async def raise_alerts(services: Services, number: int, text: str, channel: str = "#care") -> None:
    """So many negative posts, `text` with a number each, told one by one in their order."""
    records, now = services.records, services.now()
    for n in range(number):
        id, conversation = f"m{n}", f"c{n}"
        mention = a_mention(
            id=id, conversation=conversation, at=now, seen=now, post=a_post(text=f"{text} {n}")
        )
        opened = a_conversation(id=conversation, alert=id, opened=now, changed=now)
        sentiment = mention.analysis.sentiment or Sentiment(score=-0.8)
        alert = Alert(
            id=id,
            kind="negative",
            watch="Lumo",
            channel=channel,
            raised=now,
            reason=NegativeReason(score=sentiment.score, threshold=-0.5, words=sentiment.words),
            conversation=conversation,
            mention=id,
            posts=(id,),
            count=1,
        )
        await records.commit(
            [
                records.mentions.put(id, mention, 0),
                records.conversations.put(conversation, opened, 0),
                *raised(services, alert, now),
            ]
        )
    services.wake.set()
