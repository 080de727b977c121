"""Whoever connects to an address of Vigie's: for how long, and how many at once.

aiohttp waits for ever for the first line of a request, so that connections on which nobody says
anything would use up the files that a process may have open.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web

HEAD = 5.0
"""Seconds that the head of a connection's first request may take."""

MOST = 256
"""Connections at once: a process may often have no more than 1,024 files open."""

_END = b"\r\n\r\n"


async def listen(
    runner: web.AppRunner,
    host: str,
    port: int,
    *,
    shared: bool = False,
    head: float = HEAD,
    most: int = MOST,
) -> asyncio.Server:
    """Have an application, whose runner was set up, answer at an address; others that listen at a
    `shared` one do so as well. Whoever closes what is returned lets nobody else in. Raises OSError.

    Of more than `most` callers, those go first who have waited longest before they said what they
    want.
    """
    server = runner.server
    if server is None:
        raise RuntimeError("the runner is not set up")
    waiting: dict[_Arriving, None] = {}

    def met() -> _Arriving:
        return _Arriving(server(), waiting, head, lambda: len(server.connections) > most)

    loop = asyncio.get_running_loop()
    return await loop.create_server(met, host, port, reuse_port=shared or None)


class _Arriving(asyncio.Protocol):
    """A connection until the head of its first request is there; from then on it is aiohttp's."""

    def __init__(
        self,
        handler: asyncio.Protocol,
        waiting: dict[_Arriving, None],
        head: float,
        is_full: Callable[[], bool],
    ) -> None:
        self._handler = handler
        self._waiting = waiting
        self._head = head
        self._is_full = is_full
        self._said = b""
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            raise TypeError("what is listened at is no stream")
        self._transport = transport
        self._handler.connection_made(transport)
        self._waiting[self] = None
        self._timer = asyncio.get_running_loop().call_later(self._head, self.leave)
        if self._is_full():
            next(iter(self._waiting)).leave()

    def data_received(self, data: bytes) -> None:
        self._said += data
        if _END in self._said and self._transport is not None:
            self._waits_no_more()
            self._transport.set_protocol(self._handler)
        self._said = self._said[1 - len(_END) :]
        self._handler.data_received(data)

    def eof_received(self) -> bool | None:
        return self._handler.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._waits_no_more()
        self._handler.connection_lost(exc)

    def pause_writing(self) -> None:
        self._handler.pause_writing()

    def resume_writing(self) -> None:
        self._handler.resume_writing()

    def leave(self) -> None:
        """End the connection, answered or not."""
        self._waits_no_more()
        if self._transport is not None:
            self._transport.abort()

    def _waits_no_more(self) -> None:
        self._waiting.pop(self, None)
        if self._timer is not None:
            self._timer.cancel()
