"""Discourse: what is written in a forum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from msgspec.structs import replace

from bot.domain.mention import Post
from bot.errors import SourceError, SourceRateLimited, SourceRefused
from bot.sources.again import is_gone
from bot.sources.aside import READING_TIME, Aside
from bot.sources.base import Page, Reread
from bot.sources.complaints import Refusal, TurnedAway
from bot.sources.discourseposts import Forum, read_latest, read_results, read_topic
from bot.sources.exchanges import Said, exchange
from bot.sources.http import PoliteClient
from bot.sources.merging import Merged
from bot.sources.searching import Found, Searching, Syntax

HISTORY = timedelta(days=7)
OVERLAP = timedelta(hours=1)
"""Edits are mostly made within it; nothing is taken in late."""

PAGES = 20
"""Of 50 posts each."""

MOST_SEARCHED = 5
"""Terms whose history is searched at the first poll; forums allow some searches a minute."""

MOST_REREAD = 10
"""Topics that are asked for again."""

_ALL = "latest posts"
_FORBIDDEN = 403


class DiscourseSource:
    """All that is written in a forum that anybody may read (docs.discourse.org, "List latest
    posts").

    Its search shows of each topic one post, whatever the order (Discourse's `lib/search.rb`,
    `aggregate_post_sql`), the beginning of it, and knows no hours: two answers in one topic would
    be one. So the newest posts of all topics are read, `/posts.json?before=ID`, 50 a page, `before`
    included: one request for all terms, and for all watches that poll within `fresh`. The search is
    asked for the history alone, `/search.json?q="term" order:latest after:2026-11-21`. Ids are the
    forum's own; a topic and its first post are one.
    """

    def __init__(
        self, name: str, address: str, client: PoliteClient, fresh: timedelta = timedelta()
    ) -> None:
        self._forum = Forum(name, address.rstrip("/"))
        self._client = client
        self._reading = Aside(READING_TIME)
        latest = Searching(
            self._ask, Syntax(quote=str), overlap=OVERLAP, history=HISTORY, pages=PAGES
        )
        self._latest = Merged(latest, fresh)

    @property
    def name(self) -> str:
        return self._forum.source

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """What was written or edited since, about anything; at the first poll also what a search
        for the terms finds of the last seven days. Raises a SourceError."""
        page = await self._latest.fetch([_ALL], cursor, now)
        if cursor is not None:
            return page
        known = {post.id for post in page.posts}
        earlier = [post for post in await self._history(terms, now) if post.id not in known]
        posts = sorted((*earlier, *page.posts), key=lambda post: (post.at, post.id))
        return replace(page, posts=tuple(posts))

    async def exchange(self, post: Post) -> tuple[Post, ...]:
        """The topic (see `Threaded.exchange`): its first twenty posts, and those around the one
        in question; two requests at most."""
        topic, number, _ = _place(post)
        said = await self._topic(f"/t/{topic}.json")
        if post.id not in {one.post.id for one in said}:
            said += await self._topic(f"/t/{topic}/{number}.json")
        return exchange(said, post)

    async def reread(self, posts: Sequence[Post]) -> Reread:
        """See `Rereadable.reread`: the posts of ten topics, one request a topic. What is not there
        any more, ten posts at most, is asked for by itself: it may have been moved. What a forum
        does not show any more it forbids, or has nothing of."""
        topics: defaultdict[str, list[Post]] = defaultdict(list)
        for post in posts:
            with suppress(SourceRefused):
                topics[_place(post)[0]].append(post)
        found: list[Post] = []
        missing: list[Post] = []
        gone: list[str] = []
        try:
            for topic, known in list(topics.items())[:MOST_REREAD]:
                there = await self._there(topic, known)
                found += there.values()
                missing += [post for post in known if post.id not in there]
            gone += [post.id for post in missing[:MOST_REREAD] if await self._is_gone(post)]
        except SourceRateLimited:
            if not (found or gone):
                raise
        return Reread(posts=tuple(found), gone=tuple(gone))

    async def _there(self, topic: str, known: Sequence[Post]) -> dict[str, Post]:
        """Of known posts of a topic those that it still has, by their ids, as they stand now."""
        asked = "&".join(f"post_ids[]={_place(post)[2]}" for post in known)
        try:
            said = await self._topic(f"/t/{topic}/posts.json?{asked}")
        except SourceRefused as refused:
            if not is_gone(refused, forbidden=True):
                raise
            return {}
        ids = {post.id for post in known}
        return {one.post.id: one.post for one in said if one.post.id in ids}

    async def _is_gone(self, post: Post) -> bool:
        try:
            await self._client.get(
                f"{self._forum.address}/posts/{_place(post)[2]}.json", explain=_for_members
            )
        except SourceRefused as refused:
            if not is_gone(refused, forbidden=True):
                raise
            return True
        return False

    async def _ask(self, _: str, since: datetime, more: str) -> Found:
        params = {"before": more} if more else {}
        answer = await self._client.get(f"{self._forum.address}/posts.json", params=params)
        now, before = self._client.clock(), int(more or "0")
        return await self._reading.read(partial(read_latest, answer.body, self._forum, before, now))

    async def _history(self, terms: Sequence[str], now: datetime) -> list[Post]:
        """What the search finds; what it does not is history that nobody waits for."""
        after = (now - HISTORY).date().isoformat()
        found: dict[str, Post] = {}
        for query in Syntax(quote=lambda term: f'"{term}"').queries(terms)[:MOST_SEARCHED]:
            params = {"q": f"{query} order:latest after:{after}"}
            try:
                answer = await self._client.get(f"{self._forum.address}/search.json", params=params)
                posts = await self._reading.read(
                    partial(read_results, answer.body, self._forum, now)
                )
            except SourceError:
                break
            found |= {post.id: post for post in posts}
        return list(found.values())

    async def _topic(self, path: str) -> list[Said]:
        answer = await self._client.get(f"{self._forum.address}{path}", explain=_for_members)
        now = self._client.clock()
        return await self._reading.read(partial(read_topic, answer.body, self._forum, now))


def _for_members(refusal: Refusal, now: datetime) -> SourceError | None:
    """That the whole forum is for members now: else 403 is about the post."""
    if refusal.status != _FORBIDDEN or b"not_logged_in" not in refusal.body:
        return None
    words = "{host} wants somebody who is signed in (status {status})."
    return TurnedAway(words, host=refusal.host, status=refusal.status)


def _place(post: Post) -> tuple[str, str, str]:
    """A post's topic, its number in there, and its own id. Raises SourceRefused."""
    parts = post.local_id.split("/")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        raise SourceRefused("The server polled does not know this post by an id of its own.")
    return parts[0], parts[1], parts[2]
