"""Threads, Meta's (developers.facebook.com/docs/threads: "Keyword and Topic Tag Search")."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from bot.domain.mention import Post
from bot.errors import SourceRateLimited
from bot.phrases import phrase
from bot.sources.addressing import web_address
from bot.sources.aside import Aside
from bot.sources.base import Ledger, Page
from bot.sources.graph import Graph, read_edge
from bot.sources.items import readable
from bot.sources.moments import from_iso, settled
from bot.sources.pacing import Allowance, Purse, Turns
from bot.sources.searching import Found, Searching, Syntax
from bot.sources.seen import digest
from bot.sources.text import plain

SEARCHES = Allowance(2_000, at_once=0.05)
"""Of 2,200 in any 24 hours: over midnight, too, no more are put."""

PAGE = 100
MOST_PAGES = 5

_SITE = "https://www.threads.net"
_FIELDS = (
    "id,text,media_type,permalink,timestamp,username,is_reply,root_post,replied_to,alt_text,"
    "link_attachment_url,topic_tag"
)


class _Named(msgspec.Struct, frozen=True):
    id: str = ""


class _Thread(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    text: str | None = None
    permalink: str | None = None
    timestamp: str | None = None
    username: str | None = None
    root_post: _Named | None = None
    replied_to: _Named | None = None
    alt_text: str | None = None
    link_attachment_url: str | None = None
    topic_tag: str | None = None


class Threads(NamedTuple):
    """A page of posts, and what the next one is asked for by."""

    posts: tuple[Post, ...]
    more: str


class ThreadsSource:
    """Posts that hold a term; one search a term, newest first.

    A person has 2,200 searches in 24 hours, over all applications; those that find nothing are not
    counted. They are shared out over the day and over the watches. An application that was not
    approved for this finds its own posts alone, and what Meta deems sensitive finds nothing.
    """

    def __init__(self, name: str, graph: Graph, account: str, ledger: Ledger) -> None:
        self._name = name
        self._reading = Aside()
        self._graph = graph
        self._purse = Purse(ledger, f"threads {account}", SEARCHES)
        self._turns = Turns(SEARCHES.lasts)
        self._searching = Searching(
            self._search,
            Syntax(quote=lambda term: term),
            overlap=timedelta(hours=2),
            pages=MOST_PAGES,
        )

    @property
    def name(self) -> str:
        return self._name

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """What is new about any of the terms. Raises a SourceError; where the budget allows no
        search, a first poll raises SourceRateLimited, and a later one is pending."""
        try:
            page = await self._searching.fetch(terms, cursor, now)
        except SourceRateLimited as limited:
            if cursor is None:
                raise
            return Page(posts=(), cursor=cursor, pending=True, resume_at=limited.until)
        rest = self._turns.rest(digest(*terms, size=6), len(terms), now)
        return replace(page, resume_at=max(rest, page.resume_at or rest))

    async def _search(self, term: str, since: datetime, more: str) -> Found:
        now = self._graph.now()
        if not await self._purse.take(1, now):
            raise SourceRateLimited(
                phrase(
                    "Threads allows {most} searches a day; those shared out until now are used."
                ),
                await self._purse.when(1, now),
                most=SEARCHES.most,
            )
        params: dict[str, str | int] = {
            "q": term,
            "search_type": "RECENT",
            "since": int(since.timestamp()),
            "limit": PAGE,
            "fields": _FIELDS,
        }
        answer = await self._graph.get("keyword_search", params, more, again=False)
        found = await self._reading.read(read_threads, answer.body, self._name, now)
        if not found.posts:
            await self._purse.settle(1, 0, now)
        return Found(found.posts, found.more, resume_at=answer.rest)


def read_threads(body: bytes, source: str, now: datetime) -> Threads:
    """Posts as a search, or a person's own list, tells of them. Raises SourceGarbled."""
    edge = read_edge(body)
    threads = readable(edge.data, _Thread, phrase("a post of Threads"))
    return Threads(tuple(_post(one, source, now) for one in threads if one.id), edge.more)


def _post(one: _Thread, source: str, now: datetime) -> Post:
    author = " ".join(plain(one.username or "").split())[:100]
    parent = one.root_post or one.replied_to or _Named()
    leads_to = web_address(one.link_attachment_url or "")
    media = plain(one.alt_text or "")
    tag = " ".join(plain(one.topic_tag or "").split()).lstrip("#")[:100]
    return Post(
        source=source,
        id=one.id,
        url=web_address(one.permalink or ""),
        text=plain(one.text or ""),
        author=f"@{author}" if author else "",
        author_url=web_address(f"{_SITE}/@{author}") if author else "",
        at=settled(from_iso(one.timestamp or ""), now),
        thread=parent.id,
        links=(leads_to,) if leads_to else (),
        media=(media,) if media else (),
        tags=(tag,) if tag else (),
    )
