"""A web on loopback for the tests of what talks to one."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from aiohttp import web

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]


def free_port() -> int:
    """A port of loopback at which nobody listened a moment ago."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Serve with a handler on loopback; the address of what is served."""
    async with AsyncExitStack() as running:

        async def start(handler: Handler) -> str:
            server = web.Server(handler)
            runner = web.ServerRunner(server, shutdown_timeout=0.1)
            await runner.setup()
            running.push_async_callback(runner.cleanup)
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            host, port = runner.addresses[0][:2]
            return f"http://{host}:{port}"

        yield start
