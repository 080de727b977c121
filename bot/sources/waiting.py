"""Those who wait for something that moves on, of whom each is woken once it has come to them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Waiting:
    """A hundred polls may wait for one stream for a minute, which moves on several times a second:
    to wake them all each time would take more than what they wait for."""

    def __init__(self) -> None:
        self._due: dict[asyncio.Future[None], Callable[[], bool]] = {}

    async def until(self, is_due: Callable[[], bool]) -> None:
        """Return soon after a `tell` at which something `is_due`; by then it may be so no more."""
        woken = asyncio.get_running_loop().create_future()
        self._due[woken] = is_due
        try:
            await woken
        finally:
            del self._due[woken]

    def tell(self) -> None:
        """It moved on."""
        for woken, is_due in self._due.items():
            if not woken.done() and is_due():
                woken.set_result(None)
