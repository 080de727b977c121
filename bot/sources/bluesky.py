"""Bluesky as it is said: Jetstream (github.com/bluesky-social/jetstream)."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import cycle
from typing import NamedTuple
from urllib.parse import urlencode

import msgspec

from bot.domain.mention import Post
from bot.errors import SourceError, SourceUnavailable
from bot.sources import seen
from bot.sources.appview import PUBLIC, AppView
from bot.sources.base import Page, Reread
from bot.sources.http import PoliteClient
from bot.sources.skyposts import POSTS, SITE, did_of, named
from bot.sources.sockets import Opens
from bot.sources.tape import AHEAD, OVERLAP, Tape, micros
from bot.sources.waiting import Waiting

SERVERS = (
    "https://jetstream2.us-east.bsky.network",
    "https://jetstream1.us-west.bsky.network",
    "https://jetstream1.us-east.bsky.network",
    "https://jetstream2.us-west.bsky.network",
)
"""Bluesky's own; where one cannot be reached the next is asked, from the same place on."""

HISTORY = timedelta(hours=1)
"""What a first poll goes back: some 140,000 posts, of all that are written."""

REMEMBERED = 300
"""Posts told that a cursor remembers."""

STALE = timedelta(minutes=10)
"""A cursor this old is renewed by a poll that finds nothing as well."""

LAG = timedelta(seconds=30)
"""Who is not further behind has heard everything."""

SILENCE = 60.0
"""Seconds without a word after which another server is asked: of all that is posted, some forty
posts come in a second (some servers fell silent with the line open; jetstream-legacy, issue 48)."""

BREATHS = 2
"""Times that nothing came for a second, after which a small stream has nothing more to say."""

LARGEST = 500_000
"""Bytes of a message; larger ones are not sent."""

BATCH = 100
"""Lines that are read without a pause, in some 2 ms …"""

BREATH = 1.0
"""… but no longer than so many seconds: of a small network that is never silent hardly more comes
in than some lines a second, and who waits for them would wait for a hundred."""


def settling(reading: float) -> float:
    """Seconds from one beginning to the next that goes further back, where it took so many to read
    up to the moment. Of a thousand new watches each wants an hour that is past: to read it again
    takes a third of the time, unless that is more than ten seconds."""
    return max(5.0, min(3 * reading, 30.0))


class Pace(NamedTuple):
    """How long is waited, in seconds: `patience` in a poll for the stream to come up to the moment,
    and, of a new watch, `going_back` for it to be read from further back; `settling` (see there);
    and `pause` before the line is opened again, by the number of times it was cut."""

    patience: float = 20.0
    going_back: float = 60.0
    settling: Callable[[float], float] = settling
    pause: Callable[[int], float] = lambda cuts: random.uniform(0.5, 1.0) * min(2**cuts, 60)  # noqa: S311


class _Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """How far the stream was read (microseconds since 1970), and marks of what was told lately."""

    at: int = 0
    seen: seen.Marks = {}


