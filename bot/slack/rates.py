"""Slack's rates, kept before Slack has to ask, and obeyed where it does."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable

from aiolimiter import AsyncLimiter

from bot.errors import SlackRateLimited

UPDATES_A_MINUTE = 50

FOR_CARDS = 25
"""Of these, so many are left to cards: who claims one sees it change before a long answer takes
the place of its word, which can stand elsewhere."""


class Rates:
    """One limiter a channel for new messages, one for changes; after a 429 the method rests for
    everybody, since Slack counts it for the whole workspace."""

    def __init__(self, pace: float, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._period = 1 / pace
        self._channels: dict[str, AsyncLimiter] = {}
        self._updates = AsyncLimiter(UPDATES_A_MINUTE, 60 / pace)
        self._rests_until: dict[str, float] = {}

    def is_same(self, name: str, id: str) -> None:
        """A channel's name and its id stand for one channel, with one rate."""
        if name != id:
            self._channels[id] = self._channels[name] = self._channels.get(id) or self._of(name)

    @contextlib.asynccontextmanager
    async def post(self, channel: str) -> AsyncIterator[None]:
        """Around a new message. Raises SlackRateLimited, without a call, while posting rests."""
        async with self._obeying("post"), self._of(channel):
            yield

    @contextlib.asynccontextmanager
    async def update(self) -> AsyncIterator[None]:
        """Around a change of a message; raises as `post`."""
        async with self._obeying("update"), self._updates:
            yield

    def has_update_to_spare(self) -> bool:
        """Whether a message may be changed that need not be: enough are left for cards."""
        return self._rest_of("update") <= 0 and self._updates.has_capacity(1 + FOR_CARDS)

    def _of(self, channel: str) -> AsyncLimiter:
        return self._channels.setdefault(channel, AsyncLimiter(1, self._period))

    @contextlib.asynccontextmanager
    async def _obeying(self, method: str) -> AsyncIterator[None]:
        if (left := self._rest_of(method)) > 0:
            raise SlackRateLimited("Slack asked to slow down a moment ago", left)
        try:
            yield
        except SlackRateLimited as error:
            self._rests_until[method] = self._monotonic() + error.seconds
            raise

    def _rest_of(self, method: str) -> float:
        """Seconds for which a method rests still; none where it is not above 0."""
        return self._rests_until.get(method, 0.0) - self._monotonic()
