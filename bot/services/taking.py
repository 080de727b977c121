"""How many conversations the team took today, for App Homes that are drawn again and again."""

from __future__ import annotations

from datetime import datetime

import msgspec

from bot.domain.conversation import AuditEvent, Deed
from bot.services.numbering import BEHIND, number_at
from bot.store.repositories import Repository

_TAKES = ("claim", "assign", "hand_over")


class _Event(msgspec.Struct, frozen=True, gc=False):
    """What is asked of the events of a day."""

    conversation: str
    deed: Deed


class TakenToday:
    """The conversations that were claimed or given since midnight. Each time only what was done
    lately is read: in a large team a day has tens of thousands of deeds."""

    def __init__(self) -> None:
        self._day: _Day | None = None

    async def count(self, audit: Repository[AuditEvent], midnight: datetime, now: datetime) -> int:
        """How many were taken since `midnight` until `now`."""
        if self._day is None or self._day.midnight != midnight:
            self._day = _Day(midnight)
        return await self._day.count(audit, now)


class _Day:
    def __init__(self, midnight: datetime) -> None:
        self.midnight = midnight
        self._read = midnight
        self._taken: set[str] = set()

    async def count(self, audit: Repository[AuditEvent], now: datetime) -> int:
        since = number_at(max(self.midnight, self._read - BEHIND))
        for kept in await audit.read_as(_Event).find({}, "order", since=since):
            if kept.value.deed in _TAKES:
                self._taken.add(kept.value.conversation)
        self._read = now
        return len(self._taken)
