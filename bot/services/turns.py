"""Going through many things without keeping others waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

T = TypeVar("T")

TURN = 0.002
"""Seconds for which things are looked at without a pause. It is no number of things: the busier the
event loop, the longer a round of it, and 20,000 pairs at fifty a round took most of a minute."""


async def in_turns(things: Iterable[T], longest: float = TURN) -> AsyncIterator[T]:
    """The things one by one; whoever waits for the event loop has a turn after so many seconds, as
    a store that answers at once gives nobody one."""
    turn = _Turn()
    for thing in things:
        if turn.is_over:
            turn = _Turn()
        elif turn.lasts >= longest:
            await asyncio.sleep(0)
            turn = _Turn()
        yield thing


class _Turn:
    """The time until the event loop comes round, which is when others had theirs."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._since = self._loop.time()
        self.is_over = False
        self._loop.call_soon(self._end)

    @property
    def lasts(self) -> float:
        """Seconds since it began."""
        return self._loop.time() - self._since

    def _end(self) -> None:
        self.is_over = True
