"""Until when conversations are to be answered: set when they open, and looked at when it comes."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.domain.conversation import Conversation
from bot.domain.deadlines import deadline
from bot.domain.severity import Severity
from bot.services import timers
from bot.services.base import Services
from bot.store.base import Write


def opened(
    services: Services, conversation: Conversation, now: datetime
) -> tuple[Conversation, list[Write]]:
    """The conversation with its deadline, and the timers that go with it, for the commit that
    opens it, or makes it more severe: a deadline only ever comes nearer.

    One that is answered or closed has none; one in which they wrote back after an answer has one
    anew.
    """
    if not conversation.awaits_answer:
        return conversation, []
    config = services.config
    set_ = deadline(
        conversation.severity,
        now,
        _length(services, conversation.severity),
        config.deadlines.remind,
        config.hours,
    )
    if conversation.due and conversation.due <= set_.due:
        return conversation, []
    writes = [timers.set_timer(services, "overdue", conversation.id, set_.due)]
    if set_.remind:
        writes.append(timers.set_timer(services, "remind", conversation.id, set_.remind))
    return replace(conversation, due=set_.due), writes


def _length(services: Services, severity: Severity) -> timedelta:
    length: timedelta = getattr(services.config.deadlines, severity)
    return length
