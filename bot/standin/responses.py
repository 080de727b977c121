"""The response_urls that the app was given.

Rules: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
(five uses within thirty minutes)
"""

from __future__ import annotations

import secrets

import msgspec

from bot.standin.clock import Clock
from bot.standin.errors import ApiError

USES = 5
LIFE = 1800.0
"""Seconds."""
REMEMBERED = 2 * LIFE
"""Seconds for which it can be told that a response_url has expired; older ones are invalid."""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """What is answered: whose deed, where, and at which message ("" for a command)."""

    user: str
    channel: str
    ts: str = ""


class Responses:
    """The response_urls given out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, tuple[Origin, float]] = {}
        self._uses: dict[str, int] = {}

    def issue(self, origin: Origin) -> str:
        """The path of a new response_url."""
        self._forget(self._clock.now() - REMEMBERED)
        key = secrets.token_urlsafe(16)
        self._issued[key] = (origin, self._clock.now())
        return f"/response/{key}"

    def use(self, key: str) -> Origin:
        """Count one use. Raises ApiError expired_url or used_url where there is none left."""
        if key not in self._issued:
            raise ApiError("invalid_url")
        origin, at = self._issued[key]
        if self._clock.now() - at > LIFE:
            raise ApiError("expired_url")
        if self._uses.get(key, 0) >= USES:
            raise ApiError("used_url")
        self._uses[key] = self._uses.get(key, 0) + 1
        return origin

    def _forget(self, before: float) -> None:
        """The oldest stand first."""
        while self._issued:
            key, (_, at) = next(iter(self._issued.items()))
            if at >= before:
                return
            del self._issued[key]
            self._uses.pop(key, None)
