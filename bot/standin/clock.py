"""The workspace's clock: real time, that a test can wind forward."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any


class Clock:
    """Seconds since the epoch that never run backwards; `forward` jumps ahead.

    `ahead` is by how many seconds, in all its jumps together.
    """

    def __init__(self) -> None:
        self.ahead = 0.0
        self._epoch = time.time() - time.monotonic()
        self._jumped = asyncio.Event()
        self._listeners: list[Callable[[float], None]] = []

    def now(self) -> float:
        """Seconds since the epoch, jumps included."""
        return self._epoch + time.monotonic() + self.ahead

    def watch(self, listener: Callable[[float], None]) -> Callable[[], None]:
        """Call `listener` with the seconds of every jump; call what is returned to stop that.

        It is called before any sleeper wakes, and must not block.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def forward(self, seconds: float) -> None:
        """Jump `seconds` (≥ 0) ahead; sleepers that became due wake up."""
        if seconds < 0:
            raise ValueError("time only goes forward")
        self.ahead += seconds
        for listener in tuple(self._listeners):
            listener(seconds)
        jumped, self._jumped = self._jumped, asyncio.Event()
        jumped.set()

    async def sleep(self, seconds: float) -> None:
        """Return once the clock has advanced by `seconds`, by waiting or by a jump."""
        await self.until(self.now() + seconds)

    async def until(self, due: float) -> None:
        """Return once the clock shows `due` or later."""
        while (left := due - self.now()) > 0:
            try:
                async with asyncio.timeout(left):
                    await self._jumped.wait()
            except TimeoutError:
                continue

    async def within(self, seconds: float, answer: asyncio.Future[Any]) -> bool:
        """Whether `answer` was there before the clock advanced by `seconds`."""
        nap = asyncio.ensure_future(self.until(self.now() + seconds))
        try:
            await asyncio.wait((answer, nap), return_when=asyncio.FIRST_COMPLETED)
            return answer.done()
        finally:
            nap.cancel()
