"""The bodies of requests, read before anybody knows who sends them.

Only with its body can a request prove that it is signed. So whoever sends bodies slowly, on many
connections, must not keep out those who send theirs at once.
"""

from __future__ import annotations

import asyncio

from aiohttp import web

SLOW = 1.0
"""Seconds after which a body makes room for another: who means it has sent a megabyte by then."""

LINGER = 1.0
"""Seconds that a connection is kept whose body was refused before its end: its sender is to hear
why, which it does not where the connection is cut while it still sends."""


class Crowded(Exception):
    """As many bodies as may be are being read, and none of them for long."""


class Bodies:
    """Reads bodies, so many at once."""

    def __init__(self, patience: float, most: int, slow: float = SLOW) -> None:
        self._patience = patience
        self._most = most
        self._slow = slow
        self._reading: dict[asyncio.Timeout, float] = {}

    async def of(self, request: web.Request) -> bytes:
        """The body of a request.

        Raises TimeoutError where it takes longer than the patience, or so long that another takes
        its place; Crowded where there is no place; aiohttp's HTTPRequestEntityTooLarge where it is
        longer than the application allows.
        """
        async with asyncio.timeout(self._patience) as until:
            began = asyncio.get_running_loop().time()
            self._make_room(began)
            self._reading[until] = began
            try:
                return await request.read()
            finally:
                self._reading.pop(until, None)

    def _make_room(self, now: float) -> None:
        """End the one that is read for longest, where all places are taken."""
        if len(self._reading) < self._most:
            return
        longest, began = next(iter(self._reading.items()))
        if now - began < self._slow:
            raise Crowded
        del self._reading[longest]
        if not longest.expired():
            longest.reschedule(now)
