"""People before polls: what runs by itself takes what is left of the event loop."""

from __future__ import annotations

import asyncio


class Turnstile:
    """Lets jobs begin one after the other, one in two rounds of the event loop.

    Where the loop has time, these are thousands a second. The more people ask, the longer a round
    lasts and the fewer jobs begin: they take what people leave of the one core, and nobody waits
    for an answer because 10,000 watches are due. They never stand still, as every round ends.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def passed(self) -> None:
        """Wait for one's turn; who came first goes first."""
        async with self._turn:
            await asyncio.sleep(0)
        await asyncio.sleep(0)  # the round that a waiting one takes to come up, where none waits
