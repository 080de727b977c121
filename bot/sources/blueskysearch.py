"""Bluesky's search (docs.bsky.app, HTTP reference: app.bsky.feed.searchPosts)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.mention import Post
from bot.errors import SourceRefused
from bot.sources.appview import AppView
from bot.sources.aside import Aside
from bot.sources.base import Page, Reread
from bot.sources.http import PoliteClient
from bot.sources.searching import Found, Searching, Syntax
from bot.sources.skyposts import posts_of, read_views
from bot.sources.skysession import SERVER, SkySession

OVERLAP = timedelta(hours=2)
"""Posts are listed by when their authors claim to have written them: some come an hour late."""

PAGE = 100


class BlueskySearchSource:
    """Posts that a search finds, asked through the account's own server (`base_url`, where that is
    another than Bluesky's).

    Wire facts: a sign-in with an app password, 3,000 requests in five minutes. White space is AND
    and there is no OR: one search a term. `since` looks at the earlier one of what the author
    claims and when it was indexed. `cursor` is a plain offset, so that pages shift while they are
    read. `public.api.bsky.app` answers searches with a firewall's page, whoever asks.
    """

    def __init__(
        self, name: str, account: str, password: str, client: PoliteClient, base_url: str = ""
    ) -> None:
        base = (base_url or SERVER).rstrip("/")
        self._name = name
        self._client = client
        self._reading = Aside()
        self._search = f"{base}/xrpc/app.bsky.feed.searchPosts"
        self._session = SkySession(base, account, password, client)
        self._view = AppView(client, base, self._session.headers)
        self._account = account
        self._searching = Searching(self._ask, Syntax(quote=quoted), overlap=OVERLAP)

    @property
    def name(self) -> str:
        return self._name

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """What was written since about any of the terms. Raises a SourceError."""
        return await self._searching.fetch(terms, cursor, now)

    async def reread(self, posts: Sequence[Post]) -> Reread:
        """See `Rereadable.reread`."""
        return await self._view.reread(posts, self._name)

    async def exchange(self, post: Post) -> tuple[Post, ...]:
        """See `Threaded.exchange`."""
        return await self._view.exchange(post, self._name)

    async def _ask(self, query: str, since: datetime, more: str) -> Found:
        asked: Mapping[str, str | int] = {
            "q": query,
            "sort": "latest",
            "since": f"{since:%Y-%m-%dT%H:%M:%SZ}",
            "limit": PAGE,
            **({"cursor": more} if more else {}),
        }
        headers = await self._session.headers()
        try:
            answer = await self._client.get(
                self._search, params=asked, headers=headers, account=self._account
            )
        except SourceRefused:
            self._session.doubt()
            raise
        return await self._reading.read(read_found, answer.body, self._name, self._client.clock())


def read_found(body: bytes, source: str, now: datetime) -> Found:
    """A page of what was found. Raises SourceGarbled."""
    listed = read_views(body)
    return Found(posts_of(listed.views, source, now), listed.cursor)


def quoted(term: str) -> str:
    """A term as it is searched for: a phrase, or what might be read as syntax, in quotes."""
    return term if term.isalnum() else f'"{term}"'
