"""Posts and comments of a Facebook Page (developers.facebook.com/docs/graph-api/reference: "Page
Feed", "Page Tagged", "Object Comments") as posts. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from bot.domain.mention import Post
from bot.errors import SourceGarbled
from bot.phrases import phrase
from bot.sources.addressing import web_address
from bot.sources.graph import Edge, read_edge
from bot.sources.items import UNREADABLE, legible, readable
from bot.sources.moments import from_iso, settled
from bot.sources.text import plain

_SITE = "https://www.facebook.com"


class _From(msgspec.Struct, frozen=True):
    id: str = ""
    name: str = ""


class _Attachment(msgspec.Struct, frozen=True):
    unshimmed_url: str | None = None
    url: str | None = None


class _Total(msgspec.Struct, frozen=True):
    total_count: int | None = None


class _Counted(msgspec.Struct, frozen=True):
    summary: _Total = _Total()


class _Listed(msgspec.Struct, frozen=True):
    data: msgspec.Raw = msgspec.Raw(b"[]")


class _Shares(msgspec.Struct, frozen=True):
    count: int | None = None


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    """A post or a comment; one without an id is known by its address."""

    id: str = ""
    message: str | None = None
    created_time: str | None = None
    permalink_url: str | None = None
    author: _From | None = msgspec.field(name="from", default=None)
    message_tags: msgspec.Raw = msgspec.Raw(b"[]")
    attachments: _Listed | None = None
    shares: _Shares | None = None
    reactions: _Counted | None = None
    comments: msgspec.Raw = msgspec.Raw(b"null")
    like_count: int | None = None
    comment_count: int | None = None

    @property
    def known_by(self) -> str:
        return self.id or web_address(self.permalink_url or "")

    def is_of_page(self, post: str) -> bool:
        """Whether the Page said it that a post stands on; its id begins with the Page's."""
        return bool(self.author and self.author.id and self.author.id == post.partition("_")[0])


class Place(NamedTuple):
    """A post, which its comments are said of."""

    id: str
    title: str


class Comments(NamedTuple):
    """Comments, newest first, back to `oldest`; `more` is what the next ones are asked for by."""

    place: Place
    posts: tuple[Post, ...]
    more: str
    oldest: datetime | None


class Feed(NamedTuple):
    """Posts, newest first, back to `oldest`; on each the newest `comments`; `more` is what the next
    ones are asked for by."""

    posts: tuple[Post, ...]
    comments: tuple[Comments, ...]
    more: str
    oldest: datetime | None


def read_feed(body: bytes, source: str, now: datetime, *, own: bool = True) -> Feed:
    """A page of posts; where they stand on the Page itself (`own`), without what the Page says.
    Raises SourceGarbled."""
    edge = read_edge(body)
    read = readable(edge.data, _Said, phrase("a post of Facebook"))
    said = [one for one in read if one.known_by]
    return Feed(
        posts=tuple(
            _post(one, source, now) for one in said if not (own and one.is_of_page(one.id))
        ),
        comments=tuple(
            comments for one in said for comments in _beside(one.comments, source, _place(one), now)
        ),
        more=edge.more,
        oldest=_written(said[-1], now) if said else None,
    )


def read_comments(body: bytes, source: str, place: Place, now: datetime) -> Comments:
    """A page of the comments on a post, newest first. Raises SourceGarbled."""
    edge = read_edge(body)
    return _comments(edge, _read_comments(edge), source, place, now)


def _read_comments(edge: Edge) -> list[_Said]:
    return readable(edge.data, _Said, phrase("a comment of Facebook"))


def _beside(comments: msgspec.Raw, source: str, place: Place, now: datetime) -> Iterator[Comments]:
    """The comments that come with a post, where they can be read; the post can be without them."""
    try:
        edge = msgspec.json.decode(comments, type=Edge)
        said = _read_comments(edge)
    except (*UNREADABLE, SourceGarbled):
        return
    yield _comments(edge, said, source, place, now)


def _comments(
    edge: Edge, read: Sequence[_Said], source: str, place: Place, now: datetime
) -> Comments:
    said = [one for one in read if one.known_by]
    return Comments(
        place=place,
        posts=tuple(
            replace(_post(one, source, now), title=place.title, thread=place.id)
            for one in said
            if not one.is_of_page(place.id)
        ),
        more=edge.more,
        oldest=_written(said[-1], now) if said else None,
    )


def _place(one: _Said) -> Place:
    first_line = plain(one.message or "").partition("\n")[0]
    return Place(one.id, first_line[:200])


def _written(one: _Said, now: datetime) -> datetime:
    return settled(from_iso(one.created_time or ""), now)


def _post(one: _Said, source: str, now: datetime) -> Post:
    attached = legible(one.attachments.data, _Attachment) if one.attachments else ()
    links = (web_address(each.unshimmed_url or each.url or "") for each in attached)
    names = (_line(tag.name) for tag in legible(one.message_tags, _From))
    return Post(
        source=source,
        id=one.known_by,
        url=web_address(one.permalink_url or "") or web_address(f"{_SITE}/{one.id}"),
        text=plain(one.message or ""),
        author=_line(one.author.name) if one.author else "",
        author_url=web_address(f"{_SITE}/{one.author.id}") if one.author and one.author.id else "",
        at=_written(one, now),
        engagement=_engagement(one),
        links=tuple(dict.fromkeys(filter(None, links))),
        handles=tuple(dict.fromkeys(filter(None, names))),
    )


def _engagement(one: _Said) -> int:
    shares = one.shares.count if one.shares else 0
    reactions = one.reactions.summary.total_count if one.reactions else 0
    counts = (shares, reactions, one.like_count, one.comment_count)
    return sum(max(count or 0, 0) for count in counts)


def _line(text: str) -> str:
    return " ".join(plain(text).split())[:200]
