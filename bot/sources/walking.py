"""The way back through the pages of a search, from its newest post to a time."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from bot.domain.mention import Post
from bot.errors import SourceRateLimited


class Found(NamedTuple):
    """One page of what a search found, newest first.

    `more` is what the next, older page is asked for by, `""` where there is none. `oldest` is how
    far back the page reaches, where its last post does not tell. `resume_at` is the earliest time
    of the next request, where the answer said so. It is not `whole` where the search says that it
    left something out.
    """

    posts: Sequence[Post]
    more: str = ""
    oldest: datetime | None = None
    resume_at: datetime | None = None
    whole: bool = True


Ask = Callable[[str, datetime, str], Coroutine[Any, Any, Found]]
"""Asks for posts that match a query, since a time (a search that cannot be told so returns older
ones as well), on the page of a `more` (`""`: the newest). The time is that of the newest post
known, less the overlap: where little is written it lies weeks back."""


class Query(NamedTuple):
    """What is asked for, and the terms that it finds."""

    text: str
    terms: tuple[str, ...]


class Window(NamedTuple):
    """What to read: back to `since`, and at least to `needed` for nothing to be missed; what a
    first poll leaves out is history that nobody waits for."""

    since: datetime
    needed: datetime
    is_first: bool


class Walk:
    """One poll's way back through the pages of its queries."""

    def __init__(self, ask: Ask, pages: int) -> None:
        self.found: list[Post] = []
        self.shown: dict[Query, list[Post]] = {}
        self.complete = True
        self.resume_at: datetime | None = None
        self._ask = ask
        self._pages = pages
        self._over = False
        self._asked = 0

    async def back(self, query: Query, window: Window) -> bool:
        """Read a query's pages back through a window; whether the search allowed it, and showed
        all that it has."""
        more, whole = "", True
        shown = self.shown.setdefault(query, [])
        reached: datetime | None = None
        for asked in range(self._pages):
            page = await self._page(query.text, window.since, more)
            if page is None:
                return _is_enough(window, reached, asked)
            whole = whole and page.whole
            shown += page.posts
            self.found += [post for post in page.posts if post.at >= window.since]
            reached = page.oldest or (page.posts[-1].at if page.posts else reached)
            if not page.more or (reached and reached < window.since):
                return whole
            if page.more == more:
                break
            more = page.more
        self.complete = self.complete and _is_enough(window, reached, self._pages)
        return whole

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


def _is_enough(window: Window, reached: datetime | None, asked: int) -> bool:
    """Whether what was read before the walk broke off holds all that is needed."""
    return bool(reached and reached < window.needed) or (window.is_first and asked > 0)
