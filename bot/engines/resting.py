"""An engine that is let alone for a while when it has failed.

What is down stays down for minutes: to find that out anew at each poll would hold up every post.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.domain.mention import Sentiment
from bot.engines.base import Engine, Felt

REST = timedelta(minutes=5)
"""How long it wants no post after a failure."""


class Resting:
    """An engine like `engine`, by a clock."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self.name = engine.name
        self._engine = engine
        self._clock = clock
        self._failed: datetime | None = None

    def wants(self, post: Felt) -> bool:
        return not self._rests() and self._engine.wants(post)

    async def read(self, posts: Sequence[Felt]) -> list[Sentiment | None]:
        try:
            found = await self._engine.read(posts)
        except Exception:
            self._failed = self._clock()
            raise
        self._failed = None
        return found

    async def close(self) -> None:
        await self._engine.close()

    def _rests(self) -> bool:
        return self._failed is not None and abs(self._clock() - self._failed) < REST
