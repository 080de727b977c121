"""One search for several watches: fewer requests, the same posts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.sources.base import Page
from bot.sources.bookmarks import bookmark, joined, reaches
from bot.sources.searching import Searching

_ROUNDS = 5
"""So many times `fresh` a watch that does not poll any more is still searched for."""


class _Wanted(NamedTuple):
    """Where a watch's cursor is, and when it polled last."""

    cursor: str
    at: datetime


class _Batch(NamedTuple):
    """What was read for several watches: from which cursor on, of which terms, when."""

    start: str | None
    terms: frozenset[str]
    page: Page
    at: datetime


class Merged:
    """A search that watches share: the first that polls in a round searches for the terms of all,
    and what it found serves the others, if they poll within `fresh`.

    Only where the syntax takes several terms at once is anything gained. A watch with less behind
    it than the others (a new one, one that was paused) reads for itself until it has caught up;
    those that begin with the same terms begin together. What is known of the others is in memory:
    after a restart each begins alone, once. Many long cursors are compared in a thread.
    """

    def __init__(self, searching: Searching, fresh: timedelta) -> None:
        self._searching = searching
        self._fresh = fresh
        self._turn = asyncio.Lock()
        self._wanted: dict[tuple[str, ...], _Wanted] = {}
        self._batch: _Batch | None = None
        self._history: _Batch | None = None

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """As `Searching.fetch`; what only others asked for is among the posts."""
        async with self._turn:
            if self._history and not self._is_fresh(self._history, now):
                self._history = None  # a week of posts takes room
            page = await self._page(tuple(terms), cursor, now)
            self._wanted[tuple(terms)] = _Wanted(page.cursor, now)
        return page

    async def _page(self, terms: tuple[str, ...], cursor: str | None, now: datetime) -> Page:
        if cursor is None:
            return await self._from_the_beginning(terms, now)
        if not bookmark(cursor).known.keys() >= set(terms):
            return await self._searching.fetch(terms, cursor, now)
        if served := await asyncio.to_thread(self._served, terms, cursor, now):
            return served
        start, every = await asyncio.to_thread(self._together, terms, cursor, now)
        page = await self._searching.fetch(every, start, now)
        self._batch = _Batch(start, frozenset(every), page, now)
        return page

    async def _from_the_beginning(self, terms: tuple[str, ...], now: datetime) -> Page:
        """The history of some terms, as it was read a moment ago or is read now."""
        if self._history and self._history.terms.issuperset(terms):
            return self._history.page
        page = await self._searching.fetch(terms, None, now)
        self._history = _Batch(None, frozenset(terms), page, now)
        return page

    def _is_fresh(self, batch: _Batch, now: datetime) -> bool:
        return timedelta() <= now - batch.at < self._fresh

    def _served(self, terms: tuple[str, ...], cursor: str, now: datetime) -> Page | None:
        """What was read a moment ago, if it is all that is new."""
        batch = self._batch
        if batch is None or batch.start is None or not self._is_fresh(batch, now):
            return None
        known = batch.terms.issuperset(terms) and reaches(batch.start, cursor, terms)
        return batch.page if known else None

    def _together(
        self, terms: tuple[str, ...], cursor: str, now: datetime
    ) -> tuple[str, tuple[str, ...]]:
        """From where to read on for a watch and the others, and all their terms."""
        others = self._others(terms, now)
        start = joined([cursor, *(wanted.cursor for wanted in others.values())])
        every = dict.fromkeys([*terms, *(term for other in others for term in other)])
        return start, tuple(every)

    def _others(self, terms: tuple[str, ...], now: datetime) -> dict[tuple[str, ...], _Wanted]:
        """The other watches that polled lately and know all of their terms."""
        self._wanted = {
            one: wanted
            for one, wanted in self._wanted.items()
            if abs(now - wanted.at) < _ROUNDS * self._fresh
        }
        return {
            one: wanted
            for one, wanted in self._wanted.items()
            if one != terms and bookmark(wanted.cursor).known.keys() >= set(one)
        }
