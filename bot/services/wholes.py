"""What is one story, told in several messages: an alert with those that are its parts."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.alerts import Alert
from bot.domain.conversation import Conversation
from bot.services.base import Services

BEFORE = timedelta(days=2)
"""How long before a spike a story may have begun that turned out to be a part of it."""


async def conversations_of(services: Services, alert: Alert) -> list[Conversation]:
    """Those of an alert, then of all that is part of its story; of each the first opened first."""
    records = services.records
    around = await records.alerts.find(
        {"watch": alert.watch}, "raised", since=alert.raised - BEFORE
    )
    parts = [one.value for one in around if alert.id in (one.value.within, one.value.part_of)]
    return [
        kept.value
        for id in (alert.id, *(part.id for part in parts))
        for kept in await records.conversations.find({"alert": id}, "opened")
    ]
