"""What just changed, told to whoever listens: the page's streams, and tests that wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Literal, TypeVar

import msgspec

Kind = Literal[
    "message",
    "message_changed",
    "message_deleted",
    "thread_changed",
    "reaction",
    "channel",
    "view",
    "view_closed",
    "home",
    "bot",
    "social",
    "clock",
    "call",
]

Found = TypeVar("Found")

ASK_AGAIN = 0.05
"""Seconds between two looks of who waits for something."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened.

    `channel`, `ts` and `view` are ids: who listens looks up the present state. `user` is the
    only person it concerns, "" where it concerns everybody who sees the channel.
    """

    kind: Kind
    channel: str = ""
    ts: str = ""
    user: str = ""
    view: str = ""


class Changes:
    """A bell that rings at every change. Listeners are called at once and must not block."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Change], None]] = []

    def ring(self, change: Change) -> None:
        """Tell every listener."""
        for listener in tuple(self._listeners):
            listener(change)

    def watch(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Call `listener` at every change, until the returned function is called."""
        self._listeners.append(listener)

        def unwatch() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unwatch

    async def wait_for(self, predicate: Callable[[], Found | None], timeout: float = 5.0) -> Found:  # noqa: ASYNC109
        """The first true answer of `predicate`, asked at every change, and now and then.

        The latter is for what changes outside the workspace, such as in the app.
        Raises TimeoutError after `timeout` seconds of real time.
        """
        rung = asyncio.Event()
        unwatch = self.watch(lambda _: rung.set())
        try:
            async with asyncio.timeout(timeout):
                while not (found := predicate()):
                    with suppress(TimeoutError):
                        await asyncio.wait_for(rung.wait(), ASK_AGAIN)
                    rung.clear()
                return found
        except TimeoutError:
            raise TimeoutError(f"nothing in {timeout} s made the wait come true") from None
        finally:
            unwatch()
