"""A feed's document: asked for by conditional GET, read aside, shared by all who poll it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from bot.errors import SourceGarbled
from bot.sources.aside import Aside
from bot.sources.bodies import unpack
from bot.sources.feeds import Feed, read_feed
from bot.sources.heavyfeeds import is_heavy, read_heavy
from bot.sources.http import MAX_BYTES, PoliteClient, Response
from bot.sources.jsonfeed import looks_like_json, read_json_feed

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json,"
    " application/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
READING_TIME = 20.0
"""Seconds that a document may take to be read; the worst recorded took 0.9."""

_GZIP = b"\x1f\x8b"


class Fetched(NamedTuple):
    """An answer to some conditions, and the feed in it; none where nothing was modified."""

    at: datetime
    conditions: Mapping[str, str]
    answer: Response
    feed: Feed | None

    def serves(self, conditions: Mapping[str, str]) -> bool:
        """Whether it is what would be answered to these conditions as well."""
        return self.feed is not None or self.conditions == conditions


class FeedDocument:
    """The document at an address, which polls within `fresh` of one another share: it is asked for
    and read once, not once a watch."""

    def __init__(self, url: str, client: PoliteClient, fresh: timedelta = timedelta()) -> None:
        self._url = url
        self._client = client
        self._fresh = fresh
        self._reading = Aside(READING_TIME)
        self._turn = asyncio.Lock()
        self._asked: datetime | None = None
        self._kept: Fetched | None = None
        self._kept_for_one = True
        self._is_shared = False

    async def fetched(self, conditions: Mapping[str, str], now: datetime) -> Fetched:
        """What the server answers to these conditions (the validators of an earlier answer), or
        answered a moment ago. Raises a SourceError."""
        async with self._turn:
            again = self._is_fresh(self._asked, now)
            self._is_shared, self._asked = self._is_shared or again, now
            kept = self._kept
            if kept and self._is_fresh(kept.at, now) and kept.serves(conditions):
                self._kept_for_one = False
                return kept
            fetched = await self._fetch(conditions, now)
            if self._kept and self._kept_for_one:
                self._is_shared = again
            # A feed of one watch is nobody else's: what is kept would only take room.
            self._kept, self._kept_for_one = (fetched if self._is_shared else None), True
            return fetched

    def _is_fresh(self, at: datetime | None, now: datetime) -> bool:
        return at is not None and timedelta() <= now - at < self._fresh

    async def _fetch(self, conditions: Mapping[str, str], now: datetime) -> Fetched:
        answer = await self._client.get(self._url, headers={"Accept": ACCEPT, **conditions})
        if answer.status != 304:
            feed = await self._read(answer)
            return Fetched(now, conditions, replace(answer, body=b""), feed)
        if not conditions:
            raise SourceGarbled("The server says “not modified” to who did not ask for changes.")
        return Fetched(now, conditions, answer, None)

    async def _read(self, answer: Response) -> Feed:
        """The feed in an answer, whichever its format. Raises SourceGarbled."""
        body, url, kind = answer.body, answer.url, answer.headers.get("content-type", "")
        try:
            if body.startswith(_GZIP):  # a packed file, served as it lies on the disk
                body = await self._reading.run(partial(unpack, body, "gzip", MAX_BYTES))
            if looks_like_json(body):
                return await self._reading.run(partial(read_json_feed, body, url))
            if is_heavy(body):
                return await read_heavy(body, url, kind, READING_TIME)
            return await self._reading.run(partial(read_feed, body, url, kind))
        except TimeoutError:
            raise SourceGarbled("The feed takes too long to be read.") from None
