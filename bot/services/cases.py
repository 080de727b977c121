"""The conversations that new negative posts open, change or bring back, each written once."""

from __future__ import annotations

import asyncio
from datetime import datetime

from msgspec.structs import replace

from bot.domain.conversation import VIGIE, Conversation
from bot.domain.mention import Mention
from bot.domain.severity import worst
from bot.services import deadlines
from bot.services.base import Services
from bot.services.deeds import Act, worked_out
from bot.services.finding import title_of
from bot.services.flags import AT_ONCE, Flag
from bot.store.base import Write
from bot.store.repositories import Kept


class Case:
    """One conversation as it is after the posts that were taken so far."""

    def __init__(self, kept: Kept[Conversation] | None, now: datetime) -> None:
        self._version = kept.version if kept else 0
        self._conversation = kept.value if kept else None
        self._now = now
        self._has_changed = False
        self._comes_back = False

    @property
    def is_dismissed(self) -> bool:
        return self._conversation is not None and self._conversation.state == "dismissed"

    @property
    def is_open(self) -> bool:
        return self._conversation is not None and self._conversation.is_open

    @property
    def alert(self) -> str:
        return self._conversation.alert if self._conversation else ""

    @property
    def assignee(self) -> str:
        return self._conversation.assignee if self._conversation else ""

    def join(self, flag: Flag, alert: str) -> None:
        """The post is part of an alert, which shows the conversation from now on."""
        self._conversation = replace(self._grown(flag), alert=alert)

    def grow(self, flag: Flag) -> None:
        """The post is one of the conversation, which is shown where it was: nowhere but in the
        queue, where nothing is told of it."""
        self._conversation = self._grown(flag)

    def _grown(self, flag: Flag) -> Conversation:
        self._has_changed = True
        known, mention = self._conversation, flag.mention
        if known is None:
            return Conversation(
                id=mention.conversation,
                watch=mention.watch,
                title=title_of(mention.post),
                alert="",
                opened=self._now,
                changed=self._now,
                severity=flag.graded.severity,
                language=mention.analysis.language,
                source=mention.post.source,
                url=mention.post.url,
            )
        self._comes_back = self._comes_back or known.state in ("resolved", "replied")
        return replace(known, severity=worst((known.severity, flag.graded.severity)))

    async def writes(self, services: Services) -> list[Write]:
        conversation = self._conversation
        if conversation is None or not self._has_changed:
            return []
        if self._comes_back:
            act = Act(by=VIGIE, deed="reopen")
            kept = Kept(conversation, self._version)
            return (await worked_out(services, kept, act, self._now)).writes
        opened, due = deadlines.opened(services, conversation, self._now)
        return [services.records.conversations.put(opened.id, opened, self._version), *due]


class Cases:
    """The conversations of the posts of one poll."""

    def __init__(self, services: Services, now: datetime) -> None:
        self._services = services
        self._now = now
        self._known: dict[str, Case] = {}

    async def of(self, mention: Mention) -> Case:
        """The conversation of a post, as it is after those before it."""
        id = mention.conversation
        if id not in self._known:
            kept = await self._services.records.conversations.get(id)
            self._known[id] = Case(kept, self._now)
        return self._known[id]

    async def writes(self) -> list[Write]:
        written: list[Write] = []
        for number, case in enumerate(self._known.values()):
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)  # a deadline takes its time, and a flood has thousands
            written += await case.writes(self._services)
        return written
