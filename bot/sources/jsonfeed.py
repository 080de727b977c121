"""JSON Feed (jsonfeed.org/version/1.1) as items. Pure."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bot.errors import SourceGarbled
from bot.sources.addressing import is_elsewhere, web_address
from bot.sources.feeds import MAX_ITEMS, Feed, Item
from bot.sources.items import UNREADABLE, legible, parsed
from bot.sources.moments import from_iso, from_mail
from bot.sources.text import Parts, each, html_parts, plain


class _Author(msgspec.Struct, frozen=True):
    name: str | None = None
    url: str | None = None


class _Attachment(msgspec.Struct, frozen=True):
    title: str | None = None


_ABSENT = msgspec.Raw(b"[]")


class _Entry(msgspec.Struct, frozen=True):
    id: str | int | float | None = None
    url: str | None = None
    external_url: str | None = None
    title: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    summary: str | None = None
    date_published: str | None = None
    date_modified: str | None = None
    author: _Author | None = None
    authors: tuple[_Author, ...] | None = None
    language: str | None = None
    tags: msgspec.Raw = _ABSENT
    attachments: msgspec.Raw = _ABSENT


class _Document(msgspec.Struct, frozen=True):
    version: str
    items: tuple[msgspec.Raw, ...]
    title: str | None = None


def looks_like_json(body: bytes) -> bool:
    """Whether a document is JSON, if it is a feed at all."""
    return body[:1_000].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def read_json_feed(body: bytes, url: str) -> Feed:
    """The feed in a document that came from `url`. Raises SourceGarbled where it is none.

    An item that does not hold what the format says is left out, unless no item does.
    """
    try:
        document = parsed(body, _Document)
    except UNREADABLE:
        raise SourceGarbled("The answer is JSON, but no JSON Feed.") from None
    if "jsonfeed.org/version/" not in document.version:
        raise SourceGarbled("The answer is JSON, but no JSON Feed.")
    raw = document.items[:MAX_ITEMS]
    items = tuple(item for entry in raw if (item := _item(entry, url)))
    if raw and not items:
        raise SourceGarbled("No item of the feed is what JSON Feed says.")
    return Feed(title=" ".join(plain(document.title or "").split())[:200], items=items)


def _item(raw: msgspec.Raw, url: str) -> Item | None:
    try:
        entry = msgspec.json.decode(raw, type=_Entry, strict=False)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    author = entry.author or next(iter(entry.authors or ()), _Author())
    dates = [date for date in (entry.date_published, entry.date_modified) if date]
    link = web_address(entry.url or entry.external_url or "", url)
    said = _said(entry, link or url)
    about = web_address(entry.external_url or "", url)
    read = (from_iso(date) or from_mail(date) for date in dates)  # some write them as in RSS
    return Item(
        guid="" if entry.id is None else str(entry.id).strip()[:2_000],
        link=link,
        title=" ".join(plain(entry.title or "").split())[:500],
        text=said.text,
        author=" ".join(plain(author.name or "").split())[:200],
        author_url=web_address(author.url or ""),
        at=next(filter(None, read), None),
        language=entry.language[:20] if entry.language else None,
        links=each((*said.links, about, link if is_elsewhere(link, url) else "")),
        media=each((*said.media, *_titles(entry))),
        handles=said.handles,
        tags=each((*said.tags, *_tags(entry))),
    )


def _said(entry: _Entry, url: str) -> Parts:
    if entry.content_html:
        return html_parts(entry.content_html, url)
    return Parts(text=plain(entry.content_text or entry.summary or ""))


def _titles(entry: _Entry) -> Iterator[str]:
    """What the attachments are called; nothing where they are not what the format says."""
    for attachment in legible(entry.attachments, _Attachment):
        yield plain(attachment.title or "")


def _tags(entry: _Entry) -> Iterator[str]:
    for tag in legible(entry.tags, str):
        yield " ".join(plain(tag).split())[:100]
