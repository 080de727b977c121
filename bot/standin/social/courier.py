"""What somebody's software tells Vigie by itself: bodies, signed, each until it is taken."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import socket
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

import aiohttp

from bot.standin.social.loopback import HOST

PAUSE = 2.0
"""Seconds between two tries to send a body."""

_ANSWER_WITHIN = aiohttp.ClientTimeout(total=10)

_log = logging.getLogger(__name__)


class Courier:
    """Sends to a `path` at an `address` (a host and a port), signed with a `secret`, in order;
    nobody may listen there yet, or ever."""

    def __init__(self, address: str, path: str, secret: str, clock: Callable[[], datetime]) -> None:
        self.address = address
        self._path = path
        self._secret = secret
        self._clock = clock
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue()
        self._sending: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to send what is, and will be, given to `send`."""
        self._sending = asyncio.create_task(self._send_all())

    async def close(self) -> None:
        """Send no more."""
        if self._sending:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)

    def send(self, items: Sequence[Mapping[str, object]]) -> None:
        """Send a body of these as soon as all before it were taken."""
        self._waiting.put_nowait(json.dumps(items).encode())

    async def _send_all(self) -> None:
        async with aiohttp.ClientSession(timeout=_ANSWER_WITHIN) as client:
            while True:
                body = await self._waiting.get()
                while not await self._is_taken(client, body):  # noqa: ASYNC110  (nobody tells when)
                    await asyncio.sleep(PAUSE)

    async def _is_taken(self, client: aiohttp.ClientSession, body: bytes) -> bool:
        """Whether it was taken, or will never be."""
        stamp = str(int(self._clock().timestamp()))
        try:
            answer = await client.post(
                f"http://{self.address}{self._path}",
                data=body,
                headers=signed(self._secret, stamp, body),
            )
        except (aiohttp.ClientError, TimeoutError):
            return False
        async with answer:
            if answer.status >= 500 or answer.status == 429:
                return False
            if answer.status >= 400:
                _log.error("%s refuses what it is sent (status %s)", self._path, answer.status)
        return True


def signed(secret: str, stamp: str, body: bytes) -> dict[str, str]:
    """The headers that say what a body is, and prove whose: an HMAC over its time and bytes."""
    told = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, sha256)
    return {
        "Content-Type": "application/json",
        "X-Vigie-Timestamp": stamp,
        "X-Vigie-Signature": f"v0={told.hexdigest()}",
    }


def free_port() -> int:
    """A port that nobody listens at just now; whoever is sent to may take it."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        port: int = one.getsockname()[1]
        return port
