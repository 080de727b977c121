"""Websockets to places that are not trusted. The only module of the sources that imports aiohttp.

As with what is fetched: only addresses of the public internet are connected to, redirects included,
no cookie is kept, and no proxy is taken from the environment.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.errors import SourceError, SourceRefused, SourceUnavailable
from bot.sources.addresses import is_public
from bot.sources.complaints import complaint

MAX_BYTES = 1_000_000
"""The longest message."""

PATIENCE = 15.0
"""Seconds for a connection to stand."""

HEARTBEAT = 20.0
"""Seconds between two pings; without an answer in half of that the connection is given up."""

BREATH = 1.0
"""Seconds without a message after which nothing is told, so that whoever listens can look up."""

Lines = AsyncIterator[bytes | None]
"""Messages as they come; None where none came for a while. Raises SourceUnavailable in the end."""

Opens = Callable[[str], AbstractAsyncContextManager[Lines]]
"""Opens a websocket at an address. Raises a SourceError."""

_SPOKEN = (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY)


class Sockets:
    """Opens websockets, saying who it is; unless `allow_private`, to public addresses alone."""

    def __init__(self, agent: str, *, allow_private: bool = False, breath: float = BREATH) -> None:
        self._agent = agent
        self._allow_private = allow_private
        self._breath = breath

    @contextlib.asynccontextmanager
    async def opened(self, url: str) -> AsyncIterator[Lines]:
        """The messages of a websocket, which is closed with the block. Raises a SourceError."""
        door = _Door(allow_private=self._allow_private)
        async with (
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    socket_factory=door.socket, happy_eyeballs_delay=None, force_close=True
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self._agent},
                timeout=aiohttp.ClientTimeout(total=PATIENCE),
            ) as session,
            await _connected(session, url, door) as line,
        ):
            yield self._messages(line, _host(url))

    async def _messages(
        self, line: aiohttp.ClientWebSocketResponse[Any], host: str
    ) -> AsyncIterator[bytes | None]:
        while True:
            try:
                message = await line.receive(timeout=self._breath)
            except TimeoutError:
                yield None
                continue
            if message.type not in _SPOKEN:
                raise SourceUnavailable("{host} broke off the connection.", host=host)
            yield message.data


class _Door:
    """Makes the sockets of one connection, and knows whether it refused to."""

    def __init__(self, *, allow_private: bool) -> None:
        self.refused = False
        self._allow_private = allow_private

    def socket(self, found: tuple[Any, Any, int, str, tuple[Any, ...]]) -> socket.socket:
        """A socket to an address that was found: that is the one that is connected to."""
        family, kind, protocol, _, address = found
        if not (self._allow_private or is_public(str(address[0]))):
            self.refused = True
            raise PermissionError("not on the public internet")
        return socket.socket(family=family, type=kind, proto=protocol)


async def _connected(
    session: aiohttp.ClientSession, url: str, door: _Door
) -> aiohttp.ClientWebSocketResponse[Any]:
    host = _host(url)
    try:
        return await session.ws_connect(
            url, heartbeat=HEARTBEAT, max_msg_size=MAX_BYTES, decode_text=False
        )
    except aiohttp.WSServerHandshakeError as error:
        headers = {name.lower(): value for name, value in (error.headers or {}).items()}
        raise _told(host, error.status, headers) from None
    except aiohttp.InvalidURL:
        raise SourceRefused("This is not a web address.") from None
    except (aiohttp.ClientError, OSError, ValueError):
        if door.refused:
            raise SourceRefused(
                "{host} is not on the public internet, and must not be fetched.", host=host
            ) from None
        raise SourceUnavailable("{host} cannot be reached.", host=host) from None
    except TimeoutError:
        raise SourceUnavailable("{host} took too long to answer.", host=host) from None


def _told(host: str, status: int, headers: dict[str, str]) -> SourceError:
    return complaint(host, status, headers, datetime.now(UTC)) or SourceUnavailable(
        "{host} broke off the connection.", host=host
    )


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "?"
    except ValueError:
        return "?"
