"""Socket Mode: how Slack reaches a bot that has no public address.

A bad token would be tried for ever, so it is tried once before (`check_app_token`). From then on
one task keeps the connection (`connected`): it opens a websocket, watches for its signs of life,
and replaces it when it is closed or deaf, whatever Slack answers meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SlackRateLimited
from bot.slack.calls import call
from bot.slack.connection import Connection
from bot.slack.watchdog import Hearing, pause_after

log = structlog.get_logger(__name__)

PING = 10.0
"""Seconds between two pings."""

GRACE = 60.0
"""Seconds without a pong after which a connection is replaced."""

LOOK = 1.0
"""Seconds between two looks at a websocket: one that is cut off says nothing, and the SDK would see
it at the next ping."""

CLOSING = 2.0
"""Seconds that closing may take."""


async def check_app_token(client: AsyncWebClient, app_token: str) -> None:
    """Raise a SlackError where the app-level token opens no connection."""
    await call(client.apps_connections_open, app_token=app_token)


@contextlib.asynccontextmanager
async def connected(
    handle: Callable[[AsyncBaseSocketModeClient, SocketModeRequest], Awaitable[None]],
    client: AsyncWebClient,
    app_token: str,
    *,
    ping: float = PING,
    grace: float = GRACE,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncIterator[Connection]:
    """A connection that is kept alive while the block runs; `app_token` was checked before.
    `handle` is given each envelope, and acknowledges it; `client` asks Slack where to connect.

    The block starts at once, and the websocket comes when Slack can be reached. It is replaced
    when Slack closes it, or after `grace` seconds of `clock` (which only grows) without a pong;
    `ping` is the seconds between two pings. Leaving the block takes two seconds at most.
    """
    connection = Connection(app_token, client, ping)
    connection.socket_mode_request_listeners.append(handle)
    keeping = asyncio.create_task(_keep(connection, grace, clock), name="socket watchdog")
    try:
        yield connection
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSING):
                await connection.close()


async def _keep(connection: Connection, grace: float, clock: Callable[[], float]) -> None:
    """Open one websocket after the other, for ever."""
    pause = 0.0
    while True:
        began = clock()
        asked = 0.0
        try:
            # Not wait_for, which in Python 3.11 may swallow a cancellation (CPython #86296).
            async with asyncio.timeout(grace):
                await connection.connect()
            log.info("Slack is connected")
            log.info("the websocket ended", reason=await _end(connection, grace, clock))
        except SlackRateLimited as limited:
            asked = limited.seconds
            log.warning("Slack cannot be reached", reason=str(limited), seconds=asked)
        except Exception as error:  # noqa: BLE001 a bot that stops trying is deaf for ever
            log.warning("Slack cannot be reached", reason=f"{type(error).__name__}: {error}")
        pause = pause_after(clock() - began, pause, grace)
        await asyncio.sleep(max(pause, asked))


async def _end(connection: Connection, grace: float, clock: Callable[[], float]) -> str:
    """Wait until the websocket must be replaced, and say why."""
    hearing = Hearing(clock())
    while True:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(LOOK, grace / 6)):
                await connection.lost.wait()
            return "closed"
        if not await connection.is_connected():
            return "cut off"
        silent = hearing.silent_for(clock(), connection.last_ping_pong_time, connected=True)
        if silent >= grace:
            return "deaf"
