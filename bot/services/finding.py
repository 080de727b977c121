"""Finding the conversation that a person means."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.conversation import Conversation
from bot.domain.drills import is_practice
from bot.domain.excerpt import shorten
from bot.domain.identity import as_typed
from bot.domain.mention import Mention, Post
from bot.errors import UnknownConversation
from bot.services.base import Services
from bot.store.repositories import Kept, Repository

TITLE_WORDS = 70


class Shelves(Protocol):
    """Where conversations and posts are kept: `bot.store.repositories.Records` is such."""

    @property
    def conversations(self) -> Repository[Conversation]: ...
    @property
    def mentions(self) -> Repository[Mention]: ...


async def find(services: Services, written: str) -> Kept[Conversation]:
    """The conversation that a person means by `written`.

    A mention that nobody was alerted to has no conversation yet: it gets one here, at version 0,
    that is kept with the first deed. Raises UnknownConversation, also for one of a drill.
    """
    if is_practice(written):
        raise UnknownConversation(
            "`{id}` is of a drill, and this is for what is real. Its buttons work it.",
            id=_shown(as_typed(written)),
        )
    return await found_among(services.records, written, services.now())


def _shown(written: str) -> str:
    """What somebody typed, as far as it could be an id."""
    return "".join(letter for letter in written if letter.isalnum() or letter == "-")[:20]


async def exists(services: Services, written: str) -> bool:
    """Whether a word names a conversation that is kept."""
    return await services.records.conversations.get(as_typed(written)) is not None


async def found_among(shelves: Shelves, written: str, now: datetime) -> Kept[Conversation]:
    """The same, wherever it is kept. Raises UnknownConversation."""
    id = as_typed(written)
    if kept := await shelves.conversations.get(id):
        return kept
    mentions = await shelves.mentions.find({"conversation": id}, "at", limit=1)
    if not mentions:
        raise UnknownConversation(
            "There is no conversation “{id}”. `/vigie queue` shows those that are open.",
            id=_shown(written),
        )
    mention = mentions[0].value
    conversation = Conversation(
        id=id,
        watch=mention.watch,
        title=title_of(mention.post),
        alert="",
        opened=now,
        changed=now,
        language=mention.analysis.language,
        source=mention.post.source,
        url=mention.post.url,
    )
    return Kept(conversation, 0)


def title_of(post: Post) -> str:
    """How a conversation is called in lists: its first words, who said them, and where."""
    words = shorten(post.title or post.text, TITLE_WORDS)
    return f"“{words}” {', '.join(filter(None, (post.author, post.source)))}"
