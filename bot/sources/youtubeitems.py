"""YouTube's videos and comments (developers.google.com/youtube/v3/docs) as posts. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from html import unescape
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from bot.domain.mention import Post
from bot.phrases import phrase
from bot.sources.addressing import web_address
from bot.sources.items import decoded, legible, readable
from bot.sources.moments import from_iso, settled
from bot.sources.text import html_parts, plain

_SITE = "https://www.youtube.com"
_MOST_TAGS = 30


class _ResourceId(msgspec.Struct, frozen=True):
    """What a search found: a video, or something else without this id."""

    video: str = msgspec.field(name="videoId", default="")


class _Snippet(msgspec.Struct, frozen=True, rename="camel"):
    published_at: str | None = None
    channel_id: str | None = None
    channel_title: str | None = None
    title: str | None = None
    description: str | None = None
    tags: tuple[str, ...] = ()
    default_language: str | None = None
    default_audio_language: str | None = None


class _Statistics(msgspec.Struct, frozen=True, rename="camel"):
    like_count: int | None = None
    comment_count: int | None = None


class _Video(msgspec.Struct, frozen=True):
    """A video, or what a search found: that is escaped, and is not always a video."""

    id: str | _ResourceId
    kind: str = "youtube#video"
    snippet: _Snippet = _Snippet()
    statistics: _Statistics = _Statistics()

    @property
    def video_id(self) -> str:
        if isinstance(self.id, _ResourceId):
            return self.id.video
        return self.id if self.kind == "youtube#video" else ""

    @property
    def title(self) -> str:
        return self._plain(self.snippet.title)

    @property
    def description(self) -> str:
        return self._plain(self.snippet.description)

    def _plain(self, told: str | None) -> str:
        return unescape(told or "") if isinstance(self.id, _ResourceId) else told or ""


class _Replies(msgspec.Struct, frozen=True):
    comments: msgspec.Raw = msgspec.Raw(b"[]")


class _CommentSnippet(msgspec.Struct, frozen=True, rename="camel"):
    author_display_name: str | None = None
    author_channel_url: str | None = None
    video_id: str | None = None
    channel_id: str | None = None
    text_original: str | None = None
    text_display: str | None = None
    like_count: int | None = None
    published_at: str | None = None
    top_level_comment: _Comment | None = None
    total_reply_count: int | None = None


class _Comment(msgspec.Struct, frozen=True):
    """A comment; or a thread of them, whose first is its `top_level_comment`."""

    id: str
    snippet: _CommentSnippet
    kind: str = "youtube#comment"
    replies: _Replies = _Replies()


class _Answer(msgspec.Struct, frozen=True):
    items: tuple[msgspec.Raw, ...]
    more: str = msgspec.field(name="nextPageToken", default="")


class Listed(NamedTuple):
    """What an answer lists; `more` is what the next page is asked for by, `oldest` how far back
    this one reaches. It is `whole` where each item could be read."""

    posts: tuple[Post, ...]
    more: str
    oldest: datetime | None = None
    whole: bool = True


def read_videos(body: bytes, source: str, now: datetime) -> Listed:
    """Videos as a search lists them, or as they are told by their ids. Raises SourceGarbled."""
    answer = decoded(body, _Answer, phrase("a list of YouTube's"))
    videos = readable(answer.items, _Video, phrase("a video"))
    posts = tuple(_video_post(video, source, now) for video in videos if video.video_id)
    return Listed(posts, answer.more, whole=len(videos) == len(answer.items))


def read_comments(body: bytes, source: str, titles: Mapping[str, str], now: datetime) -> Listed:
    """Threads of comments with their first answers, or single comments; `titles` are those of
    their videos, by their ids. Raises SourceGarbled."""
    answer = decoded(body, _Answer, phrase("a list of YouTube's"))
    said = readable(answer.items, _Comment, phrase("a comment"))
    whole = len(said) == len(answer.items)
    said = [one for one in said if one.kind in ("youtube#comment", "youtube#commentThread")]
    tops = [_first_post(one, source, titles, now) for one in said]
    replies = (post for one in said for post in _reply_posts(one, source, titles, now))
    posts = tuple(post for post in (*tops, *replies) if post.id)
    return Listed(posts, answer.more, tops[-1].at if tops else None, whole)


def _video_post(video: _Video, source: str, now: datetime) -> Post:
    told = video.snippet
    counts = video.statistics
    language = told.default_audio_language or told.default_language
    return Post(
        source=source,
        id=video.video_id,
        url=web_address(f"{_SITE}/watch?v={video.video_id}"),
        title=_line(video.title, 500),
        text=plain(video.description),
        author=_line(unescape(told.channel_title or ""), 200),
        author_url=_channel(told.channel_id),
        at=settled(from_iso(told.published_at or ""), now),
        language=language[:20] if language else None,
        engagement=max(counts.like_count or 0, 0) + max(counts.comment_count or 0, 0),
        tags=tuple(dict.fromkeys(filter(None, (_line(tag, 100) for tag in told.tags))))[
            :_MOST_TAGS
        ],
    )


def _first_post(one: _Comment, source: str, titles: Mapping[str, str], now: datetime) -> Post:
    """The comment, or the first one of a thread."""
    first = one.snippet.top_level_comment
    if first is None:
        return _comment_post(one, one.snippet.video_id, source, titles, now)
    post = _comment_post(first, one.snippet.video_id, source, titles, now)
    answers = max(one.snippet.total_reply_count or 0, 0)
    return replace(post, engagement=post.engagement + answers)


def _reply_posts(
    one: _Comment, source: str, titles: Mapping[str, str], now: datetime
) -> Iterator[Post]:
    for reply in legible(one.replies.comments, _Comment):
        yield _comment_post(reply, one.snippet.video_id, source, titles, now)


def _comment_post(
    comment: _Comment, video: str | None, source: str, titles: Mapping[str, str], now: datetime
) -> Post:
    """A comment as a post; answers, too, are in the thread of their `video`."""
    told = comment.snippet
    video = told.video_id or video or ""
    said = html_parts(told.text_display or "")
    place = f"{_SITE}/watch?v={video}&lc={comment.id}" if video else _channel(told.channel_id)
    return Post(
        source=source,
        id=comment.id,
        url=web_address(place),
        title=titles.get(video, ""),
        text=plain(told.text_original or "") or said.text,
        author=_line(told.author_display_name or "", 200),
        author_url=web_address(told.author_channel_url or ""),
        at=settled(from_iso(told.published_at or ""), now),
        engagement=max(told.like_count or 0, 0),
        thread=video,
        links=said.links,
    )


def _channel(id: str | None) -> str:
    return web_address(f"{_SITE}/channel/{id}") if id else ""


def _line(text: str, longest: int) -> str:
    return " ".join(plain(text).split())[:longest]
