"""YouTube (developers.google.com/youtube/v3/docs: search, videos, commentThreads, comments)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from bot.domain.mention import Post
from bot.errors import SourceRateLimited
from bot.sources.again import missing
from bot.sources.aside import Aside
from bot.sources.base import Page, Reread
from bot.sources.followedvideos import HISTORY, Followed, about, still_followed
from bot.sources.latelygone import LatelyGone
from bot.sources.merging import Merged
from bot.sources.pacing import DAY
from bot.sources.quoting import quoted
from bot.sources.searching import Found, Searching, Syntax
from bot.sources.youtubeapi import SEARCHES_ALLOWED, CommentsClosed, NotThere, YouTubeApi
from bot.sources.youtubeitems import Listed, read_comments, read_videos

COMMENTS_EVERY = timedelta(hours=1)
PAGE = 50
"""The most videos of a page; of comments there are twice as many."""

MOST_PAGES = 3

_MOST_TITLES = 1_000
_TERMS = Syntax(joiner="|", chars=400, terms=20, quote=quoted)
_IDS = Syntax(quote=lambda id: id)


class _Cursor(msgspec.Struct, frozen=True):
    """Where the search stands, and the reading of comments; the videos that are followed, and the
    epoch from which on their comments are read again."""

    videos: str = ""
    comments: str = ""
    followed: dict[str, Followed] = {}
    next_comments: int = 0


class YouTubeSource:
    """Videos that a search finds, and once an hour the comments on the youngest of them.

    A key has 100 searches a day. All terms of all watches that poll go into one search, as far as
    it takes them; what it finds serves them all, and they rest until the next search is due, so
    that the day is covered evenly. The last 24 hours are searched again each time, for the index
    lags. A video is then looked up, because a search tells but the first words of its description.
    Of answers to comments the newest five a thread are seen.
    """

    def __init__(self, name: str, api: YouTubeApi) -> None:
        self._name = name
        self._reading = Aside()
        self._api = api
        self._gone = LatelyGone()
        self._titles: dict[str, str] = {}
        self._searches = 0
        self._due: datetime | None = None
        search = Searching(self._search, _TERMS, overlap=DAY, history=HISTORY, pages=MOST_PAGES)
        self._searching = Merged(search, SEARCHES_ALLOWED.lasts)
        self._commenting = Searching(
            self._list_comments,
            _IDS,
            overlap=timedelta(hours=1),
            history=HISTORY,
            pages=MOST_PAGES,
        )

    @property
    def name(self) -> str:
        return self._name

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """What is new about any of the terms. Raises a SourceError.

        Where the budget allows no search, the comments alone are read and the page is pending; a
        source's first poll raises SourceRateLimited then.
        """
        before = _read_cursor(cursor)
        found = await self._found(terms, before.videos or None, now)
        followed = still_followed(before.followed, about(found.posts, terms), now)
        comments = await self._comments(before, followed, now)
        gone = self._gone.ids(now)
        after = _Cursor(
            found.cursor,
            comments.cursor,
            {id: one for id, one in followed.items() if id not in gone},
            _next_comments(before, comments, now),
        )
        rests = [at for at in (found.resume_at, self._due) if at]
        return Page(
            posts=(*found.posts, *comments.posts),
            cursor=msgspec.json.encode(after).decode(),
            complete=found.complete and comments.complete,
            pending=found.pending or comments.pending,
            resume_at=max(rests, default=None),
            deleted=gone,
            emptied=found.emptied,
        )

    async def reread(self, posts: Sequence[Post]) -> Reread:
        """At most 50 videos and 50 comments as they stand now. Raises a SourceError."""
        known = {post.id: post for post in posts}
        videos = [id for id, post in known.items() if not post.thread][:PAGE]
        comments = [id for id, post in known.items() if post.thread][:PAGE]
        films = await self._videos(videos)
        said, silenced = await self._again(comments)
        there = {post.id: post for post in (*films.posts, *said)}
        return Reread(
            posts=tuple(_placed(post, known[id]) for id, post in there.items() if id in known),
            gone=(*missing(videos, there, whole=films.whole), *silenced),
        )

    async def _found(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """What the search finds. The next one is due when this one's share of the day is over;
        first polls use what of the budget is left for them."""
        before = self._searches
        try:
            found = await self._searching.fetch(terms, cursor, now)
        except SourceRateLimited as limited:
            if cursor is None:
                raise
            return Page(posts=(), cursor=cursor, pending=True, resume_at=limited.until)
        if used := self._searches - before:
            rest = (1 if cursor is None else used) * SEARCHES_ALLOWED.lasts
            self._due = max(self._due or now, now + rest)
        return found

    async def _comments(
        self, before: _Cursor, followed: Mapping[str, Followed], now: datetime
    ) -> Page:
        """What is new of the comments on the followed videos, where it is time for that. What the
        search found is not lost where they may not be asked for."""
        if now.timestamp() < before.next_comments:
            return Page(posts=(), cursor=before.comments)
        self._titles = _together(self._titles, followed)
        try:
            return await self._commenting.fetch(list(followed), before.comments or None, now)
        except SourceRateLimited:
            return Page(posts=(), cursor=before.comments, pending=True)

    async def _search(self, query: str, since: datetime, more: str) -> Found:
        params: dict[str, str | int] = {
            "part": "snippet",
            "type": "video",
            "order": "date",
            "q": query,
            "publishedAfter": since.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "maxResults": PAGE,
        }
        now = self._api.now()
        body = await self._api.search(params | ({"pageToken": more} if more else {}))
        self._searches += 1
        listed = await self._reading.read(read_videos, body, self._name, now)
        whole = {post.id: post for post in await self._whole(listed)}
        return Found([whole.get(post.id, post) for post in listed.posts], listed.more)

    async def _whole(self, listed: Listed) -> list[Post]:
        """The videos with their whole descriptions, where the budget allows that."""
        try:
            return list((await self._videos([post.id for post in listed.posts])).posts)
        except SourceRateLimited:
            return []

    async def _videos(self, ids: Sequence[str]) -> Listed:
        """Videos by their ids, those that are still there."""
        if not ids:
            return Listed((), "")
        params = {"part": "snippet,statistics", "id": ",".join(ids)}
        body = await self._api.look_up("videos", params)
        return await self._reading.read(read_videos, body, self._name, self._api.now())

    async def _list_comments(self, video: str, since: datetime, more: str) -> Found:
        params: dict[str, str | int] = {
            "part": "snippet,replies",
            "videoId": video,
            "order": "time",
            "textFormat": "plainText",
            "maxResults": 2 * PAGE,
        }
        params |= {"pageToken": more} if more else {}
        try:
            body = await self._api.look_up("commentThreads", params)
        except CommentsClosed:
            return Found(())
        except NotThere:
            self._gone.note([video], self._api.now())
            return Found(())
        listed = await self._read_comments(body, {video: self._titles.get(video, "")})
        return Found(listed.posts, listed.more, listed.oldest)

    async def _again(self, ids: Sequence[str]) -> tuple[list[Post], list[str]]:
        """Comments by their ids: those that are still there, and the ids of those that are gone.
        One that is not there fails all that are asked for with it: they are asked for by halves
        then."""
        if not ids:
            return [], []
        params = {"part": "snippet", "id": ",".join(ids), "textFormat": "plainText"}
        try:
            body = await self._api.look_up("comments", params)
        except NotThere:
            half = len(ids) // 2
            if not half:
                return [], list(ids)
            parts = [await self._again(ids[:half]), await self._again(ids[half:])]
            return [post for there, _ in parts for post in there], [
                id for _, g in parts for id in g
            ]
        read = await self._read_comments(body, {})
        there = {post.id for post in read.posts}
        return list(read.posts), list(missing(ids, there, whole=read.whole))

    async def _read_comments(self, body: bytes, titles: Mapping[str, str]) -> Listed:
        now = self._api.now()
        return await self._reading.read(read_comments, body, self._name, titles, now)


def _together(titles: Mapping[str, str], followed: Mapping[str, Followed]) -> dict[str, str]:
    """The titles of videos, with those that are followed now."""
    fresh = [(id, one.title) for id, one in followed.items()]
    return dict([*titles.items(), *fresh][-_MOST_TITLES:])


def _next_comments(before: _Cursor, comments: Page, now: datetime) -> int:
    """When comments are read again; those that were put off, at the next poll."""
    if comments.pending or now.timestamp() < before.next_comments:
        return before.next_comments
    return int((now + COMMENTS_EVERY).timestamp())


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
