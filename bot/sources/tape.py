"""What was heard of a stream: kept for a while, until everybody who listens for it asked."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypeVar

from bot.domain.mention import Post
from bot.sources import seen
from bot.sources.jetstream import Event, read_event
from bot.sources.moments import from_epoch
from bot.sources.skyposts import SITE, Facts, Profile, post_of
from bot.sources.skyrecords import read_record
from bot.sources.wanted import Wanted

OVERLAP = 60_000_000
"""Microseconds that are read again wherever reading goes on: at the change from what was kept to
what is live, Jetstream may skip and reorder (github.com/bluesky-social/jetstream-legacy, issue 42),
and its servers do not agree to the second."""

MOST_HEARD = 20_000
"""Posts that are kept; some 20 MB."""

MOST_AUTHORS = 20_000
"""Authors whose posts are known, so that it is told when these are gone."""

MOST_OF_ONE = 500
"""Posts of one author: some post the same all day."""

AHEAD = 24 * 3_600_000_000
"""Microseconds that a stream's clock may be ahead of ours; what claims more is no time to go on
from, for nothing would ever be newer."""

MOST_REMOVED = 20_000
"""Removals that are remembered, of whatever posts: some come before the post itself."""

MOST_MARKS = 50_000
"""Posts told before a restart that are known by their marks."""

FORGOTTEN = timedelta(hours=2)
"""A term that nobody asked for in this time is no longer listened for."""

V = TypeVar("V")


class Heard(NamedTuple):
    """A post, when it was heard (microseconds), and the terms that it may be about."""

    at: int
    post: Post
    terms: frozenset[str]


class Tape:
    """What one stream said of some terms. Times are microseconds since 1970.

    `position` is how far the stream was read, 0 before it was. Before `lost` something may have
    been said that was never heard. Of a `dense` stream something is said every minute: one that
    begins later than it was asked to has nothing older left.
    """

    def __init__(
        self, source: str, site: str = SITE, *, dense: bool = True, most: int = MOST_HEARD
    ) -> None:
        self.position = 0
        self.lost = 0
        self._source = source
        self._site = site
        self._dense = dense
        self._most = most
        self._asked: OrderedDict[str, datetime] = OrderedDict()
        """The terms, those first that nobody asked for the longest."""
        self._from: dict[str, int] = {}
        self._needed: dict[str, int] = {}
        self._wanted = Wanted(())
        self._listened: frozenset[str] = frozenset()
        self._heard: OrderedDict[str, Heard] = OrderedDict()
        self._about: dict[str, dict[str, None]] = {}
        """The posts that were heard, by term."""
        self._known: OrderedDict[str, dict[str, frozenset[str]]] = OrderedDict()
        self._marks: OrderedDict[str, None] = OrderedDict()
        self._removed: OrderedDict[str, int] = OrderedDict()
        self._gone: OrderedDict[str, int] = OrderedDict()
        self._began: int | None = None

    @property
    def must_go_back(self) -> bool:
        """Whether somebody asks for what was said before a term was listened for."""
        return bool(self._needed)

    def want(self, terms: Iterable[str], since: int, marks: Iterable[str], now: datetime) -> None:
        """Listen for some terms, since a time, from the next beginning on; `marks` are those of
        posts that were told."""
        for term in terms:
            self._asked[term] = now
            self._asked.move_to_end(term)
            if since < min(self._from.get(term, since + 1), self._needed.get(term, since + 1)):
                self._needed[term] = since
        self._forget(now)
        self._marks.update(dict.fromkeys(marks))
        _trim(self._marks, MOST_MARKS)

    def _forget(self, now: datetime) -> None:
        while self._asked:
            term, at = next(iter(self._asked.items()))
            if now - at <= FORGOTTEN:
                return
            del self._asked[term]
            self._from.pop(term, None)
            self._needed.pop(term, None)

    def begin(self) -> int:
        """Where the stream is to be read from: all terms that are wanted now are heard from
        there on."""
        if self._listened != self._asked.keys():
            self._listened = frozenset(self._asked)
            self._wanted = Wanted(self._asked)
        onward = [self.position - OVERLAP] if self.position else []
        start = max(0, min([*onward, *self._needed.values()], default=0))
        for term in self._asked:
            self._from[term] = min(self._from.get(term, start), start)
        self._needed.clear()
        self._began = start
        self.position = start + OVERLAP  # and there it begins again, should it not come to it
        return start

    def covers(self, terms: Iterable[str], since: int) -> bool:
        """Whether all of the terms were listened for since a time."""
        return all(self._from.get(term, since + 1) <= since for term in terms)

    def told(self, terms: Iterable[str], since: int) -> list[Post]:
        """What was heard of any of the terms since a time, in the order in which it was said."""
        uris = dict.fromkeys(uri for term in terms for uri in self._about.get(term, ()))
        found = [heard for uri in uris if (heard := self._heard[uri]).at > since]
        return [heard.post for heard in sorted(found, key=lambda heard: heard.at)]

    def gone(self, since: int) -> tuple[str, ...]:
        """The ids of known posts that were taken back since a time."""
        return tuple(uri for uri, at in self._gone.items() if at > since)

    def take(self, line: bytes, now: datetime) -> None:
        """Take a line of the stream, in some 10 µs."""
        event = read_event(line)
        if event is None or event.at > micros(now) + AHEAD:
            return
        if self._began is not None:
            self._note_gap(self._began, event.at)
        self.position = event.at
        if event.what == "posted":
            self._post(event, now)
        elif event.what == "removed":
            self._remove(event.uri, event.at)
        elif event.what == "left":
            for uri in list(self._known.get(event.did, ())):
                self._remove(uri, event.at)

    def _note_gap(self, asked: int, first: int) -> None:
        self._began = None
        if self._dense and first > asked + OVERLAP:
            self.lost = max(self.lost, first)

    def _post(self, event: Event, now: datetime) -> None:
        if self._removed.get(event.uri, 0) > event.at:
            return  # it comes late, or is read again, and we know already how it ended
        before = self._known.get(event.did, {}).get(event.uri, frozenset())
        if not (before or self._wanted.may_be_in(event.record)):
            return
        facts = Facts(Profile(event.did), from_epoch(event.at / 1e6))
        post = post_of(event.uri, read_record(event.record), facts, self._source, now, self._site)
        if post is None:
            return
        found = self._wanted.found("\n".join(_words(post)))
        terms = before.union(term for term in found if term in self._asked)
        if not terms:
            return
        self._know(event.did, event.uri, terms)
        older = self._heard.get(event.uri)
        if older and older.at > event.at:
            self._hear(event.uri, older._replace(terms=terms))
            return
        self._hear(event.uri, Heard(event.at, post, terms))
        if len(self._heard) > self._most:
            dropped = self._unhear(next(iter(self._heard)))
            self.lost = max(self.lost, dropped.at)

    def _hear(self, uri: str, heard: Heard) -> None:
        older = self._heard.get(uri)
        self._heard[uri] = heard
        for term in heard.terms:
            self._about.setdefault(term, {})[uri] = None
        if older:  # of an author whom it lost sight of, an edit may be about less
            self._drop(uri, older.terms - heard.terms)

    def _unhear(self, uri: str) -> Heard:
        heard = self._heard.pop(uri)
        self._drop(uri, heard.terms)
        return heard

    def _drop(self, uri: str, terms: Iterable[str]) -> None:
        for term in terms:
            posts = self._about[term]
            del posts[uri]
            if not posts:
                del self._about[term]

    def _know(self, did: str, uri: str, terms: frozenset[str]) -> None:
        posts = self._known.setdefault(did, {})
        posts[uri] = terms
        if len(posts) > MOST_OF_ONE:
            del posts[next(iter(posts))]
        self._known.move_to_end(did)
        _trim(self._known, MOST_AUTHORS)

    def _remove(self, uri: str, at: int) -> None:
        self._removed[uri] = max(at, self._removed.get(uri, 0))
        _trim(self._removed, MOST_REMOVED)
        did = uri.split("/")[2]
        known = self._known.get(did, {}).pop(uri, None)
        if known is None and seen.id_mark(uri) not in self._marks:
            return
        if uri in self._heard:
            self._unhear(uri)
        self._gone[uri] = max(at, self._gone.get(uri, 0))
        _trim(self._gone, self._most)


def micros(at: datetime) -> int:
    """A time in microseconds since 1970."""
    return (at.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _words(post: Post) -> Sequence[str]:
    """All that a query may look at."""
    return (post.text, post.title, *post.links, *post.media, *post.handles, *post.tags)


def _trim(table: OrderedDict[str, V], room: int) -> None:
    while len(table) > room:
        table.popitem(last=False)
