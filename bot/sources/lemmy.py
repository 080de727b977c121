"""Lemmy: posts and comments that an instance's search finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec

from bot.domain.mention import Post
from bot.errors import SourceError, SourceRateLimited, SourceRefused
from bot.sources import ratelimits
from bot.sources.again import one_by_one
from bot.sources.aside import READING_TIME, Aside
from bot.sources.base import Page, Reread
from bot.sources.complaints import Refusal
from bot.sources.exchanges import Said, exchange
from bot.sources.http import PoliteClient
from bot.sources.items import UNREADABLE
from bot.sources.lemmyposts import PAGE, read_comments, read_list, read_lists, read_one
from bot.sources.searching import Found, Searching, Syntax

OVERLAP = timedelta(hours=3)
"""Posts of other instances arrive late, and are filed under when they were written."""

MOST_REREAD = 10
"""Posts that are asked for one by one, where their like is to be followed."""

_DEEPEST = 20
"""Levels of answers; with a depth Lemmy gives a whole thread, as far as 300 comments."""


class _Software(msgspec.Struct, frozen=True):
    name: str = ""
    version: str = ""


class _NodeInfo(msgspec.Struct, frozen=True):
    software: _Software


class LemmySource:
    """A Lemmy instance's search, as everybody may use it (join-lemmy.org/api, "Search").

    0.19 has `/api/v3/search?q&type_&sort=New&page&limit`, with posts and comments a list each, and
    numbered pages that shift. 1.0 has `/api/v4/search?q&time_range_seconds&page_cursor&limit`: one
    list in no order that is promised, so all its pages are read. NodeInfo says which it is. A term
    is looked for as letters, in the midst of words as well; there is no OR. Rate limits are the
    instance's own; `rate_limit_error` comes with status 400 or 429. `ap_id` is the same on all
    instances.
    """

    def __init__(self, name: str, server: str, client: PoliteClient) -> None:
        self._name = name
        self._server = server.rstrip("/")
        self._client = client
        self._reading = Aside(READING_TIME)
        self._version = 0
        self._search = Searching(self._ask, Syntax(quote=str), overlap=OVERLAP)

    @property
    def name(self) -> str:
        return self._name

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """What was said since about any of the terms; one search a term. Raises a SourceError."""
        return await self._search.fetch(terms, cursor, now)

    async def exchange(self, post: Post) -> tuple[Post, ...]:
        """The post and its comments (see `Threaded.exchange`), in two requests."""
        root = post.local_id.partition("/")[0]
        above = await self._get("/post", {"id": root})
        below = await self._get(
            "/comment/list",
            {"post_id": root, "type_": "All", "max_depth": _DEEPEST, "limit": PAGE},
        )

        def read() -> tuple[Post, ...]:
            now = self._client.clock()
            top = read_one(above, self._name, now)
            comments = read_comments(below, post.thread or post.id, self._name, now)
            return exchange([*([Said(top)] if top else []), *comments], post)

        return await self._reading.read(read)

    async def reread(self, posts: Sequence[Post]) -> Reread:
        """See `Rereadable.reread`; the first ten, one by one."""
        known = [post for post in posts if post.local_id]
        return await one_by_one(known[:MOST_REREAD], self._again)

    async def _again(self, post: Post) -> Post | None:
        kind = "comment" if post.thread else "post"
        body = await self._get(f"/{kind}", {"id": post.local_id.rpartition("/")[2]})
        now = self._client.clock()
        return await self._reading.read(partial(read_one, body, self._name, now))

    async def _ask(self, query: str, since: datetime, more: str) -> Found:
        try:
            if await self._speaks() == 4:
                return await self._ask_v4(query, since, more)
            return await self._ask_v3(query, int(more or "1"))
        except SourceRefused:
            self._version = 0  # it may be another since: the next poll asks which
            raise

    async def _ask_v3(self, query: str, page: int) -> Found:
        body = await self._get(
            "/search", {"q": query, "type_": "All", "sort": "New", "limit": PAGE, "page": page}
        )
        now = self._client.clock()
        return await self._reading.read(partial(read_lists, body, self._name, page, now))

    async def _ask_v4(self, query: str, since: datetime, more: str) -> Found:
        now = self._client.clock()
        seconds = max(1, int((now - since).total_seconds()))
        params: dict[str, str | int] = {"q": query, "search_term": query, "limit": PAGE}
        params |= {"time_range_seconds": seconds} | ({"page_cursor": more} if more else {})
        body = await self._get("/search", params)
        return await self._reading.read(partial(read_list, body, self._name, now))

    async def _get(self, path: str, params: Mapping[str, str | int]) -> bytes:
        url = f"{self._server}/api/v{await self._speaks()}{path}"
        answer = await self._client.get(url, params=params, explain=_rate_limited)
        return answer.body

    async def _speaks(self) -> int:
        """Which version of the API is asked; learnt once."""
        self._version = self._version or await self._told_version()
        return self._version

    async def _told_version(self) -> int:
        """4 where the instance says that it is Lemmy 1.0 or later, else 3."""
        try:
            answer = await self._client.get(f"{self._server}/nodeinfo/2.1")
            software = msgspec.json.decode(answer.body, type=_NodeInfo).software
        except (SourceRefused, *UNREADABLE):
            return 3
        number = software.version.partition(".")[0]
        is_later = number.isdecimal() and int(number[:3]) >= 1
        return 4 if software.name == "lemmy" and is_later else 3


def _rate_limited(refusal: Refusal, now: datetime) -> SourceError | None:
    """Lemmy's word for it, which older ones say with status 400."""
    if b"rate_limit" not in refusal.body:
        return None
    until = ratelimits.retry_after(refusal.headers, now) or now + ratelimits.UNSAID
    return SourceRateLimited("{host} says that it was asked too often.", until, host=refusal.host)
