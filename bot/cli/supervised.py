"""What systemd is told by a Vigie that it started: that it runs, that its loop turns, that it ends.

Protocol: https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html. Elsewhere nobody
is told anything.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Mapping

SOCKET = "NOTIFY_SOCKET"
WATCHDOG = "WATCHDOG_USEC"
"""Microseconds after which systemd restarts what gave no sign of life."""

READY, ALIVE, STOPPING = "READY=1", "WATCHDOG=1", "STOPPING=1"


@contextlib.asynccontextmanager
async def supervised(environment: Mapping[str, str] = os.environ) -> AsyncIterator[None]:
    """Heeds signals, and has a loop that turns, while the block runs."""
    address = environment.get(SOCKET, "")
    if not address:
        yield
        return
    _tell(address, READY)
    beating = asyncio.create_task(_beat(address, environment.get(WATCHDOG, "")), name="watchdog")
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
        _tell(address, STOPPING)


async def _beat(address: str, microseconds: str) -> None:
    if not microseconds.isdigit() or not int(microseconds):
        return
    while True:
        _tell(address, ALIVE)
        await asyncio.sleep(int(microseconds) / 1e6 / 3)


def _tell(address: str, words: str) -> None:
    where = "\0" + address[1:] if address.startswith("@") else address
    with (
        contextlib.suppress(OSError),  # who supervises is gone: no reason to stop
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as line,
    ):
        line.sendto(words.encode(), where)
