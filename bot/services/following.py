"""What other workers changed, taken in while this one runs."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Protocol

import structlog

from bot.errors import StoreUnavailable
from bot.store.repositories import Records

log = structlog.get_logger(__name__)

FOLLOWED_EVERY = 15.0
"""Seconds after which a worker knows what was changed at another."""


class Followed(Protocol):
    """What is held in memory of what the store has, such as `bot.services.watches.Watches`."""

    async def reload(self, records: Records) -> None:
        """Take in what was changed."""
        ...


@contextlib.asynccontextmanager
async def following(
    followed: Followed, records: Records, every: float = FOLLOWED_EVERY
) -> AsyncIterator[None]:
    """While the block runs, what other workers changed is taken in `every` so many seconds."""
    task = asyncio.create_task(_follow(followed, records, every), name="following")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _follow(followed: Followed, records: Records, every: float) -> None:
    while True:
        await asyncio.sleep(every)
        try:
            await followed.reload(records)
        except StoreUnavailable as error:
            log.warning("what others changed is asked for again later", reason=str(error))
        except Exception:
            # What is held as it was is better than what is never followed again.
            log.exception("what others changed could not be taken in")
