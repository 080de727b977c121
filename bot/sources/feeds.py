"""A feed's document as items: RSS and Atom through feedparser. Pure.

feedparser (feedparser.readthedocs.io) reads what twenty years of feeds got wrong; here its loose
dictionaries become typed items.
"""

from __future__ import annotations

import io
import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from datetime import datetime
from time import struct_time
from typing import TypeGuard

import feedparser
import msgspec

from bot.errors import SourceGarbled
from bot.phrases import phrase
from bot.sources.addressing import is_elsewhere, unwrapped, web_address
from bot.sources.entities import of_characters, without_harm
from bot.sources.moments import from_epoch, from_mail
from bot.sources.text import Parts, each, html_parts, plain

MAX_ITEMS = 2_000
"""The longest document: the rest of a longer one is not read."""

_NAME_LENGTH = 200
_REFERENCE_LENGTH = 2_000
_END = re.compile(rb"</\s*(?:[\w-]+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_TAIL = 10_000
"""Bytes in which the end is looked for; what statistics and caches write after it is shorter."""

_HTML = ("text/html", "application/xhtml+xml")


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a feed, whichever format it came in; text is plain, addresses are absolute.

    `guid` is what the feed calls it, `""` where it gives no name. `answers` is the guid of the
    item that this one replies to (RFC 4685), `comments` how many replied to this one, and
    `comments_url` the address of a feed of their replies. `links`, `media`, `handles` and `tags`
    stand beside the text as in a `Post`; the categories are among the tags.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    text: str = ""
    author: str = ""
    author_url: str = ""
    at: datetime | None = None
    language: str | None = None
    answers: str = ""
    comments: int = 0
    comments_url: str = ""
    links: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def is_telling(self) -> bool:
        """Whether there is more to it than its place in the document."""
        return bool(self.guid or self.link or self.title or self.text)


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed's own title, and its items in the order of the document; whether that `ends` as it
    should, so that none was cut off."""

    title: str
    items: tuple[Item, ...]
    ends: bool = True


def read_feed(body: bytes, url: str, content_type: str) -> Feed:
    """The feed in a document that came from `url`. Raises SourceGarbled where it is none."""
    body = of_characters(without_harm(body))
    headers = {"content-location": url}
    if "charset=" in content_type.lower():
        headers["content-type"] = content_type
    parsed = _parsed(body, headers)
    entries = [entry for entry in _list(parsed, "entries") if isinstance(entry, dict)][:MAX_ITEMS]
    if not parsed.get("version") and not entries:
        raise SourceGarbled(_not_a_feed(body))
    head = _dict(parsed, "feed")
    title = _plain_of(head, "title")[:_NAME_LENGTH]
    items = (_item(entry, url) for entry in entries)
    told = tuple(item for item in items if item.is_telling)
    return Feed(title=title, items=told, ends=bool(_END.search(body[-_TAIL:].replace(b"\0", b""))))


def _parsed(body: bytes, headers: Mapping[str, str]) -> dict[str, object]:
    try:
        found: object = feedparser.parse(
            io.BytesIO(body),  # never the bytes: what looks like an address would be fetched
            response_headers=headers,
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception as error:  # noqa: BLE001 - hostile documents find every kind of error in it
        raise SourceGarbled(
            "The feed cannot be read ({error}).", error=type(error).__name__
        ) from None
    return found if isinstance(found, dict) else {}


def _not_a_feed(body: bytes) -> str:
    start = body[:2_000].lstrip().lower()
    if not start:
        return phrase("The answer is empty, where a feed should be.")
    if start.startswith((b"<!doctype html", b"<html")) or b"<head" in start:
        return phrase(
            "This is a web page, not a feed; look on it for the address of its RSS or Atom feed."
        )
    return phrase("The answer is no feed that can be read.")


def _item(entry: dict[str, object], url: str) -> Item:
    author = _dict(entry, "author_detail")
    origin = _plain_of(_dict(entry, "source"), "title")
    link = web_address(unwrapped(_str(entry, "link")), url)
    said = _said(entry, link or url)
    return Item(
        guid=_str(entry, "id").strip()[:_REFERENCE_LENGTH],
        link=link or next(_enclosed(entry, url), ""),
        title=_line(_plain_of(entry, "title"), 500),
        text=said.text,
        author=_line(_str(author, "name") or _str(entry, "author") or origin, _NAME_LENGTH),
        author_url=web_address(_str(author, "href")),
        at=_at(entry),
        language=_language(entry),
        answers=_str(_dict(entry, "thr_in-reply-to"), "ref").strip()[:_REFERENCE_LENGTH],
        comments=_count(_str(entry, "slash_comments")),
        comments_url=_comments_url(entry, url),
        links=each((*said.links, *_leads(entry, link, url))),
        media=said.media,
        handles=said.handles,
        tags=each((*said.tags, *_categories(entry))),
    )


def _said(entry: dict[str, object], url: str) -> Parts:
    """The fullest content that an entry has, or else its summary."""
    constructs = (content for content in _list(entry, "content") if isinstance(content, dict))
    said = max((_parts(content, url) for content in constructs), key=_length, default=Parts())
    return said if said.text else _parts_of(entry, "summary", url)


def _length(said: Parts) -> int:
    return len(said.text)


def _plain_of(holder: dict[str, object], name: str) -> str:
    return _parts_of(holder, name).text


def _parts_of(holder: dict[str, object], name: str, url: str = "") -> Parts:
    """A text construct, whose type feedparser keeps beside it."""
    detail = _dict(holder, f"{name}_detail")
    return _parts(detail, url) if "value" in detail else Parts(text=plain(_str(holder, name)))


def _parts(construct: dict[str, object], url: str) -> Parts:
    value = _str(construct, "value")
    html = _str(construct, "type") in _HTML
    return html_parts(value, url) if html else Parts(text=plain(value))


def _leads(entry: dict[str, object], link: str, url: str) -> Iterator[str]:
    """Where an entry leads that is no page of its feed's own place: what an aggregator links to,
    whose the news are, and what the entry says that it is about."""
    if is_elsewhere(link, url):
        yield link
    yield web_address(_str(_dict(entry, "source"), "href"))
    for other in _list(entry, "links"):
        if isinstance(other, dict) and _str(other, "rel") in ("related", "via"):
            yield web_address(_str(other, "href"), url)


def _categories(entry: dict[str, object]) -> Iterator[str]:
    for category in _list(entry, "tags"):
        if isinstance(category, dict):
            yield _line(_str(category, "label") or _str(category, "term"), 100)


def _at(entry: dict[str, object]) -> datetime | None:
    for name in ("published", "updated", "created"):
        # dict's own get: feedparser's gives one date for another that is missing, and warns
        parsed, written = dict.get(entry, f"{name}_parsed"), dict.get(entry, name)
        if _is_time(parsed) and (at := _from_parts(parsed)):
            return at
        if isinstance(written, str) and (at := from_mail(written)):
            return at
    return None


def _from_parts(parts: struct_time) -> datetime | None:
    try:
        return from_epoch(timegm(parts))
    except (ValueError, OverflowError):
        return None


def _language(entry: dict[str, object]) -> str | None:
    said = [_str(entry, "language")]
    said += [_str(_dict(entry, f"{name}_detail"), "language") for name in ("title", "summary")]
    return next((tag[:20] for tag in said if tag), None)


def _enclosed(entry: dict[str, object], url: str) -> Iterator[str]:
    """The addresses of what an entry without a link of its own points to."""
    for link in _list(entry, "links"):
        if isinstance(link, dict) and (address := web_address(_str(link, "href"), url)):
            yield address


def _comments_url(entry: dict[str, object], url: str) -> str:
    """Where a feed of the replies is: RSS has wfw:commentRss (wellformedweb.org/CommentAPI), Atom
    a link (RFC 4685, section 4), which may lead to a web page as well: so feedparser takes one
    that does not say what it leads to."""
    told = [_str(entry, "wfw_commentrss")]
    for link in _list(entry, "links"):
        if isinstance(link, dict) and _str(link, "rel") == "replies":
            told += [_str(link, "href")] if _str(link, "type") not in _HTML else []
    return next(filter(None, (web_address(address, url) for address in told if address)), "")


def _line(text: str, length: int) -> str:
    return " ".join(plain(text).split())[:length]


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _str(holder: dict[str, object], name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""


def _dict(holder: dict[str, object], name: str) -> dict[str, object]:
    value = holder.get(name)
    return value if isinstance(value, dict) else {}


def _list(holder: dict[str, object], name: str) -> list[object]:
    value = holder.get(name)
    return value if isinstance(value, list) else []


def _is_time(value: object) -> TypeGuard[struct_time]:
    return isinstance(value, struct_time)
