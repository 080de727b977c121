"""The open conversations, for the queues, App Homes and summaries that are drawn of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.domain.conversation import OPEN, Conversation
from bot.domain.queue import ordered
from bot.store.repositories import Records


class Pending:
    """All that are open, read again only where one was written since: of thousands that is some
    hundredth of a second, and in a large team somebody asks ten times a second."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._known: Sequence[Conversation] = ()
        self._read_at: int | None = None

    async def read(self, records: Records) -> Sequence[Conversation]:
        """Each once, in the order in which they wait."""
        if records.changes(records.conversations) is None:
            return await open_now(records)
        async with self._turn:  # who waits meanwhile finds it read
            changes = records.changes(records.conversations)
            if changes != self._read_at:
                self._known, self._read_at = await open_now(records), changes
            return self._known


async def open_now(records: Records, assignee: str = "") -> Sequence[Conversation]:
    """Those that are open, or that `assignee` has open, read now: each once, in the order in which
    they wait."""
    whose = {"assignee": assignee} if assignee else {}
    found: dict[str, Conversation] = {}
    for state in OPEN:
        some = await records.conversations.find({**whose, "state": state}, "opened")
        found |= {kept.value.id: kept.value for kept in some}  # it may have moved on meanwhile
    return tuple(ordered(found.values()))
