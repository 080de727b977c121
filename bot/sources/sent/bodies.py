"""The body of a webhook as items: an object, an array of them, or one on each line. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

import msgspec

from bot.domain.mention import Post
from bot.sources.items import UNREADABLE, parsed
from bot.sources.sent.faults import Unfit
from bot.sources.sent.item import FIELDS, Field, Gone, item_of

JSON = frozenset({"application/json", "text/json"})
LINES = frozenset(
    {
        *("application/x-ndjson", "application/ndjson", "application/jsonl"),
        *("application/json-lines", "application/x-jsonlines", "text/x-ndjson"),
    }
)
"""What a body says that it is (RFC 8259; for lines no name was ever registered)."""

MOST = 5_000
"""Items in one body."""


class Bad(msgspec.Struct, frozen=True):
    """An item that makes no post: its place in the body, from 0, and why."""

    index: int
    error: str


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What a body says: posts, those that are gone by their ids, and what could not be read."""

    posts: tuple[Post, ...] = ()
    gone: tuple[str, ...] = ()
    bad: tuple[Bad, ...] = ()


class UnreadableBody(Exception):
    """A body in which no items can be told apart; its words say why."""


def sent(body: bytes, content_type: str, source: str, now: datetime) -> Sent:
    """The posts of a body, whose content type is one of `JSON` or `LINES`. Some 10 µs an item.

    Raises UnreadableBody where it is not what it says, or too much of it.
    """
    posts: list[Post] = []
    gone: list[str] = []
    bad: list[Bad] = []
    for index, raw in enumerate(items_in(body, content_type, "post")):
        try:
            item = item_of(_fields(raw), source, now)
        except Unfit as unfit:
            bad.append(Bad(index, str(unfit)))
            continue
        if isinstance(item, Gone):
            gone.append(item.id)
        else:
            posts.append(item)
    return Sent(posts=tuple(posts), gone=tuple(gone), bad=tuple(bad))


def items_in(body: bytes, content_type: str, what: str) -> Sequence[bytes | msgspec.Raw]:
    """The items of a body, each still to be read; `what` one of them is. Raises UnreadableBody."""
    items = _lines(body) if content_type in LINES else _array(body)
    if not items:
        raise UnreadableBody(f"The body holds no {what}.")
    if len(items) > MOST:
        raise UnreadableBody(f"The body holds more than {MOST:,} {what}s: send them in parts.")
    return items


def object_in(raw: bytes | msgspec.Raw) -> Mapping[str, object]:
    """An item's values by their names. Raises Unfit where it is no object."""
    try:
        item = parsed(bytes(raw), object)
    except UNREADABLE as error:
        raise Unfit("", f"is not JSON: {error}") from None
    if not isinstance(item, dict):
        raise Unfit("", "is no object")
    return item


def _lines(body: bytes) -> list[bytes]:
    return [line for line in body.splitlines() if line.strip()]


def _array(body: bytes) -> Sequence[bytes | msgspec.Raw]:
    body = body.removeprefix(b"\xef\xbb\xbf").strip()
    if not body.startswith(b"["):
        try:
            parsed(body, msgspec.Raw)
        except UNREADABLE as error:
            raise UnreadableBody(f"The body is not JSON: {error}.") from None
        return [body]
    try:
        return parsed(body, list[msgspec.Raw])
    except UNREADABLE as error:
        raise UnreadableBody(f"The body is not JSON: {error}.") from None


def _fields(raw: bytes | msgspec.Raw) -> Mapping[Field, object]:
    item = object_in(raw)
    return cast("dict[Field, object]", {name: item[name] for name in FIELDS if name in item})
