"""Bluesky's app view: accounts and posts by their addresses (docs.bsky.app, HTTP reference:
app.bsky.actor.getProfiles, app.bsky.feed.getPosts), 25 a request, and threads."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlencode

from bot.domain.identity import thread_key
from bot.domain.mention import Post
from bot.errors import SourceError, SourceRefused
from bot.sources.again import missing
from bot.sources.aside import Aside
from bot.sources.base import Reread
from bot.sources.exchanges import Said, exchange
from bot.sources.http import PoliteClient
from bot.sources.skyposts import SITE, Profile, did_of, posts_of, read_profiles, read_views
from bot.sources.skythreads import DEEPEST, read_thread

PUBLIC = "https://public.api.bsky.app"
"""Answers without a key what anybody may read, but no searches."""

BATCH = 25
MOST_BATCHES = 20
"""Requests for one re-reading; 3,000 in five minutes are allowed an address."""

FRESH = timedelta(days=1)
_ROOM = 20_000

SignIn = Callable[[], Awaitable[Mapping[str, str]]]
"""The headers that show who asks."""


async def nobody() -> Mapping[str, str]:
    """Who asks without a key."""
    return {}


class _Known(NamedTuple):
    profile: Profile
    until: datetime


class AppView:
    """Asks one server, as `sign_in` says."""

    def __init__(self, client: PoliteClient, base: str = PUBLIC, sign_in: SignIn = nobody) -> None:
        self._client = client
        self._reading = Aside()
        self._base = base
        self._sign_in = sign_in
        self._known: OrderedDict[str, _Known] = OrderedDict()

    async def profiles(self, dids: Iterable[str], most: int = MOST_BATCHES) -> dict[str, Profile]:
        """The accounts, as they were within the last day; without those that cannot be learnt in
        `most` requests, or now."""
        now = self._client.clock()
        wanted = dict.fromkeys(filter(None, dids))
        missing = [did for did in wanted if not self._is_fresh(did, now)]
        try:
            for batch in islice(_batches(missing), most):
                body = await self._ask("app.bsky.actor.getProfiles", {"actors": batch})
                for profile in await self._reading.read(read_profiles, body):
                    self._remember(profile, now)
        except SourceError:
            pass  # a post without its author's name is a post all the same
        return {did: self._known[did].profile for did in wanted if did in self._known}

    async def reread(self, posts: Sequence[Post], source: str, site: str = SITE) -> Reread:
        """See `Rereadable.reread`; at most 500 posts, the first ones. Raises a SourceError."""
        uris = [post.id for post in posts if did_of(post.id)]
        found: list[Post] = []
        gone: list[str] = []
        for batch in islice(_batches(uris), MOST_BATCHES):
            body = await self._ask("app.bsky.feed.getPosts", {"uris": batch})
            listed = await self._reading.read(read_views, body)
            now = self._client.clock()
            found += [one for one in posts_of(listed.views, source, now, site) if one.id in batch]
            there = {view.uri for view in listed.views}
            gone += missing(batch, there, whole=listed.whole)
        return Reread(posts=tuple(found), gone=tuple(gone))

    async def exchange(self, post: Post, source: str, site: str = SITE) -> tuple[Post, ...]:
        """See `Threaded.exchange`: one request, or two where the thread's beginning is gone.
        Raises a SourceError."""
        try:
            said = await self._thread(thread_key(post), source, site)
        except SourceRefused:
            if not post.thread:
                raise
            said = await self._thread(post.id, source, site)
        return await self._reading.read(exchange, said, post)

    async def _thread(self, uri: str, source: str, site: str) -> list[Said]:
        asked = {"depth": [str(DEEPEST)], "parentHeight": [str(DEEPEST)]}
        body = await self._ask("app.bsky.feed.getPostThread", {"uri": [uri], **asked})
        return await self._reading.read(read_thread, body, source, self._client.clock(), site)

    async def _ask(self, method: str, asked: Mapping[str, Sequence[str]]) -> bytes:
        query = urlencode(asked, doseq=True)
        headers = await self._sign_in()
        answer = await self._client.get(f"{self._base}/xrpc/{method}?{query}", headers=headers)
        return answer.body

    def _is_fresh(self, did: str, now: datetime) -> bool:
        known = self._known.get(did)
        return known is not None and now < known.until

    def _remember(self, profile: Profile, now: datetime) -> None:
        self._known[profile.did] = _Known(profile, now + FRESH)
        self._known.move_to_end(profile.did)
        if len(self._known) > _ROOM:
            self._known.popitem(last=False)


def _batches(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + BATCH] for start in range(0, len(values), BATCH))
