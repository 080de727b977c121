"""Searches that list what they find from the newest back: how they are polled without a gap.

An index takes posts in late, stands still for a day and fills itself in, and authors' clocks lie:
so each poll asks again for what lies a while before the newest post that is known, and posts are
told apart by their ids. Pages shift while they are read, when a post is taken back: so each poll
goes back to where the one before it began, and all is read twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from bot.domain.mention import Post
from bot.sources import seen
from bot.sources.base import Page
from bot.sources.bookmarks import Bookmark, Known, bookmark, moved_on
from bot.sources.emptied import is_crowd, is_shown, name_of, nothing_any_more
from bot.sources.walking import Ask, Query, Walk, Window
from bot.sources.walking import Found as Found

_ROOM = 500
"""Posts remembered beside those that were found last: some indexes show them now and not then."""


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
        return [query.text for query in self.packed(terms)]

    def packed(self, terms: Iterable[str]) -> list[Query]:
        """Those queries, each with its terms."""
        alike: dict[str, list[str]] = {}
        for term in terms:
            if written := self._written(term):
                alike.setdefault(written, []).append(term)
        packed: list[list[str]] = []
        for written in alike:
            if packed and self.joiner and self._fits([*packed[-1], written]):
                packed[-1].append(written)
            else:
                packed.append([written])
        return [
            Query(
                self.joiner.join(part), tuple(term for written in part for term in alike[written])
            )
            for part in packed
        ]

    def _written(self, term: str) -> str:
        bare = " ".join(term.replace('"', " ").split())
        return bare and self.quote(bare)

    def _fits(self, terms: Sequence[str]) -> bool:
        return len(terms) <= self.terms and len(self.joiner.join(terms)) <= self.chars


class Searching:
    """Polls a search: `ask` puts one request. `overlap` is how long before the newest post known
    is asked for again, `history` how far back the first poll goes, in at most `pages` pages a
    query."""

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
        """What was written or edited since about any of the terms, each post once, oldest first.
        Raises a SourceError.

        Where the search cannot show all since the last poll, the page is not complete; where it
        wants to be left alone after some requests, it is pending, and the next poll begins where
        this one did. A poll that finds nothing comes to leave the cursor as it was.
        """
        before = bookmark(cursor)
        walk = Walk(self._ask, self._pages)
        unread: list[str] = []
        emptied: list[str] = []
        for known_alike, group in _together(terms, before):
            window = self._window(known_alike, now)
            for query in self._syntax.packed(group):
                whole = await walk.back(query, window)
                if whole and not walk.shown[query] and self._held(query, before, window, now):
                    whole = False
                    emptied += query.terms
                if not whole:
                    unread += query.terms
        if emptied and not any(walk.shown.values()) and set(unread) == set(emptied):
            raise nothing_any_more()
        return await asyncio.to_thread(self._page, terms, before, walk, unread, emptied, now)

    def _held(self, query: Query, before: Bookmark, window: Window, now: datetime) -> bool:
        """Whether a query must find something in its window."""
        is_full = name_of(query.terms) in before.full
        return is_full and is_shown(int(window.since.timestamp()), self._history, now)

    def _page(
        self,
        terms: Sequence[str],
        before: Bookmark,
        walk: Walk,
        unread: Sequence[str],
        emptied: Sequence[str],
        now: datetime,
    ) -> Page:
        """What is new among what a walk found."""
        newest = self._newest(walk.found, before, now)
        posts = list({post.id: post for post in walk.found}.values())
        posts.sort(key=lambda post: (post.at, post.id))
        known = {term: moved_on(before.known.get(term), newest) for term in terms}
        for term in unread:
            known.pop(term, None)
            if term in before.known:
                known[term] = before.known[term]
        marks = seen.remembered(posts, before.seen, len(posts) + _ROOM)
        full = [
            name_of(query.terms)
            for query, shown in walk.shown.items()
            if self._is_full(query, shown, known, before, unread)
        ]
        after = Bookmark(known=known, left=tuple(unread), seen=marks, full=tuple(full))
        return Page(
            posts=tuple(seen.unseen(posts, before.seen)),
            cursor=msgspec.json.encode(after).decode(),
            complete=walk.complete,
            pending=bool(unread),
            resume_at=walk.resume_at,
            emptied=tuple(emptied) if any(walk.shown.values()) else None,
            blank=self._is_blank(walk, before, unread, now),
        )

    def _is_blank(self, walk: Walk, before: Bookmark, unread: Sequence[str], now: datetime) -> bool:
        """Whether not even the newest post known is shown, which each walk comes to."""
        if any(walk.shown.values()) or unread or not before.seen:
            return False
        newest = max((known.last for known in before.known.values()), default=0)
        return is_shown(newest, self._history, now)

    def _is_full(
        self,
        query: Query,
        shown: Sequence[Post],
        known: Mapping[str, Known],
        before: Bookmark,
        unread: Sequence[str],
    ) -> bool:
        """Whether the next poll must find something for a query: it reads again what is from some
        time on of what was shown now."""
        if query.terms[0] in unread:
            return name_of(query.terms) in before.full
        from_here = min(known[term].before for term in query.terms) - self._overlap.total_seconds()
        return is_crowd(
            post.author or post.id for post in shown if post.at.timestamp() >= from_here
        )

    def _window(self, known: Known | None, now: datetime) -> Window:
        if known is None:
            since = now - self._history
            return Window(since, since, is_first=True)
        return Window(
            _at(known.before, now) - self._overlap,
            _at(known.last, now) - self._overlap,
            is_first=False,
        )

    def _newest(self, found: Sequence[Post], before: Bookmark, now: datetime) -> int:
        """Up to when the index is known to have been filled: the newest post there is, of any
        term. One that claims to be from this moment or later tells nothing of that."""
        epoch = int(now.timestamp())
        written = [int(post.at.timestamp()) for post in found]
        earlier = [min(known.last, epoch) for known in before.known.values()]
        least = int((now - self._history).timestamp())
        return max([*earlier, *(at for at in written if at < epoch)], default=least)


def _together(terms: Sequence[str], before: Bookmark) -> list[tuple[Known | None, list[str]]]:
    """The terms by how far they are known: those known alike go into one query. Those that were
    left out are first, for a search may allow but a few requests, and then new ones."""
    left = {term: place for place, term in enumerate(before.left)}
    groups: dict[Known | None, list[str]] = {}
    for term in sorted(terms, key=lambda term: left.get(term, len(left))):
        groups.setdefault(before.known.get(term), []).append(term)

    def turn(group: tuple[Known | None, list[str]]) -> tuple[bool, bool, Known]:
        known, of = group
        return left.keys().isdisjoint(of), known is not None, known or Known(0, 0)

    return sorted(groups.items(), key=turn)


def _at(epoch: int, now: datetime) -> datetime:
    """A time of the cursor, never after now."""
    return datetime.fromtimestamp(min(epoch, int(now.timestamp())), UTC)
