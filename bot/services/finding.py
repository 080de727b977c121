"""Finding the conversation that a person means."""

from __future__ import annotations

from bot.domain.conversation import Conversation
from bot.domain.excerpt import shorten
from bot.domain.identity import as_typed
from bot.domain.mention import Post
from bot.errors import UnknownConversation
from bot.services.base import Services
from bot.store.repositories import Kept

TITLE_WORDS = 70


async def find(services: Services, written: str) -> Kept[Conversation]:
    """The conversation that a person means by `written`.

    A mention that nobody was alerted to has no conversation yet: it gets one here, at version 0,
    that is kept with the first deed. Raises UnknownConversation.
    """
    id = as_typed(written)
    if kept := await services.records.conversations.get(id):
        return kept
    mentions = await services.records.mentions.find({"conversation": id}, "at", limit=1)
    if not mentions:
        shown = "".join(letter for letter in written.strip() if letter.isalnum())[:20]
        raise UnknownConversation(
            "There is no conversation “{id}”. `/vigie queue` shows those that are open.", id=shown
        )
    mention, now = mentions[0].value, services.now()
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
    return f"“{words}” {post.author or 'somebody'}, {post.source}"
