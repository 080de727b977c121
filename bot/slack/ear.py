"""Slack, heard in a thread of its own: what is acknowledged at once is so whatever the event loop
is at, and whoever typed is not told that the app does not answer."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.connection import Connection
from bot.slack.envelopes import AtOnce, Envelopes, Ledger, done_in
from bot.slack.socket import GRACE, PING, connected

JOINING = 1.0
"""Seconds that the thread gets to end."""

PATIENCE = 2.0
"""Seconds that what was acknowledged at once, and waits for its turn, gets to be handed over."""


@contextlib.asynccontextmanager
async def heard(
    app: AsyncApp,
    app_token: str,
    *,
    ledger: Ledger | None = None,
    at_once: AtOnce | None = None,
    ping: float = PING,
    grace: float = GRACE,
) -> AsyncIterator[Connection]:
    """A connection as that of `bot.slack.socket.connected`, in another thread; the app is asked in
    this loop.

    Workers that share a workspace share a `ledger` of what they handled; one alone may acknowledge
    `at_once`, before the app has a look, what is acknowledged without a word. What was is handed to
    the app before the block is left, which takes five seconds at most.
    """
    envelopes = Envelopes(app, ledger, at_once, home=asyncio.get_running_loop())
    async with _loop_apart("slack") as there, contextlib.AsyncExitStack() as opened:
        opened.push_async_callback(envelopes.emptied, PATIENCE)
        client = _client_like(app.client)
        opening = connected(envelopes.handle, client, app_token, ping=ping, grace=grace)
        inside = contextlib.AsyncExitStack()
        connection = await done_in(there, inside.enter_async_context(opening))
        opened.push_async_callback(lambda: done_in(there, inside.aclose()))
        yield connection


def _client_like(client: AsyncWebClient) -> AsyncWebClient:
    """A client that can be used in another loop: `client` has a session, which belongs to its
    own."""
    another = AsyncWebClient(
        base_url=client.base_url, timeout=client.timeout, ssl=client.ssl, retry_handlers=[]
    )
    another.proxy = client.proxy  # left to itself it takes HTTPS_PROXY, for loopback too
    return another


@contextlib.asynccontextmanager
async def _loop_apart(name: str) -> AsyncIterator[asyncio.AbstractEventLoop]:
    """An event loop of this one's kind that runs in a thread while the block does."""
    loop = type(asyncio.get_running_loop())()
    thread = threading.Thread(target=_run, args=(loop,), name=name, daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join, JOINING)


def _run(loop: asyncio.AbstractEventLoop) -> None:
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.get_loop().run_forever()
