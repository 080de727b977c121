"""Bluesky's posts: their places, and how the app shows them (docs.bsky.app, the lexicons
app.bsky.feed.defs and app.bsky.actor.defs). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from bot.domain.mention import Post
from bot.phrases import phrase
from bot.sources.items import decoded, readable
from bot.sources.moments import from_iso, settled
from bot.sources.skyrecords import ABSENT, Record, beside, piece, read_record
from bot.sources.text import plain

SITE = "https://bsky.app"
POSTS = "app.bsky.feed.post"
"""The collection that posts are in."""

_URI = re.compile(
    rf"at://(did:[a-z]+:[\w.:%-]{{1,200}})/{re.escape(POSTS)}/([\w.:~-]{{1,512}})", re.ASCII
)


class Profile(msgspec.Struct, frozen=True):
    """Who an account is; `handle` changes, `did` never does."""

    did: str = ""
    handle: str = ""
    followers: int | None = msgspec.field(name="followersCount", default=None)


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A post as the app shows it."""

    uri: str
    record: msgspec.Raw
    author: msgspec.Raw = ABSENT
    indexed: str = msgspec.field(name="indexedAt", default="")
    likes: int | None = msgspec.field(name="likeCount", default=None)
    replies: int | None = msgspec.field(name="replyCount", default=None)
    reposts: int | None = msgspec.field(name="repostCount", default=None)
    quotes: int | None = msgspec.field(name="quoteCount", default=None)

    @property
    def engagement(self) -> int:
        counts = (self.likes, self.replies, self.reposts, self.quotes)
        return sum(max(count or 0, 0) for count in counts)


class _Views(msgspec.Struct, frozen=True):
    posts: tuple[msgspec.Raw, ...]
    cursor: str | None = None


class _Profiles(msgspec.Struct, frozen=True):
    profiles: tuple[msgspec.Raw, ...]


class Views(NamedTuple):
    """Posts as the app shows them, and what the next of them are asked for by (`""`: no more). They
    are `whole` where each that was listed could be read."""

    views: list[View]
    cursor: str
    whole: bool = True


class Facts(NamedTuple):
    """What a post's source told of it beside its record: who wrote it, when it was first heard of,
    and how many liked, answered and shared it."""

    author: Profile
    heard: datetime | None = None
    engagement: int = 0


def read_views(body: bytes) -> Views:
    """A list of posts, as getPosts and searchPosts answer. Raises SourceGarbled."""
    answer = decoded(body, _Views, phrase("a list of Bluesky's posts"))
    views = readable(answer.posts, View, phrase("a post of Bluesky's"))
    return Views(views, plain(answer.cursor or ""), len(views) == len(answer.posts))


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
        author = piece(view.author, Profile) or Profile(did_of(view.uri))
        facts = Facts(author, from_iso(view.indexed), view.engagement)
        post = post_of(view.uri, read_record(view.record), facts, source, now, site)
        if post:
            found.append(post)
    return found


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
    shown = beside(record)
    post = Post(
        source=source,
        id=uri,
        url=f"{site}/profile/{place[1]}/post/{place[2]}",
        title=shown.title,
        text=plain(record.text),
        author=place[1],
        author_url=f"{site}/profile/{place[1]}",
        at=_written(record, facts.heard, now),
        language=record.language,
        engagement=facts.engagement,
        thread=_thread(record, uri),
        links=shown.links,
        media=shown.media,
        handles=shown.handles,
        tags=shown.tags,
    )
    return named(post, facts.author)


def named(post: Post, author: Profile | None) -> Post:
    """The post with its author's handle and followers, as far as they are known; without a handle
    an author goes by an id."""
    if author is None:
        return post
    handle = f"@{author.handle}" if _is_handle(author.handle) else post.author
    followers = post.followers if author.followers is None else max(author.followers, 0)
    return replace(post, author=handle, followers=followers)


def _written(record: Record, heard: datetime | None, now: datetime) -> datetime:
    claimed = settled(from_iso(record.created), heard or now)
    return settled(min(claimed, heard or now), now)


def _thread(record: Record, uri: str) -> str:
    """The root of a post's thread, as far as it is told; `""` where it begins one."""
    return next((one for one in record.answers if one != uri and _URI.fullmatch(one)), "")


def _is_handle(handle: str) -> bool:
    """Whether it names an account; the network says `handle.invalid` where none does."""
    return bool(re.fullmatch(r"[A-Za-z0-9.-]{1,253}", handle)) and handle != "handle.invalid"
