"""Bluesky's records of posts: what their authors wrote, and what stands beside the text
(docs.bsky.app, the lexicons app.bsky.feed.post, app.bsky.embed.* and app.bsky.richtext.facet).
Pure."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit

import msgspec

from bot.sources.addressing import web_address
from bot.sources.items import UNREADABLE, legible
from bot.sources.text import each, plain

ABSENT = msgspec.Raw(b"null")

_GIFS = "tenor.com"
"""The app sends its GIFs as links to there; how they were described stands behind `Alt:`."""

_ALT = re.compile(r"^Alt(?: text)?:\s*", re.IGNORECASE)

T = TypeVar("T")


class Record(msgspec.Struct, frozen=True):
    """A post as its author wrote it. What stands beside the text is read piece by piece: a bad one
    hurts itself alone."""

    text: str = ""
    created: str = msgspec.field(name="createdAt", default="")
    langs: msgspec.Raw = ABSENT
    facets: msgspec.Raw = ABSENT
    embed: msgspec.Raw = ABSENT
    reply: msgspec.Raw = ABSENT
    tags: msgspec.Raw = ABSENT

    @property
    def language(self) -> str | None:
        """The first language that its author named."""
        langs = piece(self.langs, tuple[str, ...])
        return plain(langs[0])[:20] or None if langs else None

    @property
    def answers(self) -> tuple[str, ...]:
        """The addresses of the post at the top of its thread, and of the one that it answers."""
        reply = piece(self.reply, _Reply)
        return (reply.root.uri, reply.parent.uri) if reply else ()


class Beside(NamedTuple):
    """What stands beside a text; `title` is that of the link whose card is shown below it."""

    title: str
    links: tuple[str, ...]
    media: tuple[str, ...]
    handles: tuple[str, ...]
    tags: tuple[str, ...]


class _Slice(msgspec.Struct, frozen=True):
    start: int = msgspec.field(name="byteStart", default=0)
    end: int = msgspec.field(name="byteEnd", default=0)


class _Feature(msgspec.Struct, frozen=True):
    """What a piece of the text is: a link, the naming of an account, or a tag."""

    kind: str = msgspec.field(name="$type", default="")
    uri: str = ""
    tag: str = ""


class _Facet(msgspec.Struct, frozen=True):
    index: _Slice
    features: tuple[_Feature, ...]


class _Described(msgspec.Struct, frozen=True):
    alt: str = ""


class _Card(msgspec.Struct, frozen=True):
    uri: str = ""
    title: str = ""
    description: str = ""


class _Embed(msgspec.Struct, frozen=True):
    """What is shown below the text: pictures, a film (`alt`), the card of a link; with a quoted
    post all this stands one level deeper, in `media`."""

    images: tuple[_Described, ...] = ()
    alt: str = ""
    external: _Card | None = None
    media: msgspec.Raw = ABSENT


class _Reference(msgspec.Struct, frozen=True):
    uri: str = ""


class _Reply(msgspec.Struct, frozen=True):
    root: _Reference = _Reference()
    parent: _Reference = _Reference()


def read_record(raw: msgspec.Raw | bytes) -> Record | None:
    """A post's record; None where it is none."""
    return piece(raw, Record)


def beside(record: Record) -> Beside:
    """What stands beside a record's text."""
    links: list[str] = []
    handles: list[str] = []
    tags = list(piece(record.tags, tuple[str, ...]) or ())
    written = record.text.encode("utf-8", "surrogatepass")
    for facet in legible(record.facets, _Facet):
        start, end = max(facet.index.start, 0), max(facet.index.end, 0)
        for feature in facet.features:
            match feature.kind.rpartition("#")[2]:
                case "link":
                    links.append(feature.uri)
                case "tag":
                    tags.append(feature.tag)
                case "mention":
                    handles.append(written[start:end].decode("utf-8", "ignore"))
    title, media = "", list[str]()
    for embed in _embeds(record.embed):
        media += [embed.alt, *(image.alt for image in embed.images)]
        if card := embed.external:
            if _is_gif(card.uri):
                media.append(_ALT.sub("", card.description))
            else:
                links.append(card.uri)
                title = " ".join(plain(card.title).split())[:500]
    return Beside(
        title=title,
        links=each(web_address(link) for link in links),
        media=each(plain(one) for one in media),
        handles=each(plain(handle).removeprefix("@") for handle in handles),
        tags=each(plain(tag).removeprefix("#") for tag in tags),
    )


def piece(raw: msgspec.Raw | bytes, kind: type[T]) -> T | None:
    """A part of a record, None where it is absent or not what it should be."""
    with contextlib.suppress(*UNREADABLE):
        return msgspec.json.decode(raw, type=kind, strict=False)
    return None


def _embeds(raw: msgspec.Raw) -> Iterator[_Embed]:
    if embed := piece(raw, _Embed):
        yield embed
        if inner := piece(embed.media, _Embed):
            yield inner


def _is_gif(address: str) -> bool:
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return False
    return host == _GIFS or host.endswith(f".{_GIFS}")
