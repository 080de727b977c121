"""People before polls: what runs by itself takes what is left of the event loop."""

from __future__ import annotations

import asyncio
from heapq import heappop, heappush
from itertools import count


class Turnstile:
    """Lets jobs begin one after the other, one in two rounds of the event loop.

    Where the loop has time, these are thousands a second. The more people ask, the longer a round
    lasts and the fewer jobs begin: they take what people leave of the one core, and nobody waits
    for an answer because 10,000 watches are due. They never stand still, as every round ends.

    Who came first goes first, whatever line they stand in: one that is ten times as long as others
    would else come ten times as late.
    """

    def __init__(self) -> None:
        self._numbers = count()
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._is_taken = False

    def number(self) -> int:
        """The number of one who comes now, for `passed`; larger than all before."""
        return next(self._numbers)

    async def passed(self, number: int | None = None) -> None:
        """Wait for one's turn, which is before those of larger numbers; each passes once."""
        await self._come_up(self.number() if number is None else number)
        try:
            await asyncio.sleep(0)
        finally:
            self._let_next()
        await asyncio.sleep(0)  # the round that a waiting one takes to come up, where none waits

    async def _come_up(self, number: int) -> None:
        if not self._is_taken:
            self._is_taken = True
            return
        turn = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (number, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it had just been let in
                self._let_next()
            raise

    def _let_next(self) -> None:
        while self._waiting:
            _, turn = heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._is_taken = False
