"""Searches that list what they find from the newest back: how they are polled without a gap.

An index takes posts in late and fills itself in, and authors' clocks lie: so each poll asks again
for what lies a while before the last one, and posts are told apart by their ids.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from bot.domain.mention import Post
from bot.errors import SourceRateLimited
from bot.sources import seen
from bot.sources.base import Page

_MOST_SEEN = 3_000


class Found(NamedTuple):
    """One page of what a search found.

    `more` is what the next, older page is asked for by, `""` where there is none. `oldest` is how
    far back the page reaches, where its posts do not tell. `resume_at` is the earliest time of the
    next request, where the answer said so.
    """

    posts: Sequence[Post]
    more: str = ""
    oldest: datetime | None = None
    resume_at: datetime | None = None


Ask = Callable[[str, datetime, str], Coroutine[Any, Any, Found]]
"""Asks for posts that match a query, since a time (a search that cannot be told so returns older
ones as well), on the page of a `more` (`""`: the newest)."""


class Syntax(NamedTuple):
    """How a search takes several terms at once: `joiner` stands between them (`""`: it takes one),
    a query has at most `chars` characters and `terms` terms. `quote` writes one term."""

    joiner: str = ""
    chars: int = 250
    terms: int = 10
    quote: Callable[[str], str] = lambda term: f'"{term}"' if " " in term else term

    def queries(self, terms: Iterable[str]) -> list[str]:
        """Queries that together find all that holds one of the terms, as few as the search takes.

        A term is quoted so that it can hold nothing of the search's own syntax.
        """
        found: list[list[str]] = []
        for term in dict.fromkeys(map(self._written, terms)):
            if found and self.joiner and self._fits([*found[-1], term]):
                found[-1].append(term)
            else:
                found.append([term])
        return [self.joiner.join(part) for part in found]

    def _written(self, term: str) -> str:
        return self.quote(" ".join(term.replace('"', " ").split()))

    def _fits(self, terms: Sequence[str]) -> bool:
        return len(terms) <= self.terms and len(self.joiner.join(terms)) <= self.chars


class _Cursor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Until when each term was searched (epoch), and marks of what was found lately."""

    until: dict[str, int] = {}
    seen: seen.Marks = {}


class Searching:
    """Polls a search: `ask` puts one request. `overlap` is how long before the last poll is asked
    for again, `history` how far back the first one goes, in at most `pages` pages a query."""

    def __init__(
        self,
        ask: Ask,
        syntax: Syntax,
        *,
        overlap: timedelta,
        history: timedelta = timedelta(days=7),
        pages: int = 10,
    ) -> None:
        self._ask = ask
        self._syntax = syntax
        self._overlap = overlap
        self._history = history
        self._pages = pages

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """What was written since about any of the terms, each post once. Raises a SourceError.

        Where the search cannot show all back to the last poll, the page is not complete; where it
        wants to be left alone after some requests, neither, and the next poll begins where this
        one did.
        """
        before = _read(cursor)
        walk = _Walk(self._ask, self._pages)
        until = dict.fromkeys(terms, int(now.timestamp()))
        for known, group in _together(terms, before).items():
            since = now - self._history if known is None else _at(known, now) - self._overlap
            for query in self._syntax.queries(group):
                if not await walk.back(query, since, first=known is None):
                    until |= {term: before.until.get(term, 0) for term in group}
        posts = list({post.id: post for post in walk.found}.values())
        until = {term: at for term, at in until.items() if at}
        marks = seen.remembered(posts, before.seen, _MOST_SEEN)
        return Page(
            posts=tuple(seen.unseen(posts, before.seen)),
            cursor=msgspec.json.encode(_Cursor(until=until, seen=marks)).decode(),
            complete=walk.complete,
            resume_at=walk.resume_at,
        )


class _Walk:
    """One poll's way back through the pages of its queries."""

    def __init__(self, ask: Ask, pages: int) -> None:
        self.found: list[Post] = []
        self.complete = True
        self.resume_at: datetime | None = None
        self._ask = ask
        self._pages = pages
        self._over = False
        self._asked = 0

    async def back(self, query: str, since: datetime, *, first: bool) -> bool:
        """Read a query's pages back to `since`; whether the search allowed it."""
        more = ""
        for _ in range(self._pages):
            page = await self._page(query, since, more)
            if page is None:
                self.complete = False
                return False
            self.found += [post for post in page.posts if post.at >= since]
            oldest = page.oldest or min((post.at for post in page.posts), default=None)
            if not page.more or page.more == more or (oldest and oldest < since):
                return True
            more = page.more
        # What a first poll leaves out is history that nobody waits for.
        self.complete = self.complete and first
        return True

    async def _page(self, query: str, since: datetime, more: str) -> Found | None:
        """A page, or None once the search allows no more in this poll."""
        if self._over:
            return None
        try:
            page = await self._ask(query, since, more)
        except SourceRateLimited as limited:
            if not self._asked:
                raise
            self._over, self.resume_at = True, limited.until
            return None
        self._asked += 1
        if page.resume_at:
            self._over, self.resume_at = True, page.resume_at
        return page


def _together(terms: Sequence[str], before: _Cursor) -> dict[int | None, list[str]]:
    """The terms by when they were searched last: those of one time go into one query."""
    groups: dict[int | None, list[str]] = {}
    for term in terms:
        groups.setdefault(before.until.get(term), []).append(term)
    return groups


def _at(epoch: int, now: datetime) -> datetime:
    """A time of the cursor, never after now."""
    return min(datetime.fromtimestamp(min(epoch, int(now.timestamp())), UTC), now)


def _read(cursor: str | None) -> _Cursor:
    try:
        return msgspec.json.decode(cursor or "", type=_Cursor)
    except (msgspec.MsgspecError, RecursionError):
        return _Cursor()
