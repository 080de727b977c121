"""Hacker News through its search (hn.algolia.com/api)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from bot.domain.identity import thread_key
from bot.domain.mention import Post
from bot.phrases import phrase
from bot.sources import seen
from bot.sources.addressing import web_address
from bot.sources.again import one_by_one
from bot.sources.aside import Aside
from bot.sources.base import Page, Reread
from bot.sources.emptied import is_crowd, is_shown, nothing_any_more
from bot.sources.exchanges import Said, exchange
from bot.sources.hnitems import Placed, read_items
from bot.sources.http import PoliteClient
from bot.sources.items import decoded, readable
from bot.sources.moments import from_epoch, settled
from bot.sources.text import each, html_parts, plain

HISTORY = timedelta(days=7)
OVERLAP = timedelta(hours=6)
"""The index takes posts in late: this much before the newest one known is asked for again."""

PAGE = 500
MOST_PAGES = 12
"""Searches for one term in one poll."""

AT_ONCE = 10
"""Hits that are made posts where they were found, in half a millisecond: a thread takes as long."""

_MOST_SEEN = 3_000
_SEARCH = "https://hn.algolia.com"
_SITE = "https://news.ycombinator.com"


class _Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A story or a comment, as the search returns it."""

    id: str = msgspec.field(name="objectID")
    created: int = msgspec.field(name="created_at_i")
    author: str | None = None
    title: str | None = None
    url: str | None = None
    story_text: str | None = None
    comment_text: str | None = None
    story_title: str | None = None
    story_id: int | None = None
    parent_id: int | None = None
    points: int | None = None
    num_comments: int | None = None


class _Answer(msgspec.Struct, frozen=True):
    hits: tuple[msgspec.Raw, ...]


