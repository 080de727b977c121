"""How payloads reach the app: over Socket Mode, or over signed HTTP requests."""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec

from bot.standin.wire import Json

ACK_WITHIN = 3.0
"""Seconds that an app has to acknowledge."""

PayloadKind = Literal["slash_commands", "interactive", "events_api"]


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """One payload for the app; `attempt` and `reason` are set where an event is retried."""

    kind: PayloadKind
    payload: Json
    accepts_response: bool = False
    attempt: int = 0
    reason: str = ""


class Line(Protocol):
    """One of the two ways to the app."""

    @property
    def connected(self) -> bool:
        """Whether somebody listens at the other end."""
        ...

    async def ask(self, parcel: Parcel) -> Json:
        """What the app acknowledged with, {} where it had nothing to say.

        Raises Unanswered after three seconds, or at once where nobody listens.
        """
        ...
