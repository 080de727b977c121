"""Mastodon's search (docs.joinmastodon.org/methods/search)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from bot.domain.mention import Post
from bot.errors import SourceError
from bot.phrases import phrase
from bot.sources.aside import Aside
from bot.sources.base import Page
from bot.sources.complaints import Refusal
from bot.sources.contexts import Contexts, said_in
from bot.sources.exchanges import exchange
from bot.sources.http import PoliteClient
from bot.sources.items import decoded
from bot.sources.keys import Key
from bot.sources.searching import Found, Searching, Syntax
from bot.sources.statuses import Status, is_told, post_of, read_statuses, written
from bot.sources.threads import LOOKUPS, Threads

OVERLAP = timedelta(hours=6)
"""Statuses of other servers arrive late, and are filed under when they were written."""

PAGE = 40
"""The most statuses that Mastodon puts into a page."""


class _Answer(msgspec.Struct, frozen=True):
    statuses: tuple[msgspec.Raw, ...] = ()


class MastodonSearchSource:
    """Statuses that one server's search finds; one search a term.

    Wire facts: a token of a user with `read:search`, 300 requests in five minutes. Searched are
    the statuses that the server knows and whose authors agreed to be found, and none at all where
    it runs no full-text search. There is no OR. Pages are asked for by their offset, which holds
    whether they are ordered by date or by relevance. `after:` knows whole days, so that a search
    begins the day before.
    """

    def __init__(self, name: str, server: str, key: Key, client: PoliteClient) -> None:
        self._name = name
        self._server = server.rstrip("/")
        self._client = client
        self._reading = Aside()
        self._key = key
        self._threads = Threads(self._server, client)
        self._contexts = Contexts(self._server, client)
        self._searching = Searching(self._ask, Syntax(quote='"{}"'.format), overlap=OVERLAP)

    @property
    def name(self) -> str:
        return self._name

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """What was written since about any of the terms. Raises a SourceError."""
        return await self._searching.fetch(terms, cursor, now)

    async def exchange(self, post: Post) -> tuple[Post, ...]:
        """The thread as the server polled knows it (see `Threaded.exchange`)."""
        statuses = await self._contexts.thread(post)
        now = self._client.clock()
        return await self._reading.read(lambda: exchange(said_in(statuses, self._name, now), post))

    async def _ask(self, query: str, since: datetime, more: str) -> Found:
        answer = await self._client.get(
            f"{self._server}/api/v2/search",
            params={
                "q": f"{query} after:{since - timedelta(days=1):%Y-%m-%d}",
                "type": "statuses",
                "limit": PAGE,
                **({"offset": more} if more else {}),
            },
            headers=self._key.bearer,
            account=self._key.account,
            explain=self._explained,
        )
        found = await self._reading.read(read_found, answer.body)
        now = self._client.clock()
        told = sorted(filter(is_told, found), key=lambda one: written(one, now))  # parents first
        roots = await self._threads.roots(told, LOOKUPS)
        posts = [post_of(one, self._name, root, now) for one, root in zip(told, roots, strict=True)]
        following = str(int(more or 0) + len(found)) if found else ""
        # Where the order is that of relevance, only the last page reaches back.
        return Found(posts[::-1], following, oldest=now if following else None)

    def _explained(self, refusal: Refusal, now: datetime) -> SourceError | None:
        """What is wrong with the token; 403 is also how a firewall says no, with a page."""
        if refusal.status == 401 and not refusal.is_page:
            return self._key.refused(refusal.host)
        is_told = refusal.status == 403 and "json" in refusal.headers.get("content-type", "")
        return self._key.lacks(refusal.host) if is_told else None


def read_found(body: bytes) -> list[Status]:
    """The statuses among what was found. Raises SourceGarbled."""
    return read_statuses(decoded(body, _Answer, phrase("what Mastodon's search answers")).statuses)