class _Cursor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Of each term the epoch of the newest post known, and the marks of what was last found; the
    terms for which the next poll must find something again (`bot.sources.emptied`)."""

    newest: dict[str, int] = {}
    seen: seen.Marks = {}
    full: tuple[str, ...] = ()


class HackerNewsSource:
    """Stories and comments that a search finds; one search a term.

    The real search has its pages elsewhere; any other `base_url` is taken to serve both.
    """

    def __init__(self, name: str, client: PoliteClient, base_url: str = "") -> None:
        base = (base_url or _SEARCH).rstrip("/")
        self._name = name
        self._client = client
        self._reading = Aside()
        self._search = f"{base}/api/v1/search_by_date"
        self._items = f"{base}/api/v1/items"
        self._site = _SITE if base == _SEARCH else base

    @property
    def name(self) -> str:
        return self._name

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """What was written or edited since, about any of the terms. Raises a SourceError.

        The first poll of a term goes back seven days. The page is not complete where a later one
        finds more than can be listed. A poll that finds nothing leaves the cursor as it was.
        """
        before = _read_cursor(cursor)
        newest: dict[str, int] = {}
        found: dict[str, _Hit] = {}
        complete = True
        full: list[str] = []
        emptied: list[str] = []
        for term in terms:
            known = before.newest.get(term)
            since = _since(known, now)
            hits, whole = await self._hits(term, since)
            complete = complete and (whole or known is None)
            latest = max([known or since, *(hit.created for hit in hits)])
            newest[term] = min(latest, int(now.timestamp()))
            found |= {hit.id: hit for hit in hits}
            must_show = term in before.full and is_shown(since, HISTORY, now)
            if must_show and not hits:
                emptied.append(term)
            if (must_show and not hits) or _is_full(hits, newest[term]):
                full.append(term)
        if emptied and len(emptied) == len(terms):
            raise nothing_any_more()

        def page() -> Page:
            hits = sorted(found.values(), key=lambda hit: (hit.created, hit.id))
            posts = [_post(hit, self._name, self._site, now) for hit in hits]
            known = seen.remembered(posts, {}, max(_MOST_SEEN, len(posts)))
            return Page(
                posts=tuple(seen.unseen(posts, before.seen)),
                cursor=msgspec.json.encode(
                    _Cursor(newest=newest, seen=known, full=tuple(full))
                ).decode(),
                complete=complete,
                pending=bool(emptied),
                emptied=tuple(emptied) if found else None,
                blank=not found
                and bool(before.seen)
                and is_shown(max(before.newest.values(), default=0), HISTORY, now),
            )

        return await self._reading.read(page) if len(found) > AT_ONCE else page()

    async def exchange(self, post: Post) -> tuple[Post, ...]:
        """The story and its comments (see `Threaded.exchange`), in one request."""
        answer = await self._client.get(f"{self._items}/{quote(thread_key(post), safe='')}")

        def read() -> tuple[Post, ...]:
            return exchange(self._said(read_items(answer.body), self._client.clock()), post)

        return await self._reading.read(read)

    async def reread(self, posts: Sequence[Post]) -> Reread:
        """See `Rereadable.reread`; 20 at most, one request each."""
        return await one_by_one(posts, self._again)

    async def _again(self, post: Post) -> Post | None:
        """An item without author or text is one that was deleted."""
        answer = await self._client.get(f"{self._items}/{quote(post.id, safe='')}")
        placed = await self._reading.read(read_items, answer.body)
        found = next((one for one in placed if str(one.item.id) == post.id), None)
        if found is None:
            return None
        hit = _hit(found, found.item.title, len(placed) - 1)
        now_is = _post(hit, self._name, self._site, self._client.clock())
        return replace(now_is, title=now_is.title or post.title, thread=post.thread)

    def _said(self, items: Sequence[Placed], now: datetime) -> list[Said]:
        """What the items say; they are a whole thread, the story first."""
        title = items[0].item.title if items else None
        hits = [_hit(placed, title, len(items) - 1) for placed in items]
        return [
            Said(_post(hit, self._name, self._site, now), placed.parent)
            for hit, placed in zip(hits, items, strict=True)
        ]

    async def _hits(self, term: str, since: int) -> tuple[list[_Hit], bool]:
        """All hits from an epoch on, and whether they are all.

        The search lists 1,000 at most, whatever the page: so each next one asks for what is not
        newer than the oldest hit so far (github.com/algolia/hn-search/issues/230).
        """
        found: dict[str, _Hit] = {}
        window = f"created_at_i>={since}"
        for _ in range(MOST_PAGES):
            hits, full = await self._page(term, window)
            fresh = {hit.id: hit for hit in hits if hit.id not in found}
            found |= fresh
            if not full or not fresh:
                return list(found.values()), not full
            oldest = min(hit.created for hit in hits)
            window = f"created_at_i>={since},created_at_i<={oldest}"
        return list(found.values()), False

    async def _page(self, term: str, window: str) -> tuple[list[_Hit], bool]:
        """The newest hits of a window, and whether there may be more."""
        answer = await self._client.get(
            self._search,
            params={
                "query": quoted(term),
                "tags": "(story,comment,poll)",
                "numericFilters": window,
                "hitsPerPage": PAGE,
                "typoTolerance": "false",
            },
        )
        return await self._reading.read(_read_page, answer.body)


def quoted(term: str) -> str:
    """A term as it is searched for: a phrase, or what might be read as syntax, in quotes."""
    bare = " ".join(term.replace('"', " ").split())
    return bare if bare.isalnum() else f'"{bare}"'


def _read_page(body: bytes) -> tuple[list[_Hit], bool]:
    raw = decoded(body, _Answer, phrase("what Hacker News' search answers")).hits
    hits = readable(raw, _Hit, phrase("a story or a comment"))
    return [hit for hit in hits if hit.id and from_epoch(hit.created)], len(raw) >= PAGE


def _hit(placed: Placed, title: str | None, comments: int) -> _Hit:
    """An item as the search would return it, in a story of this `title`."""
    item, is_comment = placed.item, bool(placed.parent)
    return _Hit(
        id=str(item.id),
        created=item.created,
        author=item.author,
        title=item.title,
        url=item.url,
        story_title=title,
        story_text=None if is_comment else item.text,
        comment_text=item.text or "" if is_comment else None,
        points=item.points,
        num_comments=None if is_comment else comments,
    )


def _post(hit: _Hit, source: str, site: str, now: datetime) -> Post:
    """A hit as a post; a comment has its story's title, and its story for a thread."""
    comment = hit.comment_text is not None
    author = " ".join(plain(hit.author or "").split())[:200]
    said = html_parts(hit.comment_text or hit.story_text or "")
    story = str(hit.story_id) if comment and hit.story_id else ""
    return Post(
        source=source,
        id=hit.id,
        url=web_address(f"{site}/item?id={hit.id}"),
        title=" ".join(plain((hit.story_title if comment else hit.title) or "").split())[:500],
        text=said.text,
        author=author,
        author_url=web_address(f"{site}/user?id={author}") if author else "",
        at=settled(from_epoch(hit.created), now),
        engagement=max(hit.points or 0, 0) + max(hit.num_comments or 0, 0),
        thread=story,
        links=each((web_address("" if comment else hit.url or ""), *said.links)),
    )


def _since(newest: int | None, now: datetime) -> int:
    """The epoch from which on a term is searched."""
    if newest is None:
        return int((now - HISTORY).timestamp())
    return min(newest, int(now.timestamp())) - int(OVERLAP.total_seconds())


def _is_full(hits: Sequence[_Hit], newest: int) -> bool:
    """Whether what the next poll reads again of these hits is by several people."""
    read_again = [hit for hit in hits if hit.created >= newest - OVERLAP.total_seconds()]
    return is_crowd(hit.author or hit.id for hit in read_again)


def _read_cursor(cursor: str | None) -> _Cursor:
    try:
        return msgspec.json.decode(cursor or "", type=_Cursor)
    except (msgspec.MsgspecError, RecursionError):
        return _Cursor()
