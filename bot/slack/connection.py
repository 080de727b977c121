"""One Socket Mode connection whose websockets are opened by one task alone.

Protocol: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import aiohttp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SlackUnavailable
from bot.slack.calls import call

PARTING = 0.7
"""Seconds that a websocket gets to answer its close; a half-dead one never does."""

ENDING = 0.5
"""Seconds that envelopes in work get to be acknowledged when the connection is closed."""


class Connection(SocketModeClient):
    """Slack's client, except for how its websockets are opened and how it ends.

    The SDK opens websockets from three tasks, each in a loop without end, at an address that is
    good for one use: what it once failed to open it tries for ever, and two of the loops throw
    each other's websocket away. Here those tasks only say that a new websocket is wanted (`lost`),
    and whoever holds the connection opens one: once, at a fresh address (`connect`).
    """

    def __init__(self, app_token: str, web_client: AsyncWebClient, ping: float) -> None:
        super().__init__(app_token, web_client=web_client, ping_interval=ping)
        # Left to itself the client takes HTTPS_PROXY from the environment, for loopback too.
        self.proxy = web_client.proxy
        self.lost = asyncio.Event()
        self._in_work: set[asyncio.Task[Any]] = set()

    @property
    def is_open(self) -> bool:
        """Whether there is a websocket that nobody wants replaced."""
        return self.current_session is not None and not self.lost.is_set()

    async def connect(self) -> None:
        """Open a websocket at a fresh address, once, in the place of the present one.

        Raises a SlackError where Slack gives no address, or the address opens no websocket.
        """
        answer = await call(self.web_client.apps_connections_open, app_token=self.app_token)
        await self._part()
        # Acknowledgements that find their websocket gone wait at this lock for the next one.
        async with self.connect_operation_lock:
            self.current_session = await self._websocket(str(answer["url"]))
        self.stale = False
        self.last_ping_pong_time = None
        self.lost.clear()
        self.current_session_monitor = asyncio.ensure_future(self.monitor_current_session())
        self.message_receiver = asyncio.ensure_future(self.receive_messages())

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Where the SDK would open a websocket: say that one is wanted."""
        if force or not await self.is_connected():
            self.lost.set()

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """As the SDK does, but what is in work is known to `close`."""
        task = asyncio.current_task()
        if task is not None:
            self._in_work.add(task)
            task.add_done_callback(self._in_work.discard)
        await super().run_message_listeners(message, raw_message)

    async def close(self) -> None:
        """End everything, within about a second however dead the websocket is."""
        self.closed = True
        await _ended(self.message_processor)
        if self._in_work:
            await asyncio.wait(self._in_work, timeout=ENDING)
        await _ended(*self._in_work)
        await self._part()
        await self.aiohttp_client_session.close()

    async def _part(self) -> None:
        """Leave the present websocket, and end what listens to it."""
        await _ended(self.current_session_monitor, self.message_receiver)
        if self.current_session is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PARTING):
                    await self.current_session.close()

    async def _websocket(self, url: str) -> aiohttp.ClientWebSocketResponse:
        """A websocket at `url`, which is secret and stays out of what is raised."""
        tls = self.web_client.ssl
        try:
            return await self.aiohttp_client_session.ws_connect(
                url,
                autoping=False,
                heartbeat=self.ping_interval,
                proxy=self.proxy,
                ssl=True if tls is None else tls,
            )
        except aiohttp.WSServerHandshakeError as error:
            raise SlackUnavailable(f"the websocket was refused ({error.status})") from None
        except (aiohttp.ClientError, OSError) as error:
            raise SlackUnavailable(f"the websocket did not open ({type(error).__name__})") from None


async def _ended(*tasks: asyncio.Future[Any] | None) -> None:
    """Cancel the tasks, and wait until they are gone."""
    present = [task for task in tasks if task is not None]
    for task in present:
        task.cancel()
    await asyncio.gather(*present, return_exceptions=True)
