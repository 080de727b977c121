"""Mastodon's statuses (docs.joinmastodon.org/entities/Status) as posts. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from bot.domain.mention import Post
from bot.phrases import phrase
from bot.sources.addressing import web_address
from bot.sources.items import UNREADABLE, decoded, legible, readable
from bot.sources.moments import from_iso, settled
from bot.sources.text import each, html_parts, plain

_LONGEST_ID = 200
"""The next poll asks for what follows an id: of a longer one no address can be made."""

_OPEN = frozenset({"public", "unlisted"})


class Account(msgspec.Struct, frozen=True):
    acct: str = ""
    url: str | None = None
    followers_count: int | None = None


class _Named(msgspec.Struct, frozen=True):
    """Somebody who is spoken to, or a tag."""

    acct: str = ""
    name: str = ""


class _Attachment(msgspec.Struct, frozen=True):
    description: str | None = None


class _Card(msgspec.Struct, frozen=True):
    url: str | None = None


_ABSENT = msgspec.Raw(b"null")


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of a status. `id` means something on its own server alone, and is opaque;
    `uri` is the same everywhere."""

    id: str | int
    uri: str
    url: str | None = None
    created_at: str | None = None
    content: str | None = None
    spoiler_text: str | None = None
    language: str | None = None
    visibility: str | None = None
    in_reply_to_id: str | int | None = None
    replies_count: int | None = None
    reblogs_count: int | None = None
    favourites_count: int | None = None
    quotes_count: int | None = None
    reblog: object = None
    account: Account | None = None
    mentions: msgspec.Raw = _ABSENT
    tags: msgspec.Raw = _ABSENT
    attachments: msgspec.Raw = msgspec.field(name="media_attachments", default=_ABSENT)
    card: msgspec.Raw = _ABSENT

    @property
    def parent(self) -> str:
        """The id of the status that this one answers, or `""`."""
        return "" if self.in_reply_to_id is None else str(self.in_reply_to_id)


class Context(msgspec.Struct, frozen=True):
    """What stands above a status, the top of its thread first, and what stands below it
    (docs.joinmastodon.org/entities/Context)."""

    ancestors: list[Status]
    descendants: list[Status]


class _Context(msgspec.Struct, frozen=True):
    ancestors: tuple[msgspec.Raw, ...]
    descendants: tuple[msgspec.Raw, ...]


def read_page(body: bytes) -> list[Status]:
    """A page of a timeline, newest first. Raises SourceGarbled."""
    return read_statuses(decoded(body, list[msgspec.Raw], phrase("a list of statuses")))


def read_context(body: bytes) -> Context:
    """What is around a status. Raises SourceGarbled."""
    raw = decoded(body, _Context, phrase("what is around a status"))
    return Context(read_statuses(raw.ancestors), read_statuses(raw.descendants))


def read_status(body: bytes) -> Status:
    """One status. Raises SourceGarbled."""
    return decoded(body, Status, phrase("a status"))


def read_statuses(raw: Sequence[msgspec.Raw]) -> list[Status]:
    """Those of a list that can be read. Raises SourceGarbled where there are some, and none can."""
    found = readable(raw, Status, phrase("a status"))
    return [one for one in found if one.uri and one.id and len(str(one.id)) <= _LONGEST_ID]


def is_told(status: Status) -> bool:
    """Whether a status is somebody's own words (no boost), for everybody to read."""
    return status.reblog is None and (status.visibility or "public") in _OPEN


def written(status: Status, now: datetime) -> datetime:
    """When it was written, as `Post.at` has it."""
    return settled(from_iso(status.created_at or ""), now)


def post_of(status: Status, source: str, thread: str, now: datetime) -> Post:
    """The post that a status is; `thread` is the uri of its thread's root, or `""`."""
    account = status.account or Account()
    content = html_parts(status.content or "")
    pictures = legible(status.attachments, _Attachment)
    handles = each(plain(one.acct) for one in legible(status.mentions, _Named))
    tags = each(plain(one.name) for one in legible(status.tags, _Named))
    return Post(
        source=source,
        id=status.uri,
        url=web_address(status.url or "") or web_address(status.uri),
        title=" ".join(plain(status.spoiler_text or "").split())[:500],
        text=content.text,
        author=plain(f"@{account.acct}")[:200] if account.acct else "",
        author_url=web_address(account.url or ""),
        at=written(status, now),
        language=status.language[:20] if status.language else None,
        followers=max(account.followers_count or 0, 0) if account.acct else None,
        engagement=_engagement(status),
        thread=thread,
        local_id=str(status.id),
        links=each((*content.links, _card(status))),
        media=each(plain(one.description or "") for one in pictures),
        handles=handles or content.handles,
        tags=tags or content.tags,
    )


def _card(status: Status) -> str:
    """The address of which a preview is shown."""
    try:
        card = msgspec.json.decode(status.card, type=_Card | None, strict=False)
    except UNREADABLE:
        return ""
    return web_address(card.url or "") if card else ""


def hashtags(words: Iterable[str]) -> tuple[str, ...]:
    """Words and phrases as hashtags: letters, digits and underscores run together, accents kept
    (github.com/mastodon/mastodon, app/models/tag.rb); each once, without what can be none."""
    found: dict[str, str] = {}
    for word in words:
        letters = unicodedata.normalize("NFC", word.strip().lstrip("#"))
        tag = "".join(letter for letter in letters if letter == "_" or _is_letter(letter))
        if tag and not re.fullmatch(r"[\d_]+", tag):
            found.setdefault(tag.casefold(), tag)
    return tuple(found.values())


def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LMN"


def _engagement(status: Status) -> int:
    counts = (
        status.replies_count,
        status.reblogs_count,
        status.favourites_count,
        status.quotes_count,
    )
    return sum(max(count or 0, 0) for count in counts)
