"""What the services work with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.config import Config
from bot.slack.gateway import Gateway
from bot.sources.base import Source
from bot.store.repositories import Records

Clock = Callable[[], datetime]
"""Tells the time: aware, UTC."""


def utc_now() -> datetime:
    """The clock of the real world."""
    return datetime.now(UTC)


class Sequence:
    """Numbers that only grow, over restarts too: microseconds since 1970, or one more than the
    last where the clock did not move on (or went back)."""

    def __init__(self, clock: Clock, last: int = 0) -> None:
        self._clock = clock
        self._last = last

    def __call__(self) -> int:
        self._last = max(self._last + 1, int(self._clock().timestamp() * 1_000_000))
        return self._last


@dataclass(frozen=True)
class Services:
    """Everything a deed may need; bound into every Slack listener as `services`.

    `wake` tells the outbox that something new waits.
    """

    config: Config
    records: Records
    slack: Gateway
    sources: Mapping[str, Source]
    clock: Clock
    sequence: Sequence
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def now(self) -> datetime:
        """The time in whole seconds, as it is kept."""
        return self.clock().replace(microsecond=0)
