"""X through its paid search (docs.x.com, "Search recent Posts")."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from bot.domain.mention import Post
from bot.errors import SourceError, SourceRateLimited
from bot.sources.base import Page, Reread
from bot.sources.quoting import quoted
from bot.sources.searching import Syntax
from bot.sources.tweets import TweetPage, id_at, written
from bot.sources.xpaid import LEAST_PAGE, OWN_WORDS, PAGE, REACH, PaidX

MOST_PAGES = 10
"""Pages of one query in one poll; its first poll reads one."""

LAG = timedelta(hours=1)
"""The index takes no post in later than this: where nothing is said, the next search begins so
long before this one."""

_SYNTAX = Syntax(joiner=" OR ", chars=512 - len(f"() {OWN_WORDS}"), terms=50, quote=quoted)


class _Cursor(msgspec.Struct, frozen=True):
    """Of each term the id of the newest post known when it was searched last."""

    newest: dict[str, str] = {}


class XSource:
    """What a search of the last seven days finds, for so much money a day and no more.

    A poll asks for what is newer than the newest post known (`since_id`), from the newest back, for
    as long as there is money: in a storm that is a sample of the newest, and the page is not
    complete. The first poll of a term reads ten posts: what was is paid for like what is.
    """

    def __init__(self, name: str, paid: PaidX) -> None:
        self._name = name
        self._paid = paid

    @property
    def name(self) -> str:
        return self._name

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """What was posted since about any of the terms. Raises a SourceError.

        Where the money does not reach to what was known the page is not complete, and where it
        does not reach for a request it is pending; it says when there will be some. Where there is
        none for a source's first poll, that is an error.
        """
        before = _read_cursor(cursor)
        walk = _Walk(self._paid, now)
        newest: dict[str, str] = {}
        for known, group in _together(terms, before).items():
            for query in _SYNTAX.packed(group):
                latest = await walk.back(query.text, known)
                newest |= dict.fromkeys(query.terms, latest)
        if walk.out_of_money and not walk.asked and cursor is None:
            raise self._paid.out_of_money(walk.out_of_money)
        kept = {term: id for term, id in newest.items() if id}
        return Page(
            posts=tuple({post.id: post for post in reversed(walk.found)}.values()),
            cursor=msgspec.json.encode(_Cursor(kept)).decode(),
            complete=walk.complete,
            pending=walk.pending,
            resume_at=walk.out_of_money or walk.resume_at,
        )

    async def reread(self, posts: Sequence[Post]) -> Reread:
        """At most 100 posts as they stand now, where there is money to spare. Raises a
        SourceError."""
        known = {post.local_id or post.id: post for post in posts[:PAGE]}
        paid = await self._paid.look_up(list(known)) if known else None
        if paid is None:
            return Reread()
        by_id = {post.id: post for post in known.values()}
        return Reread(
            posts=tuple(_again(by_id[one.id], one) for one in paid.page.posts if one.id in by_id),
            gone=tuple(known[id].id for id in paid.page.gone if id in known),
        )


class _Walk:
    """One poll's way back through the pages of its queries, for as long as there is money."""

    def __init__(self, paid: PaidX, now: datetime) -> None:
        self.found: list[Post] = []
        self.complete = True
        self.pending = False
        self.asked = 0
        self.has_failed = False
        self.out_of_money: datetime | None = None
        self.resume_at: datetime | None = None
        self._paid = paid
        self._now = now

    async def back(self, query: str, known: str) -> str:
        """Read what is newer than the id `known` (`""`: ten posts), the newest first; up to which
        id all is known or given up."""
        at, most = written(known), PAGE if known else LEAST_PAGE
        since = known if at and at > self._now - REACH else ""
        if at and at > self._now:  # our clock was ahead, and has passed over what is new
            known = since = id_at(self._now - LAG)
            self.complete = False
        self.complete = self.complete and since == known
        reached, token = known, ""
        for number in range(MOST_PAGES):
            page = await self._page(query, since, token, most)
            if page is None and self.has_failed:
                self.pending = True
                return known
            if page is None:
                self.complete = self.complete and not number
                self.pending = self.pending or not number
                return reached
            self.found += page.posts
            if not number:
                reached = max(known, page.newest, id_at(self._now - LAG), key=_order)
            token = page.more
            if not token or not known:
                return reached
        self.complete = False
        return reached

    async def _page(self, query: str, since: str, token: str, most: int) -> TweetPage | None:
        """A page, or None once X or the money allows no more in this poll, or a request failed:
        what was paid for before is told all the same."""
        if self.out_of_money or self.resume_at or self.has_failed:
            return None
        try:
            paid = await self._paid.search(query, since, token, self._now, most)
        except SourceRateLimited as limited:
            if not self.asked:
                raise
            self.resume_at = limited.until
            return None
        except SourceError:
            if not self.asked:
                raise
            self.has_failed = True
            return None
        if paid is None:
            self.out_of_money = await self._paid.when_affordable(self._now)
            return None
        self.asked += 1
        self.resume_at = paid.resume_at
        return paid.page


def _together(terms: Sequence[str], before: _Cursor) -> dict[str, list[str]]:
    """The terms by the newest post known of them: those of one go into one query. New ones come
    first: should X refuse them, nothing was paid for yet."""
    groups: dict[str, list[str]] = {}
    for term in sorted(terms, key=lambda term: term in before.newest):
        groups.setdefault(before.newest.get(term, ""), []).append(term)
    return groups


def _order(id: str) -> tuple[int, str]:
    """Orders ids as numbers."""
    return len(id), id


def _again(known: Post, read: Post) -> Post:
    """A post as it stands now; its author, for whom X would ask money again, as it was known."""
    return replace(
        read,
        url=known.url,
        author=known.author,
        author_url=known.author_url,
        followers=known.followers,
    )


def _read_cursor(cursor: str | None) -> _Cursor:
    try:
        read = msgspec.json.decode(cursor or "", type=_Cursor)
    except (msgspec.MsgspecError, RecursionError):
        return _Cursor()
    return _Cursor({term: id for term, id in read.newest.items() if written(id)})