class BlueskySource:
    """What is posted, changed and deleted on Bluesky about the terms asked for lately.

    Wire facts: a websocket of all posts, some 40 a second, without a key; a cursor is a time in
    microseconds, from which the last 36 hours are sent again; an older one is taken for that,
    silently. Deletions and accounts that are gone are told. A line holds no handle and no number of
    followers, so these are asked for, for what is told alone, 25 accounts a request.

    One line serves all watches: what is said is looked through as it comes, and kept until they
    ask. It is open while `listen` runs, from the first poll on. Accounts cannot be searched for,
    as lines do not name them.
    """

    def __init__(
        self,
        name: str,
        client: PoliteClient,
        opens: Opens,
        base_url: str = "",
        pace: Pace | None = None,
    ) -> None:
        base = base_url.rstrip("/")
        self._name = name
        self._client = client
        self._opens = opens
        self._pace = pace or Pace()
        self._servers = cycle([base] if base else SERVERS)
        self._is_dense = not base  # elsewhere less is said
        self._site = base or SITE
        self._view = AppView(client, base or PUBLIC)
        self._tape = Tape(name, self._site, dense=self._is_dense)
        self._asked = asyncio.Event()
        self._waiting = Waiting()
        self._fault: SourceError | None = None
        self._cuts = 0
        self._is_open = False
        self._breaths = 0

    @property
    def name(self) -> str:
        return self._name

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """What was heard since about any of the terms, and which known posts are gone.

        The first poll goes back an hour. The page is pending where the stream has not come up to
        the moment yet, and not complete where something was lost. Raises SourceUnavailable while
        there is no line.
        """
        before = _read(cursor, now)
        since = (before.at or micros(now - HISTORY)) - OVERLAP
        self._tape.want(terms, since, before.seen, now)
        self._asked.set()
        is_up = await self._comes_up(terms, since, now)
        if not (is_up or before.at):
            raise SourceUnavailable("What was said before is still being read.")
        posts = seen.unseen(self._tape.told(terms, since), before.seen)
        gone = self._tape.gone(since)
        complete = (bool(before.at) or not cursor) and not 0 < before.at < self._tape.lost
        after = _Cursor(
            at=max(self._tape.position, before.at),
            seen=seen.remembered(posts, before.seen, REMEMBERED),
        )
        if not (posts or gone) and is_up and complete and after.at - before.at < micros_in(STALE):
            after = before
        return Page(
            posts=tuple(await self._signed(posts)),
            cursor=msgspec.json.encode(after).decode(),
            complete=complete,
            pending=not is_up,
            deleted=gone,
        )

    async def reread(self, posts: Sequence[Post]) -> Reread:
        """See `Rereadable.reread`."""
        return await self._view.reread(posts, self._name, self._site)

    async def exchange(self, post: Post) -> tuple[Post, ...]:
        """See `Threaded.exchange`."""
        return await self._view.exchange(post, self._name, self._site)

    async def listen(self) -> None:
        """See `Live.listen`."""
        await self._asked.wait()
        while True:
            began = self._tape.begin()
            try:
                await self._follow(next(self._servers), began)
                self._cuts = 0
                continue
            except SourceError as error:
                self._fault = error
            finally:
                self._is_open = False
            self._cuts = 0 if self._tape.position > began + OVERLAP else self._cuts + 1
            self._waiting.tell()
            await asyncio.sleep(self._pace.pause(self._cuts))

    async def _follow(self, server: str, since: int) -> None:
        """Take what is said from a time on; return when it is to be read from further back."""
        clock = asyncio.get_running_loop().time
        async with self._opens(_address(server, since)) as lines:
            opened = heard = told = clock()
            reading: float | None = None
            self._is_open, self._fault, self._breaths = True, None, 0
            taken = 0
            async for line in lines:
                if line is not None:
                    heard, self._breaths = clock(), 0
                    self._tape.take(line, self._client.clock())
                    taken += 1
                    if taken % BATCH and clock() - told < BREATH:
                        continue
                else:
                    self._breaths += 1
                    if self._is_dense and clock() - heard > SILENCE:
                        raise SourceUnavailable("{host} has fallen silent.", host=_host(server))
                self._waiting.tell()
                told = clock()
                await asyncio.sleep(0)  # whoever reads what has come already gives nobody a turn
                if reading is None and self._is_up(micros(self._client.clock() - LAG)):
                    reading = clock() - opened
                if self._tape.must_go_back and self._has_settled(clock() - opened, reading):
                    return

    def _has_settled(self, passed: float, reading: float | None) -> bool:
        """Whether a line may be left for one from further back, so many seconds after it was
        opened; `reading` as in `settling`, None where it has not come up to the moment yet."""
        return passed >= self._pace.settling(passed if reading is None else reading)

    async def _comes_up(self, terms: Sequence[str], since: int, now: datetime) -> bool:
        """Whether all was heard of the terms, from a time until now; waits for it for a while.

        Raises a SourceError where there is no line and no time left, or every server was tried.
        """

        due = micros(now - LAG)
        is_known = self._tape.covers(terms, since)
        patience = self._pace.patience if is_known else self._pace.going_back

        def is_heard() -> bool:  # asked of all who wait, several times a second
            return self._is_up(due) and self._tape.covers(terms, since)

        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while not is_heard():
                    if fault := self._final_fault:
                        raise fault
                    await self._waiting.until(lambda: is_heard() or self._final_fault is not None)
                return True
        if not self._is_open:
            raise self._fault or SourceUnavailable("There is no line to Bluesky yet.")
        if not self._tape.covers(terms, since):
            raise SourceUnavailable("What was said before is still being read.")
        return False

    @property
    def _final_fault(self) -> SourceError | None:
        """Why there is no line, where it is of no use to wait for one."""
        fault = self._fault
        return fault if fault and (self._cuts >= len(SERVERS) or not fault.retry) else None

    def _is_up(self, due: int) -> bool:
        """Whether the line is open, and was read up to a time or has nothing more to say."""
        is_idle = not self._is_dense and self._breaths >= BREATHS
        return self._is_open and (is_idle or self._tape.position >= due)

    async def _signed(self, posts: Iterable[Post]) -> list[Post]:
        """The posts with the names of their authors, as far as they can be learnt."""
        known = list(posts)
        profiles = await self._view.profiles(did_of(post.id) for post in known)
        return [named(post, profiles.get(did_of(post.id))) for post in known]


def micros_in(duration: timedelta) -> int:
    """A duration in microseconds."""
    return duration // timedelta(microseconds=1)


def _address(server: str, since: int) -> str:
    asked = {"wantedCollections": POSTS, "maxMessageSizeBytes": LARGEST, "cursor": since}
    return f"{server}/subscribe?{urlencode(asked)}"


def _host(server: str) -> str:
    return server.partition("://")[2]


def _read(cursor: str | None, now: datetime) -> _Cursor:
    """A cursor as it was written; one from the days to come leads nowhere."""
    try:
        found = msgspec.json.decode(cursor or "", type=_Cursor)
    except (msgspec.MsgspecError, RecursionError):
        return _Cursor()
    return found if 0 <= found.at <= micros(now) + AHEAD else _Cursor(seen=found.seen)
