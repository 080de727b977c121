"""The Socket Mode connection: how Slack reaches a bot that has no public address.

Slack's client is kept as it is, except for three things seen to go wrong with it: a bad token
makes it try for ever without a word (so the token is tried first), an envelope that Slack sends
again runs its listener again (so envelopes are remembered), and a connection can stay open and
deaf (so its last sign of life is watched, and it is replaced).
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import OrderedDict
from collections.abc import AsyncIterator

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.calls import call

log = structlog.get_logger(__name__)

REMEMBERED = 2000
PING = 10.0
DEAF_AFTER = 60.0
"""Seconds without a pong after which a connection is replaced."""

CLOSING = 2.0
"""Seconds that closing may take; a half-dead socket would keep us for ever."""


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler, which handles an envelope once however often Slack sends it."""

    def __init__(self, app: AsyncApp, app_token: str, proxy: str | None) -> None:
        super().__init__(app, app_token, proxy=proxy, ping_interval=PING)
        # Left to itself the client takes HTTPS_PROXY from the environment, for loopback too.
        self.client.proxy = proxy
        self._handled: OrderedDict[str, None] = OrderedDict()

    async def handle(  # type: ignore[override]
        self, client: SocketModeClient, req: SocketModeRequest
    ) -> None:
        if req.envelope_id in self._handled:
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))
            return
        self._handled[req.envelope_id] = None
        if len(self._handled) > REMEMBERED:
            self._handled.popitem(last=False)
        await super().handle(client, req)


async def check_app_token(client: AsyncWebClient, app_token: str) -> None:
    """Raise a SlackError where the app-level token opens no connection.

    To be called before `connected`, which would try a bad token for ever.
    """
    await call(client.apps_connections_open, app_token=app_token)


@contextlib.asynccontextmanager
async def connected(app: AsyncApp, app_token: str) -> AsyncIterator[SocketModeClient]:
    """A connection that is kept alive while the block runs; `app_token` was checked before."""
    handler = _Handler(app, app_token, app.client.proxy)
    watchdog = asyncio.create_task(_keep_hearing(handler), name="socket watchdog")
    try:
        await handler.client.connect()  # type: ignore[no-untyped-call]
        yield handler.client
    finally:
        watchdog.cancel()
        await asyncio.gather(watchdog, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            closing = handler.client.close()  # type: ignore[no-untyped-call]
            await asyncio.wait_for(closing, CLOSING)


async def _keep_hearing(handler: _Handler) -> None:
    """Replace the connection when it gave no sign of life for a minute."""
    while True:
        await asyncio.sleep(PING)
        client = handler.client
        last = client.last_ping_pong_time
        if last is None or time.time() - last < DEAF_AFTER:
            continue
        log.warning("the connection to Slack is deaf; it is replaced")
        try:
            await asyncio.wait_for(client.connect_to_new_endpoint(force=True), DEAF_AFTER)
        except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
            log.warning("Slack could not be reached again", reason=type(error).__name__)
