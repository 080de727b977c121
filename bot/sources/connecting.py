"""Connections that are opened only to addresses that may be fetched.

The name is resolved here, once: the address that was checked is the address that is connected to,
whatever the name's server answers a moment later (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence

import httpcore
import httpx

from bot.errors import SourceRefused
from bot.sources.addresses import is_public

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The IP addresses of a host, best first. Raises OSError."""

POOLS = 64
"""More than most ask servers, so that hardly two share one."""

_SocketOption = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host as the system knows them. Raises OSError where it has none."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:  # a name that cannot be written in DNS
        raise OSError("no such host") from None
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class PublicBackend(httpcore.AsyncNetworkBackend):
    """httpcore's network, without what `is_public` refuses.

    A host is refused, by SourceRefused, as soon as one of its addresses is not public.
    """

    def __init__(self, resolve: Resolve = resolve) -> None:
        self._resolve = resolve
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        error: Exception = httpcore.ConnectError("no address")
        for address in await self._checked(host, port, timeout):
            try:
                return await self._network.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                error = failed
        raise error

    async def _checked(self, host: str, port: int, seconds: float | None) -> Sequence[str]:
        try:
            async with asyncio.timeout(seconds):
                addresses = await self._resolve(host, port)
        except TimeoutError:
            raise httpcore.ConnectTimeout("name lookup took too long") from None
        except OSError:
            raise httpcore.ConnectError("no such host") from None
        if not all(map(is_public, addresses)):
            raise SourceRefused(
                "{host} is not on the public internet, and must not be fetched.", host=host
            )
        return addresses


def transport(*, allow_private: bool) -> httpx.AsyncBaseTransport:
    """httpx's transport; to addresses of the public internet alone, unless `allow_private`."""
    context = httpx.create_ssl_context(trust_env=False)
    if allow_private:
        return _Pools(lambda: httpx.AsyncHTTPTransport(verify=context, trust_env=False))
    return _Pools(lambda: _PublicTransport(context))


class _Pools(httpx.AsyncBaseTransport):
    """Servers divided among some pools of connections, each of which is made when it is needed.

    At each request httpcore asks the system about every idle connection of a pool, and beyond
    twenty connections it gives up idle ones of other servers whenever one is asked
    (github.com/encode/httpcore/pull/1035): with twenty places that was 15 % of what ran.
    """

    def __init__(self, made: Callable[[], httpx.AsyncBaseTransport]) -> None:
        self._made = made
        self._pools: dict[int, httpx.AsyncBaseTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        place = hash((request.url.host, request.url.port)) % POOLS
        if place not in self._pools:
            self._pools[place] = self._made()
        return await self._pools[place].handle_async_request(request)

    async def aclose(self) -> None:
        pools, self._pools = self._pools, {}
        for pool in pools.values():
            await pool.aclose()


class _PublicTransport(httpx.AsyncHTTPTransport):
    """httpx's transport over connections to public addresses alone.

    httpx offers no other way to hand httpcore a network backend than to replace its pool.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            network_backend=PublicBackend(),
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=5.0,
        )
