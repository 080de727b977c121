"""Reviews as iTunes writes them, in JSON and in Atom, and as posts. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from xml.etree import ElementTree

import msgspec

from bot.domain.mention import Post
from bot.errors import SourceGarbled
from bot.phrases import phrase
from bot.sources.addressing import web_address
from bot.sources.entities import declares_entities
from bot.sources.items import UNREADABLE, decoded
from bot.sources.moments import from_iso, settled
from bot.sources.text import plain

_ATOM = "{http://www.w3.org/2005/Atom}"
_ITUNES = "{http://itunes.apple.com/rss}"
_BEST = 5
_ID = re.compile(r"[\w.-]{1,100}", re.ASCII)
_MOST = 500


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wrote of an app; `stars` from 1 to 5, 0 where it is not told."""

    id: str
    title: str
    text: str
    author: str
    author_url: str
    stars: int
    at: datetime | None


class _Label(msgspec.Struct, frozen=True):
    label: str | int | float | None = None


class _Author(msgspec.Struct, frozen=True):
    name: _Label = _Label()
    uri: _Label = _Label()


class _Entry(msgspec.Struct, frozen=True):
    id: _Label
    rating: _Label = msgspec.field(name="im:rating")
    title: _Label = _Label()
    content: _Label = _Label()
    author: _Author = _Author()
    updated: _Label = _Label()


class _Feed(msgspec.Struct, frozen=True):
    entry: msgspec.Raw = msgspec.Raw(b"[]")


class _Answer(msgspec.Struct, frozen=True):
    feed: _Feed


class _App(msgspec.Struct, frozen=True):
    name: str = msgspec.field(name="trackName", default="")


class _Found(msgspec.Struct, frozen=True):
    results: tuple[_App, ...]


def read_app(body: bytes) -> str:
    """What an app is called, as the store's look-up answers; `""` where it knows none. Raises
    SourceGarbled."""
    found = decoded(body, _Found, phrase("an app of the App Store"))
    return _line(found.results[0].name, 100) if found.results else ""


def read_reviews(body: bytes) -> list[Review]:
    """The reviews of a page, newest first. Raises SourceGarbled."""
    is_xml = body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    found = _from_xml(body) if is_xml else _from_json(body)
    return list({one.id: one for one in found if _ID.fullmatch(one.id)}.values())


def post_of(
    review: Review, source: str, app: str, country: str, app_id: str, now: datetime
) -> Post:
    """The post that a review of an `app` is: its title begins with what it is of, and its stars.

    The store has no page for one review, so the address is that of all, with the review's id.
    """
    stars = "★" * review.stars + "☆" * (_BEST - review.stars) if review.stars else ""
    return Post(
        source=source,
        id=review.id,
        url=f"https://apps.apple.com/{country}/app/id{app_id}?see-all=reviews&review={review.id}",
        title=" ".join(filter(None, (app and f"{app}:", stars, review.title))),
        text=review.text,
        author=review.author,
        author_url=review.author_url,
        at=settled(review.at, now),
    )


def _from_json(body: bytes) -> Iterable[Review]:
    """`entry` is a list, or one object where there is one, or absent where there is none; what
    has no rating is the app itself."""
    raw = decoded(body, _Answer, phrase("a list of reviews")).feed.entry
    items = _list(raw)
    for item in items[:_MOST]:
        try:
            entry = msgspec.json.decode(item, type=_Entry, strict=False)
        except UNREADABLE:
            continue
        yield _review(
            id=_said(entry.id),
            title=_said(entry.title),
            text=_said(entry.content),
            author=_said(entry.author.name),
            author_url=_said(entry.author.uri),
            stars=_said(entry.rating),
            updated=_said(entry.updated),
        )


def _list(raw: msgspec.Raw) -> list[msgspec.Raw]:
    try:
        return msgspec.json.decode(raw, type=list[msgspec.Raw])
    except UNREADABLE:
        return [raw]


def _from_xml(body: bytes) -> Iterable[Review]:
    if declares_entities(body):
        raise SourceGarbled("The answer is not {what}.", what=phrase("a list of reviews"))
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - it declares no entities
    except (ElementTree.ParseError, ValueError, LookupError):
        raise SourceGarbled("The answer is not {what}.", what=phrase("a list of reviews")) from None
    for entry in list(root.iter(f"{_ATOM}entry"))[:_MOST]:
        stars = entry.findtext(f"{_ITUNES}rating")
        if stars is None:
            continue  # the app itself
        contents = {one.get("type"): one.text for one in entry.iter(f"{_ATOM}content")}
        yield _review(
            id=entry.findtext(f"{_ATOM}id") or "",
            title=entry.findtext(f"{_ATOM}title") or "",
            text=contents.get("text") or "",
            author=entry.findtext(f"{_ATOM}author/{_ATOM}name") or "",
            author_url=entry.findtext(f"{_ATOM}author/{_ATOM}uri") or "",
            stars=stars,
            updated=entry.findtext(f"{_ATOM}updated") or "",
        )


def _review(
    *, id: str, title: str, text: str, author: str, author_url: str, stars: str, updated: str
) -> Review:
    count = stars.strip()
    return Review(
        id=id.strip(),
        title=_line(title, 300),
        text=plain(text),
        author=_line(author, 200),
        author_url=web_address(author_url),
        stars=int(count) if count in {"1", "2", "3", "4", "5"} else 0,
        at=from_iso(updated) if updated else None,
    )


def _said(label: _Label) -> str:
    return "" if label.label is None else str(label.label)


def _line(text: str, length: int) -> str:
    return " ".join(plain(text).split())[:length]
