"""What a person asked for in words, and what words in it stand for."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.errors import ConversationError, SlackError
from bot.i18n import Voice
from bot.services.base import Services
from bot.slack.blocks.parts import Card, section
from bot.slack.mrkdwn import name, unescape

MEMBER = re.compile(r"<@([A-Z0-9]+)(?:\|([^>]*))?>")

ME = frozenset({"me", "@me", "moi", "@moi"})

_QUOTES = "“”\"«»„‘’'\u00a0\u202f "


@dataclass(frozen=True, kw_only=True)
class Question:
    """`rest` is what follows the command's word, as Slack sends it: escaped. `by` is the id of who
    asks, `voice` how they are spoken to; `channel` is where they typed it, and `thread` the ts
    of the thread in which an answer is seen by all, `""` where it is seen by who asks alone;
    `trigger` lets a form be opened within three seconds, `""` where none can be."""

    services: Services
    voice: Voice
    by: str
    rest: str = ""
    channel: str = ""
    thread: str = ""
    trigger: str = ""

    @property
    def words(self) -> str:
        """`rest` as it was typed."""
        return unescape(self.rest)

    def split(self) -> tuple[str, str]:
        """The first word of `rest`, and what follows it."""
        first, _, others = self.rest.partition(" ")
        return first, others.strip()

    async def member(self, written: str) -> str:
        """The id of the member that is meant. Raises ConversationError."""
        called = written.strip()
        if called.casefold() in ME:
            return self.by
        if found := MEMBER.fullmatch(called):
            return found[1]
        try:
            member = await self.services.slack.member_named(unescape(called))
        except SlackError as error:
            raise ConversationError(
                "Slack cannot be asked who that is ({code}).", code=error.code
            ) from error
        if member is None:
            raise ConversationError(
                "There is nobody called {name} here.", name=name(unescape(called))
            )
        return member.id

    @property
    def named(self) -> str:
        """`rest` as the name of something, without quotes around it."""
        return bare(self.words)


Answer = Callable[[Question], Awaitable[Card]]


def bare(written: str) -> str:
    """A name as it was meant, without the quotes that somebody put around it."""
    return written.strip().strip(_QUOTES)


def answered(words: str) -> Card:
    """A sentence or two of mrkdwn as a card."""
    return Card(words, (section(words),))
