"""Trigger ids: three seconds to open a view, and one use.

Rules: https://docs.slack.dev/interactivity/handling-user-interaction
"""

from __future__ import annotations

import secrets
from itertools import count

import msgspec

from bot.standin.clock import Clock
from bot.standin.errors import ApiError

LIFE = 3.0
"""Seconds."""
REMEMBERED = 1000
"""Trigger ids whose fate can still be told; older ones are invalid."""


class Trigger(msgspec.Struct, frozen=True):
    """Whose deed it was, when, and the root of the modal it happened in ("" elsewhere)."""

    user: str
    at: float
    root: str = ""


class Triggers:
    """Those issued; they are forgotten after a thousand others."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, Trigger] = {}
        self._used: set[str] = set()
        self._numbers = count(1)

    def issue(self, user: str, root: str = "") -> str:
        """A new trigger id."""
        made = f"{next(self._numbers)}.{secrets.token_hex(8)}"
        self._issued[made] = Trigger(user, self._clock.now(), root)
        if len(self._issued) > REMEMBERED:
            oldest = next(iter(self._issued))
            del self._issued[oldest]
            self._used.discard(oldest)
        return made

    def check(self, trigger_id: str) -> Trigger:
        """The trigger, still unused. Raises ApiError with Slack's code where it is no good."""
        if trigger_id in self._used:
            raise ApiError("exchanged_trigger_id")
        if (trigger := self._issued.get(trigger_id)) is None:
            raise ApiError("invalid_trigger_id")
        if self._clock.now() - trigger.at > LIFE:
            raise ApiError("expired_trigger_id")
        return trigger

    def spend(self, trigger_id: str) -> None:
        """From now on the trigger is exchanged."""
        if trigger_id in self._issued:
            self._used.add(trigger_id)
