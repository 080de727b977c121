"""What a Discourse forum says (docs.discourse.org, "Posts", "Topics", "Search") as posts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from bot.domain.mention import Post
from bot.errors import SourceGarbled
from bot.phrases import phrase
from bot.sources.addressing import web_address
from bot.sources.exchanges import Said
from bot.sources.items import decoded, readable
from bot.sources.moments import from_iso, settled
from bot.sources.searching import Found
from bot.sources.text import html_parts, plain

_WRITTEN = frozenset({1, 2})
"""The types of posts that somebody wrote: the others say that a topic was closed, or are whispers
of the staff."""

_OLD_WINDOW = 50
"""Older forums show the posts of so many ids, which may be none."""

_LIKE = 2


class Forum(msgspec.Struct, frozen=True):
    """Whose posts they are: the source's name, and the forum's address."""

    source: str
    address: str


class _Action(msgspec.Struct, frozen=True):
    id: int = 0
    count: int | None = None


class _Written(msgspec.Struct, frozen=True, kw_only=True):
    """A post; a search gives but the beginning of it, in a `blurb`."""

    id: int
    topic_id: int
    post_number: int
    username: str | None = None
    created_at: str | None = None
    cooked: str | None = None
    blurb: str | None = None
    post_type: int | None = 1
    topic_slug: str | None = None
    topic_title: str | None = None
    reply_to_post_number: int | None = None
    reply_count: int | None = None
    like_count: int | None = None
    actions_summary: tuple[_Action, ...] = ()
    hidden: bool | None = None
    user_deleted: bool | None = None
    deleted_at: str | None = None

    @property
    def is_there(self) -> bool:
        taken = self.hidden or self.user_deleted or self.deleted_at
        return not taken and self.post_type in _WRITTEN

    @property
    def likes(self) -> int:
        counted = sum(action.count or 0 for action in self.actions_summary if action.id == _LIKE)
        return max(self.like_count or 0, counted, 0)


class _Topic(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    title: str = ""
    slug: str = ""
    tags: tuple[object, ...] = ()

    @property
    def named_tags(self) -> tuple[str, ...]:
        """Since 2026 a tag is an object with a `name` (github.com/discourse/discourse_api_docs,
        pull request 191)."""
        names = [tag.get("name") if isinstance(tag, dict) else tag for tag in self.tags]
        return tuple(plain(tag)[:100] for tag in names if isinstance(tag, str) and plain(tag))


class _Latest(msgspec.Struct, frozen=True):
    latest_posts: tuple[msgspec.Raw, ...]


class _Results(msgspec.Struct, frozen=True, kw_only=True):
    posts: tuple[msgspec.Raw, ...] | None = None
    topics: tuple[msgspec.Raw, ...] | None = None
    grouped_search_result: object = None


class _Stream(msgspec.Struct, frozen=True):
    posts: tuple[msgspec.Raw, ...]


class _Thread(msgspec.Struct, frozen=True, kw_only=True):
    """A topic, or some of its posts; then it says no more than those."""

    post_stream: _Stream
    id: int = 0
    title: str = ""
    slug: str = ""
    tags: tuple[object, ...] = ()


def read_latest(body: bytes, forum: Forum, before: int, now: datetime) -> Found:
    """The newest posts of all topics whose ids are not above `before` (0: of all). Raises
    SourceGarbled."""
    raw = decoded(body, _Latest, phrase("a forum's latest posts")).latest_posts
    written = _written(raw)
    lowest = min((one.id for one in written), default=before - _OLD_WINDOW + 1) - 1
    return Found(_posts(written, {}, forum, now), more=str(lowest) if lowest > 0 else "")


def read_results(body: bytes, forum: Forum, now: datetime) -> list[Post]:
    """What a search found, of each topic one post. Raises SourceGarbled."""
    what = phrase("what a forum's search answers")
    answer = decoded(body, _Results, what)
    if answer.posts is None and answer.grouped_search_result is None:
        raise SourceGarbled("The answer is not {what}.", what=what)
    topics = readable(answer.topics or (), _Topic, phrase("a topic"))
    return _posts(_written(answer.posts or ()), {one.id: one for one in topics}, forum, now)


def read_topic(body: bytes, forum: Forum, now: datetime) -> list[Said]:
    """The posts of one topic that are shown, each with what it answers. Raises SourceGarbled."""
    thread = decoded(body, _Thread, phrase("a topic"))
    topic = _Topic(id=thread.id, title=thread.title, slug=thread.slug, tags=thread.tags)
    written = [one for one in _written(thread.post_stream.posts) if one.is_there]
    ids = {one.post_number: _id(one) for one in written}
    posts = _posts(written, {thread.id: topic}, forum, now)
    return [
        Said(post, ids.get(one.reply_to_post_number or 1, post.thread) if post.thread else "")
        for post, one in zip(posts, written, strict=True)
    ]


def _written(raw: Sequence[msgspec.Raw]) -> list[_Written]:
    return readable(raw, _Written, phrase("a forum's post"))


def _posts(
    written: Iterable[_Written], topics: dict[int, _Topic], forum: Forum, now: datetime
) -> list[Post]:
    return [
        _post(one, topics.get(one.topic_id) or _Topic(id=one.topic_id), forum, now)
        for one in written
        if one.is_there
    ]


def _post(one: _Written, topic: _Topic, forum: Forum, now: datetime) -> Post:
    parts = html_parts(one.cooked or one.blurb or "", forum.address)
    author = " ".join(plain(one.username or "").split())[:200]
    slug = one.topic_slug or topic.slug or "-"
    return Post(
        source=forum.source,
        id=_id(one),
        url=web_address(f"{forum.address}/t/{slug}/{one.topic_id}/{one.post_number}"),
        title=" ".join(plain(one.topic_title or topic.title).split())[:500],
        text=parts.text,
        author=author,
        author_url=web_address(f"{forum.address}/u/{author}") if author else "",
        at=settled(from_iso(one.created_at or ""), now),
        engagement=one.likes + max(one.reply_count or 0, 0),
        thread="" if one.post_number == 1 else _topic_id(one),
        local_id=f"{one.topic_id}/{one.post_number}/{one.id}",
        links=parts.links,
        media=parts.media,
        handles=parts.handles,
        tags=tuple(dict.fromkeys((*topic.named_tags, *parts.tags))),
    )


def _id(one: _Written) -> str:
    """The first post of a topic goes by the topic's id, which its answers tell."""
    return _topic_id(one) if one.post_number == 1 else str(one.id)


def _topic_id(one: _Written) -> str:
    return f"topic-{one.topic_id}"
