"""Work that may take too long, done where it can be given up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from threading import Thread
from typing import ParamSpec, TypeVar

from bot.errors import SourceGarbled

P = ParamSpec("P")
T = TypeVar("T")

READING_TIME = 20.0
"""Seconds that an answer may take to be read; the worst recorded took 0.9."""


FEW = 4_096
"""Bytes of an answer that is read at once: it takes less than the thread would that reads it."""


class Aside:
    """Runs one blocking call at a time, each in a thread of its own, for at most `seconds`.

    A thread cannot be stopped: one that is given up runs on, and until it ends no other is
    started. It is a daemon, so that it holds up nobody's exit.
    """

    def __init__(self, seconds: float = READING_TIME) -> None:
        self._seconds = seconds
        self._turn = asyncio.Lock()
        self._given_up: Thread | None = None

    async def read(self, call: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """What `call`, which reads an answer, returns or raises; at once where that is given as
        bytes and they are few. Raises SourceGarbled where it takes too long."""
        bodies = [one for one in args if isinstance(one, bytes)]
        if bodies and sum(map(len, bodies)) <= FEW:
            return call(*args, **named)
        try:
            return await self.run(partial(call, *args, **named))
        except TimeoutError:
            raise SourceGarbled("The answer takes too long to be read.") from None

    async def run(self, call: Callable[[], T]) -> T:
        """What `call` returns or raises. Raises TimeoutError where it takes too long, or where
        the call before it was given up and is not done yet."""
        async with self._turn:
            if self._given_up and self._given_up.is_alive():
                raise TimeoutError
            self._given_up = None
            done: Future[T] = Future()
            thread = Thread(target=_settle, args=(done, call), name="aside", daemon=True)
            thread.start()
            try:
                async with asyncio.timeout(self._seconds):
                    return await asyncio.wrap_future(done)
            except (TimeoutError, asyncio.CancelledError):
                self._given_up = thread
                raise


def _settle(done: Future[T], call: Callable[[], T]) -> None:
    if not done.set_running_or_notify_cancel():
        return  # nobody waited for its beginning
    try:
        done.set_result(call())
    except BaseException as error:  # noqa: BLE001 - raised where the call is awaited
        done.set_exception(error)
