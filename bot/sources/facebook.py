"""A Facebook Page (developers.facebook.com/docs/graph-api/reference: "Page Feed", "Page Tagged",
"Object Comments")."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

from msgspec.structs import replace

from bot.domain.mention import Post
from bot.sources.aside import Aside
from bot.sources.base import Page
from bot.sources.graph import Graph
from bot.sources.merging import Merged
from bot.sources.pageposts import Comments, read_comments, read_feed
from bot.sources.searching import Found, Searching, Syntax

PAGE = 25
"""Posts of a page; the comments on so many of the newest are read."""

COMMENTS = 50
"""The most comments on a post that come with it."""

MOST_PAGES = 4
MOST_COMMENT_PAGES = 4

_SAID = "id,message,created_time,permalink_url,from"
_COMMENT = f"{_SAID},like_count,comment_count"
_NEWEST = "filter(stream).order(reverse_chronological)"
_POST = (
    f"{_SAID},message_tags,attachments{{unshimmed_url,url}},shares,"
    "reactions.limit(0).summary(total_count)"
)
_FEED = f"{_POST},comments.{_NEWEST}.limit({COMMENTS}){{{_COMMENT}}}"


class FacebookSource:
    """What others say on one's own Page: posts, comments on the newest posts, and posts elsewhere
    that the Page is tagged in. Nothing else of Facebook can be read, and what the Page says itself
    is left out. There is no search: a watch's query is all that chooses. Who said it is told where
    the application was approved for that. What one watch reads serves the others, if they poll
    within `fresh`.
    """

    def __init__(self, name: str, graph: Graph, page: str, fresh: timedelta = timedelta()) -> None:
        self._name = name
        self._reading = Aside()
        self._graph = graph
        self._page = quote(page, safe="")
        lists = Searching(
            self._list,
            Syntax(quote=lambda edge: edge),
            overlap=timedelta(hours=1),
            pages=MOST_PAGES,
        )
        self._lists = Merged(lists, fresh)
        self._fresh = fresh
        self._cut_at: datetime | None = None

    @property
    def name(self) -> str:
        return self._name

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """What was said or edited since; not complete where there were more comments on a post
        than are read. Raises a SourceError."""
        page = await self._lists.fetch(["feed", "tagged"], cursor, now)
        cut = self._cut_at and abs(now - self._cut_at) <= self._fresh
        return replace(page, complete=page.complete and not cut)

    async def _list(self, edge: str, since: datetime, more: str) -> Found:
        own = edge == "feed"
        params: dict[str, str | int] = {"fields": _FEED if own else _POST, "limit": PAGE}
        answer = await self._graph.get(f"{self._page}/{edge}", params, more)
        feed = await self._reading.read(
            read_feed, answer.body, self._name, self._graph.now(), own=own
        )
        found, rest, whole = list(feed.posts), answer.rest, True
        for comments in feed.comments:
            found += comments.posts
            if not _goes_on(comments, since):
                continue
            if rest is None:
                rest = await self._read_on(comments, since, found)
            whole = whole and rest is None  # what is not read now is read when it may be
        return Found(found, feed.more, feed.oldest, rest, whole)

    async def _read_on(
        self, comments: Comments, since: datetime, found: list[Post]
    ) -> datetime | None:
        """Read the comments on a post back to `since`, at most four pages further; until when to
        rest, where Facebook asks for that."""
        for _ in range(MOST_COMMENT_PAGES):
            path = f"{quote(comments.place.id, safe='')}/comments"
            params: dict[str, str | int] = {
                "fields": _COMMENT,
                "filter": "stream",
                "order": "reverse_chronological",
                "limit": COMMENTS,
            }
            answer = await self._graph.get(path, params, comments.more)
            comments = await self._reading.read(
                read_comments, answer.body, self._name, comments.place, self._graph.now()
            )
            found += comments.posts
            if answer.rest or not _goes_on(comments, since):
                return answer.rest
        self._cut_at = self._graph.now()
        return None


def _goes_on(comments: Comments, since: datetime) -> bool:
    """Whether there are more comments on a post that are not older than that."""
    return bool(comments.more) and not (comments.oldest and comments.oldest < since)
