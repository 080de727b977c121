"""Deeds as the jobs do them, in a test's own loop and with a test's own way to rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from bot.services.base import Services
from bot.services.carrying import Carrier
from bot.services.outbox import Outbox

Rest = Callable[[float], Awaitable[None]]


class Lanes:
    """A task a lane; one asked for while it runs runs once more, and while it rests it rests on."""

    def __init__(self, services: Services, rest: Rest = asyncio.sleep) -> None:
        self.outbox = Outbox(services, self.enqueue)
        self._carrier = Carrier(services)
        self._rest = rest
        self._running: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    async def enqueue(self, lane: str) -> None:
        self._again.add(lane)
        if lane not in self._running:
            task = asyncio.create_task(self._deliver(lane), name=lane)
            self._running[lane] = task
            task.add_done_callback(lambda _: self._running.pop(lane))

    async def _deliver(self, lane: str) -> None:
        while lane in self._again:
            self._again.discard(lane)
            while rest := await self._carrier.deliver(lane):
                await self._rest(rest.total_seconds())
                self._again.discard(lane)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[Outbox]:
        """Lanes are looked for and delivered while the block runs."""
        looking = asyncio.create_task(self.outbox.run())
        try:
            yield self.outbox
        finally:
            tasks = [looking, *self._running.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
