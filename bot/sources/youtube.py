"""YouTube (developers.google.com/youtube/v3/docs: search, videos, commentThreads, comments)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from bot.domain.mention import Post
from bot.errors import SourceRateLimited
from bot.sources.base import Page, Reread
from bot.sources.pacing import DAY, Turns
from bot.sources.quoting import quoted
from bot.sources.searching import Found, Searching, Syntax
from bot.sources.seen import digest
from bot.sources.youtubeapi import SEARCHES_ALLOWED, CommentsClosed, NotThere, YouTubeApi
from bot.sources.youtubeitems import Listed, read_comments, read_videos

FOLLOWED = 20
"""Videos of a watch whose comments are read: the youngest, for `HISTORY`."""

HISTORY = timedelta(days=7)
PAGE = 50
"""The most videos of a page; of comments there are twice as many."""

MOST_PAGES = 2
MOST_COMMENT_PAGES = 3

_TERMS = Syntax(joiner="|", chars=400, terms=20, quote=quoted)
_IDS = Syntax(quote=lambda id: id)


class _Followed(NamedTuple):
    """A video whose comments are read; `at` is its epoch."""

    title: str
    at: int


class _Cursor(msgspec.Struct, frozen=True):
    """Where the search stands, and the reading of comments; the videos that are followed."""

    videos: str = ""
    comments: str = ""
    followed: dict[str, _Followed] = {}


class YouTubeSource:
    """Videos that a search finds, and the comments on the youngest of them.

    A key has 100 searches a day: they are shared out over the day and over the watches, of which
    each rests until the others had their turn. All terms go into one search; the last 24 hours are
    searched again each time, for the index lags. A video is then looked up, because a search tells
    but the first words of its description. Of answers to comments the newest five a thread are
    seen.
    """

    def __init__(self, name: str, api: YouTubeApi) -> None:
        self._name = name
        self._api = api
        self._turns = Turns(SEARCHES_ALLOWED.lasts)

    @property
    def name(self) -> str:
        return self._name

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """What is new about any of the terms. Raises a SourceError.

        Where the budget allows no search, the comments alone are read and the page is not
        complete; a source's first poll raises SourceRateLimited then.
        """
        before = _read_cursor(cursor)
        look = _Look(self._name, self._api, now)
        try:
            found = await look.search.fetch(terms, before.videos or None, now)
            rest = self._turns.rest(digest(*terms, size=6), look.searches, now)
        except SourceRateLimited as limited:
            if cursor is None:
                raise
            found = Page(posts=(), cursor=before.videos, complete=False)
            rest = limited.until
        look.followed = _followed(before.followed, found.posts, now)
        comments = await self._comments(look, before.comments, now)
        kept = {id: one for id, one in look.followed.items() if id not in look.gone}
        after = _Cursor(found.cursor, comments.cursor, kept)
        return Page(
            posts=(*found.posts, *comments.posts),
            cursor=msgspec.json.encode(after).decode(),
            complete=found.complete and comments.complete,
            resume_at=max(rest, found.resume_at or rest),
            deleted=tuple(look.gone),
        )

    async def reread(self, posts: Sequence[Post]) -> Reread:
        """At most 50 videos and 50 comments as they stand now. Raises a SourceError."""
        known = {post.id: post for post in posts}
        videos = [id for id, post in known.items() if not post.thread][:PAGE]
        comments = [id for id, post in known.items() if post.thread][:PAGE]
        look = _Look(self._name, self._api, self._api.now())
        found = [*await look.up(videos), *await look.again(comments)]
        there = {post.id for post in found}
        return Reread(
            posts=tuple(_placed(post, known[post.id]) for post in found if post.id in known),
            gone=tuple(id for id in (*videos, *comments) if id not in there),
        )

    async def _comments(self, look: _Look, cursor: str, now: datetime) -> Page:
        """What is new of the comments on the followed videos; what the search found is not lost
        where they may not be asked for."""
        try:
            return await look.comments.fetch(list(look.followed), cursor or None, now)
        except SourceRateLimited:
            return Page(posts=(), cursor=cursor, complete=False)


class _Look:
    """One poll: what it asks, and what it learns beside the posts."""

    def __init__(self, source: str, api: YouTubeApi, now: datetime) -> None:
        self.followed: Mapping[str, _Followed] = {}
        self.gone: list[str] = []
        self.searches = 0
        self._source = source
        self._api = api
        self._now = now
        self.search = Searching(
            self._search, _TERMS, overlap=DAY, history=HISTORY, pages=MOST_PAGES
        )
        self.comments = Searching(
            self._list_comments,
            _IDS,
            overlap=timedelta(hours=1),
            history=HISTORY,
            pages=MOST_COMMENT_PAGES,
        )

    async def up(self, ids: Sequence[str]) -> list[Post]:
        """Videos by their ids, those that are still there."""
        if not ids:
            return []
        params = {"part": "snippet,statistics", "id": ",".join(ids)}
        body = await self._api.look_up("videos", params)
        read = await asyncio.to_thread(read_videos, body, self._source, self._now)
        return list(read.posts)

    async def again(self, ids: Sequence[str]) -> list[Post]:
        """Comments by their ids, those that are still there. One that is not there fails all that
        are asked for with it: they are asked for by halves then."""
        if not ids:
            return []
        params = {"part": "snippet", "id": ",".join(ids), "textFormat": "plainText"}
        try:
            body = await self._api.look_up("comments", params)
        except NotThere:
            half = len(ids) // 2
            return [*await self.again(ids[:half]), *await self.again(ids[half:])] if half else []
        return list((await self._read_comments(body, {})).posts)

    async def _search(self, query: str, since: datetime, more: str) -> Found:
        params: dict[str, str | int] = {
            "part": "snippet",
            "type": "video",
            "order": "date",
            "q": query,
            "publishedAfter": since.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "maxResults": PAGE,
        }
        body = await self._api.search(params | ({"pageToken": more} if more else {}))
        self.searches += 1
        listed = await asyncio.to_thread(read_videos, body, self._source, self._now)
        whole = {post.id: post for post in await self._whole(listed)}
        return Found([whole.get(post.id, post) for post in listed.posts], listed.more)

    async def _whole(self, listed: Listed) -> list[Post]:
        """The videos with their whole descriptions, where the budget allows that."""
        try:
            return await self.up([post.id for post in listed.posts])
        except SourceRateLimited:
            return []

    async def _list_comments(self, video: str, since: datetime, more: str) -> Found:
        params: dict[str, str | int] = {
            "part": "snippet,replies",
            "videoId": video,
            "order": "time",
            "textFormat": "plainText",
            "maxResults": 2 * PAGE,
        }
        try:
            body = await self._api.look_up(
                "commentThreads", params | ({"pageToken": more} if more else {})
            )
        except CommentsClosed:
            return Found(())
        except NotThere:
            self.gone.append(video)
            return Found(())
        titles = {id: one.title for id, one in self.followed.items()}
        listed = await self._read_comments(body, titles)
        return Found(listed.posts, listed.more, listed.oldest)

    async def _read_comments(self, body: bytes, titles: Mapping[str, str]) -> Listed:
        return await asyncio.to_thread(read_comments, body, self._source, titles, self._now)


def _followed(
    known: Mapping[str, _Followed], found: Sequence[Post], now: datetime
) -> dict[str, _Followed]:
    """The videos whose comments are read from now on, the youngest first."""
    fresh = {post.id: _Followed(post.title, int(post.at.timestamp())) for post in found}
    oldest = (now - HISTORY).timestamp()
    all_of_them = sorted({**known, **fresh}.items(), key=lambda one: one[1].at, reverse=True)
    return {id: one for id, one in all_of_them[:FOLLOWED] if one.at >= oldest}


def _placed(post: Post, known: Post) -> Post:
    """A post as it stands now; a comment that is asked for by its id does not tell of its video."""
    return (
        post
        if not known.thread
        else replace(post, url=known.url, title=known.title, thread=known.thread)
    )


def _read_cursor(cursor: str | None) -> _Cursor:
    try:
        return msgspec.json.decode(cursor or "", type=_Cursor)
    except (msgspec.MsgspecError, RecursionError):
        return _Cursor()
