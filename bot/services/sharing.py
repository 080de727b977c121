"""What is dear to look up, looked up once for all who ask within a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Generic, NamedTuple, TypeVar

import structlog

T = TypeVar("T")

log = structlog.get_logger(__name__)


class _Look(NamedTuple, Generic[T]):
    """A look that was begun `at` a time, `about` something."""

    at: datetime
    about: object
    task: asyncio.Task[T]

    @property
    def has_found(self) -> bool:
        return self.task.done() and not self.has_failed

    @property
    def has_failed(self) -> bool:
        return self.task.done() and (self.task.cancelled() or self.task.exception() is not None)


class Shared(Generic[T]):
    """What was found last; it is looked for again once that is older than `fresh`, or about
    something else. Whoever asks in the meantime is told what was found before where that is no
    older than `oldest`, so that nobody waits for what takes seconds."""

    def __init__(self, fresh: timedelta, oldest: timedelta | None = None) -> None:
        self._fresh = fresh
        self._oldest = oldest or fresh
        self._found: _Look[T] | None = None
        self._looking: _Look[T] | None = None

    async def of(self, look: Callable[[], Awaitable[T]], now: datetime, about: object) -> T:
        """What `look` finds, or found a moment ago `about` the very same. Raises what it does; who
        asks next has it looked for again."""
        looking = self._looking
        if looking is None or looking.has_failed or not _serves(looking, now, about, self._fresh):
            if looking and looking.has_found:
                self._found = looking
            task = asyncio.create_task(_made(look), name="looking for all who ask")
            task.add_done_callback(_told_of)
            looking = self._looking = _Look(now, about, task)
        found = self._found
        if not looking.task.done() and found and _serves(found, now, about, self._oldest):
            return found.task.result()
        return await asyncio.shield(looking.task)


def _serves(look: _Look[T], now: datetime, about: object, longest: timedelta) -> bool:
    """Whether it is about this, and no older; whichever way the clock went."""
    return look.about is about and abs(now - look.at) <= longest


def _told_of(task: asyncio.Task[T]) -> None:
    """A look that fell over stands in the log, also where nobody waited for it."""
    if not task.cancelled() and (error := task.exception()):
        log.warning("what all ask for was not found", reason=f"{type(error).__name__}: {error}")


async def _made(look: Callable[[], Awaitable[T]]) -> T:
    return await look()
