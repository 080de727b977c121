"""Places on loopback that speak as sources do, byte by byte, so that they can do wrong in every
way; and the names under which a client finds them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpcore
import httpx

from bot.sources.connecting import PublicBackend

LONGEST_FEED = 40
"""Items that a feed shows, as feeds do."""


@dataclass(frozen=True)
class Written:
    """What somebody wrote there; `id` is the place's own name for it."""

    id: str
    at: datetime
    text: str
    author: str = "ada"

    @property
    def place(self) -> tuple[int, str]:
        """Where it stands among others by its id, a number of any length."""
        return in_order(self.id)


def in_order(id: str) -> tuple[int, str]:
    return len(id), id


@dataclass(frozen=True)
class Said:
    """An answer, before it goes over the wire."""

    status: int = 200
    kind: str = "application/json"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None

    def head(self) -> bytes:
        named = {
            "Content-Type": self.kind,
            "Content-Length": str(len(self.body) if self.length is None else self.length),
            "Connection": "close",
            **self.headers,
        }
        lines = [f"{name}: {value}" for name, value in named.items() if value]
        reason = HTTPStatus(self.status).phrase
        return "\r\n".join([f"HTTP/1.1 {self.status} {reason}", *lines, "", ""]).encode()


@dataclass(frozen=True)
class Wire:
    """One request's connection, and what the place would answer if it were well."""

    place: Place
    query: Mapping[str, str]
    headers: Mapping[str, str]
    said: Said
    writer: asyncio.StreamWriter

    async def send(self, said: Said) -> None:
        self.writer.write(said.head() + said.body)
        await self.writer.drain()

    async def write(self, *chunks: bytes) -> None:
        for chunk in chunks:
            self.writer.write(chunk)
            await self.writer.drain()

    async def hang(self) -> None:
        """Until whoever asked goes away."""
        await self.place.over.wait()

    async def trickle(self) -> None:
        """A byte every now and then, until whoever asked goes away."""
        while not self.writer.is_closing():
            await self.write(b"x")
            await asyncio.sleep(0.01)

    @property
    def half(self) -> bytes:
        return self.said.body[: len(self.said.body) // 2]

    def reset(self) -> None:
        self.writer.transport.abort()


Strike = Callable[[Wire], Awaitable[None]]
"""What goes over the wire in the place of an answer."""

Dialect = Callable[["Place", str, Mapping[str, str]], Said]


@dataclass
class Place:
    """A place with what was written there; `dialect` is how it answers when it is well, `strike`
    what it does when it is not. It has `worked` so many seconds, in the loop of whoever asks."""

    name: str
    dialect: Dialect
    clock: Callable[[], datetime]
    posts: list[Written] = field(default_factory=list)
    strike: Strike | None = None
    asked: int = 0
    worked: float = 0.0
    port: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)
    most_shown: int = LONGEST_FEED

    @property
    def url(self) -> str:
        return f"http://{self.name}.example"

    def shown(self) -> list[Written]:
        """Newest first."""
        there = [post for post in self.posts if post.at <= self.clock()]
        return sorted(there, key=lambda post: (post.at, post.id), reverse=True)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            self.asked += 1
            target = urlsplit(head[0].split(" ")[1])
            query = {name: values[0] for name, values in parse_qs(target.query).items()}
            named = (line.partition(":") for line in head[1:] if line)
            headers = {name.lower(): value.strip() for name, _, value in named}
            begun = time.thread_time()
            said = self.dialect(self, target.path, query)
            self.worked += time.thread_time() - begun
            wire = Wire(self, query, headers, said, writer)
            await (self.strike or Wire.send)(*((wire,) if self.strike else (wire, said)))
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Served on loopback while the block runs."""
        server = await asyncio.start_server(self.handle, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            self.over.set()
            server.close()
            await server.wait_closed()


def instead(**changes: Any) -> Strike:
    """The answer with some changes; `body` may be made of the true one's."""

    async def strike(wire: Wire) -> None:
        body = changes.get("body", wire.said.body)
        made = {**changes, "body": body(wire.said.body) if callable(body) else body}
        await wire.send(replace(wire.said, **made))

    return strike


class Internet(httpcore.AsyncNetworkBackend):
    """Loopback under public names and addresses, so that what is private is refused as ever.

    What is `cut` cannot be connected to, what is `deaf` answers no attempt.
    """

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = {f"93.184.216.{n}": place for n, place in enumerate(places, 1)}
        self.names = {f"{place.name}.example": ip for ip, place in self.places.items()}
        self.names["inside.example"] = "10.0.0.5"
        self.cut: set[str] = set()
        self.deaf: set[str] = set()
        self._network = httpcore.AnyIOBackend()

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        if host in self.names:
            return [self.names[host]]
        return [str(found[4][0]) for found in await _looked_up(host, port)]

    async def connect_tcp(self, host: str, port: int, *how: Any) -> httpcore.AsyncNetworkStream:
        place = self.places[host]
        if place.name in self.deaf:
            await place.over.wait()
        if place.name in self.cut or port != 80:
            raise httpcore.ConnectError("nobody listens")
        return await self._network.connect_tcp("127.0.0.1", place.port, *how)

    def transport(self) -> httpx.AsyncBaseTransport:
        """httpx's, over the product's own look at addresses."""
        backend = PublicBackend(self.resolve)
        backend._network = self  # type: ignore[assignment]
        made = httpx.AsyncHTTPTransport(trust_env=False)
        made._pool = httpcore.AsyncConnectionPool(network_backend=backend)
        return made


async def _looked_up(host: str, port: int) -> Sequence[Any]:
    """Numbers alone: no test asks a name server."""
    loop = asyncio.get_running_loop()
    return await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
