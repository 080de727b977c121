"""When jobs fall due: time is cut into numbered slots, the same for every worker of a name, and
each slot is told of once it begins."""

from __future__ import annotations

import asyncio
import heapq
import logging
import math
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from random import SystemRandom
from typing import Protocol

from bot.errors import StoreUnavailable

logger = logging.getLogger(__name__)

LOOK_AGAIN = 5.0
"""Seconds after which the clock is looked at, whatever it said before: it may have been set."""

TRY_AGAIN = 1.0
"""Seconds after which what could not be told is told again."""

_SLEW = 1.0
"""A clock corrected by less than so many seconds is let be."""

Tell = Callable[[str, int], Awaitable[None]]
"""Hears that a slot of a name began. May raise StoreUnavailable: it is told again."""


class Rhythm(Protocol):
    """Moments are seconds since the epoch, UTC."""

    def slot(self, now: float) -> int:
        """The number of the slot in which `now` lies."""
        ...

    def next(self, now: float) -> float | None:
        """The moment after `now` at which another slot is to be told of; None where there is
        none."""
        ...


@dataclass(frozen=True)
class Every:
    """Slots of `interval` seconds, told of up to `jitter` seconds late.

    Where they begin depends on the name, so that jobs of one interval spread over it.
    """

    name: str
    interval: float
    jitter: float = 0.0

    def slot(self, now: float) -> int:
        return math.floor((now - self._phase) / self.interval)

    def next(self, now: float) -> float:
        begins = self._phase + (self.slot(now) + 1) * self.interval
        return begins + self.delay()

    def delay(self) -> float:
        return self.jitter * SystemRandom().random()

    @property
    def _phase(self) -> float:
        return self.interval * zlib.crc32(self.name.encode()) / 2**32


@dataclass(frozen=True)
class Once:
    """One slot, which begins at `moment` and is numbered by its microsecond."""

    moment: float

    def slot(self, now: float) -> int:
        return round(self.moment * 1e6)

    def next(self, now: float) -> None:
        return None


@dataclass(frozen=True)
class _Due:
    rhythm: Rhythm
    moment: float


class Ticker:
    """Tells of slots while `run` runs. `clock` gives seconds since the epoch."""

    def __init__(self, tell: Tell, clock: Callable[[], float]) -> None:
        self._tell = tell
        self._clock = clock
        self._due: dict[str, _Due] = {}
        self._heap: list[tuple[float, str]] = []
        self._changed = asyncio.Event()

    def put(self, name: str, rhythm: Rhythm, first: float) -> None:
        """Tell of the slot in which the moment `first` lies, then, and of those that follow."""
        self._due[name] = _Due(rhythm, first)
        heapq.heappush(self._heap, (first, name))
        self._changed.set()

    def remove(self, name: str) -> None:
        """Tell of it no more. An unknown name is well."""
        self._due.pop(name, None)

    async def run(self) -> None:
        """Tell, until cancelled. Slots that passed untold are made up for by the one that is."""
        seen = self._clock()
        reached = True
        while True:
            self._changed.clear()
            if self._clock() < seen - _SLEW:
                self._pull_in()
            seen = self._clock()
            try:
                await self._tell_due()
            except StoreUnavailable as error:
                if reached:
                    logger.warning("ticks wait for the database: %s", error)
                reached = False
                await asyncio.sleep(TRY_AGAIN)
                continue
            reached = True
            await self._pause()

    async def _tell_due(self) -> None:
        while self._heap and self._heap[0][0] <= self._clock():
            moment, name = heapq.heappop(self._heap)
            due = self._due.get(name)
            if due is None or due.moment != moment:
                continue  # it was removed or replaced
            now = self._clock()
            try:
                await self._tell(name, due.rhythm.slot(now))
            except StoreUnavailable:
                heapq.heappush(self._heap, (moment, name))
                raise
            self._go_on(name, due, now)

    def _go_on(self, name: str, told: _Due, now: float) -> None:
        if self._due.get(name) is not told:
            return  # it was removed or replaced meanwhile
        del self._due[name]
        following = told.rhythm.next(now)
        if following is not None:
            self.put(name, told.rhythm, following)

    async def _pause(self) -> None:
        wait = LOOK_AGAIN
        if self._heap:
            wait = min(wait, max(0.0, self._heap[0][0] - self._clock()))
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._changed.wait()

    def _pull_in(self) -> None:
        """The clock was set back: what repeats is due by the new time, within an interval."""
        logger.warning("the clock was set back; jobs go on")
        now = self._clock()
        for name, due in list(self._due.items()):
            following = due.rhythm.next(now)
            if following is not None and following < due.moment:
                self.put(name, due.rhythm, following)
