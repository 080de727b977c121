"""Bluesky's posts, as records and as views of them (docs.bsky.app, the lexicons
app.bsky.feed.post, app.bsky.feed.defs and app.bsky.richtext.facet). Pure."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit

import msgspec

from bot.domain.mention import Post
from bot.phrases import phrase
from bot.sources.addressing import web_address
from bot.sources.items import UNREADABLE, decoded, readable
from bot.sources.moments import from_iso, settled
from bot.sources.text import plain

SITE = "https://bsky.app"
POSTS = "app.bsky.feed.post"
"""The collection that posts are in."""

_URI = re.compile(
    rf"at://(did:[a-z]+:[\w.:%-]{{1,200}})/{re.escape(POSTS)}/([\w.:~-]{{1,512}})", re.A
)
_ABSENT = msgspec.Raw(b"null")
_MOST = 50
"""Links, tags, handles and descriptions that are kept of one post, each."""

_GIFS = "tenor.com"
"""The app sends its GIFs as links to there; how they were described stands behind `Alt:`."""

_ALT = re.compile(r"^Alt(?: text)?:\s*", re.IGNORECASE)

T = TypeVar("T")


class Profile(msgspec.Struct, frozen=True):
    """Who an account is; `handle` changes, `did` never does."""

    did: str = ""
    handle: str = ""
    followers: int | None = msgspec.field(name="followersCount", default=None)


class Record(msgspec.Struct, frozen=True):
    """A post as its author wrote it. What stands beside the text is read piece by piece."""

    text: str = ""
    created: str = msgspec.field(name="createdAt", default="")
    langs: msgspec.Raw = _ABSENT
    facets: msgspec.Raw = _ABSENT
    embed: msgspec.Raw = _ABSENT
    reply: msgspec.Raw = _ABSENT
    tags: msgspec.Raw = _ABSENT


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A post as the app shows it."""

    uri: str
    record: msgspec.Raw
    author: msgspec.Raw = _ABSENT
    indexed: str = msgspec.field(name="indexedAt", default="")
    likes: int | None = msgspec.field(name="likeCount", default=None)
    replies: int | None = msgspec.field(name="replyCount", default=None)
    reposts: int | None = msgspec.field(name="repostCount", default=None)
    quotes: int | None = msgspec.field(name="quoteCount", default=None)


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
    """What is shown below the text: pictures, a film (`alt`), the card of a link."""

    images: tuple[_Described, ...] = ()
    alt: str = ""
    external: _Card | None = None
    media: msgspec.Raw = _ABSENT


class _Reference(msgspec.Struct, frozen=True):
    uri: str = ""


class _Reply(msgspec.Struct, frozen=True):
    root: _Reference = _Reference()
    parent: _Reference = _Reference()


class _Views(msgspec.Struct, frozen=True):
    posts: tuple[msgspec.Raw, ...]
    cursor: str | None = None


class _Profiles(msgspec.Struct, frozen=True):
    profiles: tuple[msgspec.Raw, ...]


class Views(NamedTuple):
    """Posts as the app shows them, and what the next of them are asked for by (`""`: no more)."""

    views: list[View]
    cursor: str


class Facts(NamedTuple):
    """What a post's source told of it beside its record: who wrote it, when it was first heard of,
    and how many liked, answered and shared it."""

    author: Profile
    heard: datetime | None = None
    engagement: int = 0


class _Beside(NamedTuple):
    """What stands beside the text."""

    title: str
    links: tuple[str, ...]
    media: tuple[str, ...]
    handles: tuple[str, ...]
    tags: tuple[str, ...]


def read_views(body: bytes) -> Views:
    """A list of posts, as getPosts and searchPosts answer. Raises SourceGarbled."""
    answer = decoded(body, _Views, phrase("a list of Bluesky's posts"))
    return Views(
        readable(answer.posts, View, phrase("a post of Bluesky's")), plain(answer.cursor or "")
    )


def read_profiles(body: bytes) -> list[Profile]:
    """The accounts that getProfiles answers with. Raises SourceGarbled."""
    answer = decoded(body, _Profiles, phrase("a list of Bluesky's accounts"))
    return readable(answer.profiles, Profile, phrase("an account of Bluesky's"))


def uri_of(did: str, rkey: str) -> str:
    """The address of a post in the network; `""` where the parts make none."""
    uri = f"at://{did}/{POSTS}/{rkey}"
    return uri if _URI.fullmatch(uri) else ""


def did_of(uri: str) -> str:
    """Whose post it is; `""` where it is no post's address."""
    found = _URI.fullmatch(uri)
    return found[1] if found else ""


