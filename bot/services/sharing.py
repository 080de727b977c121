"""What is dear to look up, looked up once for all who ask within a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")


class Shared(Generic[T]):
    """What was found last; it is looked for again once that is older than `fresh`, or about
    something else."""

    def __init__(self, fresh: timedelta) -> None:
        self._fresh = fresh
        self._at: datetime | None = None
        self._about: object = None
        self._looking: asyncio.Task[T] | None = None

    async def of(self, look: Callable[[], Awaitable[T]], now: datetime, about: object) -> T:
        """What `look` finds, or found a moment ago `about` the very same. Raises what it does, and
        then forgets that."""
        if self._looking is None or self._is_stale(now) or about is not self._about:
            self._at, self._about = now, about
            self._looking = asyncio.create_task(_made(look), name="looking for all who ask")
        looking = self._looking
        try:
            return await asyncio.shield(looking)
        except Exception:
            if self._looking is looking:
                self._looking = None
            raise

    def _is_stale(self, now: datetime) -> bool:
        """Whichever way the clock went."""
        return self._at is None or abs(now - self._at) > self._fresh


async def _made(look: Callable[[], Awaitable[T]]) -> T:
    return await look()
