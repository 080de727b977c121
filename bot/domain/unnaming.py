"""A forgotten author's name, out of what other people wrote of them, and out of ids. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from msgspec.structs import replace

from bot.domain.conversation import AuditEvent, Conversation
from bot.domain.drafts import Draft
from bot.domain.exchange import Exchange
from bot.domain.insights import Insight

SOMEBODY = "[…]"
"""What stands in the place of a name: in no language, as nobody knows in which the rest is."""

_HANDLES = ("@", "u/", "/u/")
"""How the names begin that nothing else is called by."""

_FEWEST = 3


def unnamed_text(text: str, author: str) -> str:
    """A text without a handle (`@ada@social.example`, `u/ada`), however its letters are written;
    as it is where the author goes by a name that may be a word, or somebody else's."""
    if not author.startswith(_HANDLES) or len(author) <= _FEWEST:
        return text
    return re.sub(rf"(?i)(?<![\w@/]){re.escape(author)}(?![\w@-]|\.\w)", SOMEBODY, text)


def unnamed_conversation(conversation: Conversation, author: str) -> Conversation:
    """The conversation without the name of an author in its note."""
    return replace(conversation, note=unnamed_text(conversation.note, author))


def unnamed_event(event: AuditEvent, author: str) -> AuditEvent:
    """The event without the name of an author in its note: all else of it stands for good."""
    return replace(event, note=unnamed_text(event.note, author))


def unnamed_draft(draft: Draft, author: str) -> Draft:
    """The draft without the name of an author."""
    text, note = unnamed_text(draft.text, author), unnamed_text(draft.note, author)
    return replace(draft, text=text, note=note)


def unnamed_insight(insight: Insight, author: str) -> Insight:
    """The insight without the name of an author in what members called it, and said of it."""
    changes = tuple(
        replace(change, reason=unnamed_text(change.reason, author)) for change in insight.changes
    )
    title, reason = unnamed_text(insight.title, author), unnamed_text(insight.reason, author)
    return replace(insight, title=title, reason=reason, changes=changes)


def unheard(exchange: Exchange, author: str) -> Exchange:
    """The exchange without ids that name an author among those that were heard."""
    heard = tuple(id for id in exchange.heard if not is_theirs(id, author))
    return replace(exchange, heard=heard)


def is_theirs(address: str, author: str) -> bool:
    """Whether an address names an author: of `@ada@social.example` it is one at that server with
    the person in its path (`https://social.example/users/ada/statuses/1`)."""
    person, _, server = author.removeprefix("@").partition("@")
    if not (author.startswith("@") and person and server):
        return False
    try:
        parts = urlsplit(address.casefold())
        host = parts.hostname or ""
    except ValueError:
        return False
    named = {person.casefold(), f"@{person.casefold()}"}
    return host == server.casefold() and not named.isdisjoint(parts.path.split("/"))