def posts_of(views: Iterable[View], source: str, now: datetime, site: str = SITE) -> list[Post]:
    """The posts that views show, without those that cannot be read."""
    found: list[Post] = []
    for view in views:
        author = _piece(view.author, Profile) or Profile(did_of(view.uri))
        counts = (view.likes, view.replies, view.reposts, view.quotes)
        facts = Facts(author, from_iso(view.indexed), sum(max(one or 0, 0) for one in counts))
        post = post_of(view.uri, read_record(view.record), facts, source, now, site)
        if post:
            found.append(post)
    return found


def read_record(raw: msgspec.Raw | bytes) -> Record | None:
    """A post's record; None where it is none."""
    return _piece(raw, Record)


def post_of(
    uri: str, record: Record | None, facts: Facts, source: str, now: datetime, site: str = SITE
) -> Post | None:
    """The post that a record is, at its place; None where the place is none of a post's.

    Its time is the earlier one of what its author claims and when it was heard of: what is brought
    along from elsewhere is old, and nothing was written after it was heard.
    """
    place = _URI.fullmatch(uri)
    if place is None or record is None:
        return None
    author = facts.author if _is_handle(facts.author.handle) else Profile(place[1])
    beside = _beside(record)
    langs = _piece(record.langs, tuple[str, ...]) or ()
    return Post(
        source=source,
        id=uri,
        url=f"{site}/profile/{place[1]}/post/{place[2]}",
        title=beside.title,
        text=plain(record.text),
        author=f"@{author.handle}" if author.handle else author.did,
        author_url=f"{site}/profile/{place[1]}",
        at=_written(record, facts.heard, now),
        language=plain(langs[0])[:20] or None if langs else None,
        followers=None if facts.author.followers is None else max(facts.author.followers, 0),
        engagement=facts.engagement,
        thread=_thread(record, uri),
        links=beside.links,
        media=beside.media,
        handles=beside.handles,
        tags=beside.tags,
    )


def _written(record: Record, heard: datetime | None, now: datetime) -> datetime:
    claimed = settled(from_iso(record.created), heard or now)
    return settled(min(claimed, heard or now), now)


def _thread(record: Record, uri: str) -> str:
    reply = _piece(record.reply, _Reply)
    if reply is None:
        return ""
    told = (one for one in (reply.root.uri, reply.parent.uri) if _URI.fullmatch(one))
    return next((one for one in told if one != uri), "")


def _is_handle(handle: str) -> bool:
    """Whether it names an account; the network says `handle.invalid` where none does."""
    return bool(re.fullmatch(r"[A-Za-z0-9.-]{1,253}", handle)) and handle != "handle.invalid"


def _beside(record: Record) -> _Beside:
    links: list[str] = []
    handles: list[str] = []
    tags = list(_piece(record.tags, tuple[str, ...]) or ())
    written = record.text.encode("utf-8", "surrogatepass")
    for facet in _pieces(record.facets, _Facet):
        for feature in facet.features:
            match feature.kind.rpartition("#")[2]:
                case "link":
                    links.append(feature.uri)
                case "tag":
                    tags.append(feature.tag)
                case "mention":
                    start, end = facet.index.start, facet.index.end
                    handles.append(written[max(start, 0) : max(end, 0)].decode("utf-8", "ignore"))
    title, media = "", list[str]()
    for embed in _embeds(record.embed):
        media += [embed.alt, *(image.alt for image in embed.images)]
        if card := embed.external:
            if _is_gif(card.uri):
                media.append(_ALT.sub("", card.description))
            else:
                links.append(card.uri)
                title = " ".join(plain(card.title).split())[:500]
    return _Beside(
        title=title,
        links=_each(web_address(link) for link in links),
        media=_each(plain(one) for one in media),
        handles=_each(plain(handle).removeprefix("@") for handle in handles),
        tags=_each(plain(tag).removeprefix("#") for tag in tags),
    )


def _embeds(raw: msgspec.Raw) -> Iterator[_Embed]:
    """What is shown below a text; with a quoted post it stands one level deeper."""
    if embed := _piece(raw, _Embed):
        yield embed
        if inner := _piece(embed.media, _Embed):
            yield inner


def _is_gif(address: str) -> bool:
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return False
    return host == _GIFS or host.endswith(f".{_GIFS}")


def _each(found: Iterable[str]) -> tuple[str, ...]:
    """What there is, each once."""
    return tuple(dict.fromkeys(filter(None, found)))[:_MOST]


def _piece(raw: msgspec.Raw | bytes, kind: type[T]) -> T | None:
    """A part of a record, None where it is absent or not what it should be."""
    with contextlib.suppress(*UNREADABLE):
        return msgspec.json.decode(raw, type=kind, strict=False)
    return None


def _pieces(raw: msgspec.Raw, kind: type[T]) -> Sequence[T]:
    """The readable ones of a list."""
    items = _piece(raw, tuple[msgspec.Raw, ...]) or ()
    return [piece for item in items if (piece := _piece(item, kind)) is not None]
