"""The order in which open conversations wait."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from bot.domain.conversation import Conversation
from bot.domain.severity import rank


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which of the open conversations are wanted: somebody's, a watch's, those that are overdue;
    what is left out fits all."""

    assignee: str = ""
    watch: str = ""
    overdue: bool = False

    def fits(self, conversation: Conversation, now: datetime) -> bool:
        return (
            conversation.is_open
            and self.assignee in ("", conversation.assignee)
            and self.watch in ("", conversation.watch)
            and (not self.overdue or is_overdue(conversation, now))
        )


def is_overdue(conversation: Conversation, now: datetime) -> bool:
    """Whether it should have been answered by now."""
    return conversation.is_open and conversation.due is not None and conversation.due <= now


def ordered(conversations: Iterable[Conversation]) -> list[Conversation]:
    """By deadline, what is overdue longest first, of one moment the worst first; then what is
    answered, the oldest first; then what sleeps, the next to wake first."""
    return sorted(conversations, key=_place)


def _place(conversation: Conversation) -> tuple[int, datetime, int, str]:
    worst = -rank(conversation.severity)
    if conversation.state == "snoozed":
        return 2, conversation.snoozed_until or conversation.opened, worst, conversation.id
    if conversation.due is None:
        return 1, conversation.opened, worst, conversation.id
    return 0, conversation.due, worst, conversation.id
