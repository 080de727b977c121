"""What was acknowledged and is still being done: Bolt's listeners go on behind their
acknowledgement, and nobody waits for them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.listener.async_listener_start_handler import AsyncListenerStartHandler
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

log = structlog.get_logger(__name__)

PATIENCE = 2.0
"""Seconds that listeners get to end when Vigie stops: a click is kept within moments, an answer
that is reckoned for long is asked for again."""

CANCELLING = 0.5
"""Seconds that one gets to clean up."""


@contextlib.asynccontextmanager
async def done_in_the_end(app: AsyncApp, patience: float = PATIENCE) -> AsyncIterator[None]:
    """What the app's listeners are at when the block ends is done before anything is closed that
    they need; what takes longer is broken off."""
    hand = _Hand()
    app.listener_runner.listener_start_handler = hand
    try:
        yield
    finally:
        await hand.emptied(patience)


class _Hand(AsyncListenerStartHandler):
    """Bolt tells it of each listener that begins."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def emptied(self, patience: float) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=patience)
        if left := set(self._tasks):
            log.warning("answers were broken off by the end", answers=len(left))
            for task in left:
                task.cancel()
            await asyncio.wait(left, timeout=CANCELLING)
