"""A paid listening tool: it hears of what no other place shows, and sends it to a webhook."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import socket
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

import aiohttp

from bot.standin.social.loopback import HOST, Routes
from bot.standin.social.place import Place
from bot.standin.social.posts import TOOL, Draft, Published

TOOL_SECRET = "a-secret-of-the-demo-alone"  # noqa: S105  (everybody may know it: it is of loopback)

PAUSE = 2.0
"""Seconds between two tries to send a post."""

_ANSWER_WITHIN = aiohttp.ClientTimeout(total=10)

_log = logging.getLogger(__name__)


class ListeningTool(Place):
    """The tool's own pages, and what it sends: each post once it is taken, in order.

    `address` (a host and a port) is where it sends to, signed with `TOOL_SECRET`; nobody may listen
    there yet, or ever.
    """

    name = TOOL
    kind = "webhook"

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.address = f"{HOST}:{_free_port()}"
        self._clock = clock
        self._waiting: asyncio.Queue[Published] = asyncio.Queue()
        self._sending: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await super().start()
        self._sending = asyncio.create_task(self._send_all())

    async def close(self) -> None:
        if self._sending:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)
        await super().close()

    def routes(self) -> Routes:
        """What the server answers besides its front page."""
        return [("/posts/{id}", self.show)]

    def new_id(self, at: datetime) -> str:
        return f"heard-{len(self.posts) + 1}"

    def url_of(self, id: str, draft: Draft) -> str:
        return f"{self.url}/posts/{id}"

    def publish(self, draft: Draft, at: datetime) -> Published:
        """Show a post, and send it as soon as it is taken."""
        post = super().publish(draft, at)
        self._waiting.put_nowait(post)
        return post

    async def _send_all(self) -> None:
        async with aiohttp.ClientSession(timeout=_ANSWER_WITHIN) as client:
            while True:
                post = await self._waiting.get()
                while not await self._is_taken(client, post):  # noqa: ASYNC110  (nobody tells when)
                    await asyncio.sleep(PAUSE)

    async def _is_taken(self, client: aiohttp.ClientSession, post: Published) -> bool:
        """Whether it was taken, or will never be."""
        body = json.dumps([payload(post)]).encode()
        stamp = str(int(self._clock().timestamp()))
        try:
            answer = await client.post(
                f"http://{self.address}/hooks/mentions", data=body, headers=signed(stamp, body)
            )
        except (aiohttp.ClientError, TimeoutError):
            return False
        async with answer:
            if answer.status >= 500 or answer.status == 429:
                return False
            if answer.status >= 400:
                _log.error("what the tool sends is refused (status %s)", answer.status)
        return True


def payload(post: Published) -> dict[str, object]:
    """A post as the tool tells of it."""
    draft = post.draft
    return {
        "id": post.id,
        "url": post.url,
        "text": draft.text,
        "title": draft.title,
        "author": draft.author.name,
        "at": post.at.isoformat(),
        "language": draft.language,
        "followers": draft.author.followers,
        "engagement": draft.likes,
    }


def signed(stamp: str, body: bytes) -> dict[str, str]:
    """The headers that say what a body is, and prove whose: an HMAC over its time and bytes."""
    told = hmac.new(TOOL_SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, sha256)
    return {
        "Content-Type": "application/json",
        "X-Vigie-Timestamp": stamp,
        "X-Vigie-Signature": f"v0={told.hexdigest()}",
    }


def _free_port() -> int:
    """A port that nobody listens at just now; whoever is sent to may take it."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        port: int = one.getsockname()[1]
        return port
