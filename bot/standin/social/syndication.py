"""Posts as RSS 2.0 (rssboard.org/rss-specification) and as Atom (RFC 4287). Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from bot.standin.social.pages import paragraphs
from bot.standin.social.posts import Published

ATOM = "http://www.w3.org/2005/Atom"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
WELL_FORMED = "http://wellformedweb.org/CommentAPI/"
THREADING = "http://purl.org/syndication/thread/1.0"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

# What XML 1.0 cannot hold, in whatever way it is escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Channel:
    """What a feed is about: `url` is the site's address, `feed_url` the feed's own."""

    title: str
    about: str
    url: str
    feed_url: str


@dataclass(frozen=True)
class Item:
    """A post in a feed; `answers` is the address of the post that it answers, or "", and
    `comments` that of the feed of its thread, or ""."""

    post: Published
    answers: str = ""
    comments: str = ""


def rss(channel: Channel, newest: Sequence[Item]) -> bytes:
    """An RSS 2.0 document, items in the order given."""
    names = {
        "xmlns:atom": ATOM,
        "xmlns:dc": DUBLIN_CORE,
        "xmlns:thr": THREADING,
        "xmlns:wfw": WELL_FORMED,
    }
    root = Element("rss", {"version": "2.0", **names})
    head = SubElement(root, "channel")
    _text(head, "title", channel.title)
    _text(head, "link", channel.url)
    _text(head, "description", channel.about)
    itself = {"rel": "self", "href": channel.feed_url, "type": "application/rss+xml"}
    SubElement(head, "atom:link", itself)
    _text(head, "lastBuildDate", _rfc822(newest[0].post.at if newest else NEVER))
    for item in newest:
        _rss_item(SubElement(head, "item"), item)
    return _document(root)


def _rss_item(element: Element, item: Item) -> None:
    post = item.post
    _text(element, "title", post.draft.title)
    _text(element, "link", post.url)
    _text(element, "guid", post.url, isPermaLink="true")
    _text(element, "pubDate", _rfc822(post.at))
    _text(element, "dc:creator", post.draft.author.name)
    _text(element, "dc:language", post.draft.language)
    _text(element, "description", paragraphs(post.draft.text))
    if item.answers:
        SubElement(element, "thr:in-reply-to", {"ref": item.answers, "href": item.answers})
    if item.comments:
        _text(element, "wfw:commentRss", item.comments)


def atom(channel: Channel, newest: Sequence[Item]) -> bytes:
    """An Atom document, entries in the order given."""
    root = Element("feed", {"xmlns": ATOM, "xmlns:thr": THREADING})
    _text(root, "id", channel.url)
    _text(root, "title", channel.title)
    _text(root, "subtitle", channel.about)
    SubElement(root, "link", {"rel": "self", "href": channel.feed_url})
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": channel.url})
    _text(root, "updated", _rfc3339(newest[0].post.at if newest else NEVER))
    for item in newest:
        _atom_entry(SubElement(root, "entry", {"xml:lang": item.post.draft.language}), item)
    return _document(root)


def _atom_entry(element: Element, item: Item) -> None:
    post = item.post
    _text(element, "id", post.url)
    _text(element, "title", post.draft.title)
    SubElement(element, "link", {"rel": "alternate", "type": "text/html", "href": post.url})
    _text(element, "published", _rfc3339(post.at))
    _text(element, "updated", _rfc3339(post.at))
    _text(SubElement(element, "author"), "name", post.draft.author.name)
    _text(element, "content", paragraphs(post.draft.text), type="html")
    if item.answers:
        SubElement(element, "thr:in-reply-to", {"ref": item.answers, "href": item.answers})


def _text(parent: Element, tag: str, text: str, **attributes: str) -> None:
    SubElement(parent, tag, attributes).text = _NOT_XML.sub("", text)


def _document(root: Element) -> bytes:
    text = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}'.encode()


def _rfc822(at: datetime) -> str:
    return format_datetime(at, usegmt=True)


def _rfc3339(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
