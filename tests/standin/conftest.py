"""A workspace and an unmodified Bolt app, over real sockets on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.standin import AppSpec, Command, Shortcut, Standin

SPEC = AppSpec(
    commands=(
        Command(command="/vigie", description="Ask the lookout", usage_hint="summary"),
        Command(command="/escape", should_escape=True),
    ),
    shortcuts=(
        Shortcut(name="Look around", callback_id="look", type="global"),
        Shortcut(name="Claim", callback_id="claim", type="message"),
    ),
    events=(
        "app_home_opened",
        "app_mention",
        "member_joined_channel",
        "message.channels",
        "reaction_added",
    ),
)


def client_of(standin: Standin, token: str | None = None) -> AsyncWebClient:
    """A slack_sdk client as it comes, but for the proxy, which has no business on loopback."""
    client = AsyncWebClient(token or standin.bot_token, base_url=standin.api_url, retry_handlers=[])
    client.proxy = None
    return client


async def refused(call: Awaitable[Any]) -> str:
    """The code with which the Web API refuses the call."""
    with pytest.raises(SlackApiError) as refusal:
        await call
    return str(refusal.value.response["error"])


def channel_id(standin: Standin, name: str) -> str:
    """The id of the channel called so."""
    found = standin.workspace.channel(name)
    assert found is not None
    return found.id


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    """A workspace with its rates on."""
    started = await Standin.start(app=SPEC)
    yield started
    await started.close()


@pytest.fixture
def client(standin: Standin) -> AsyncWebClient:
    """The app's own client."""
    return client_of(standin)


@pytest.fixture
def bolt(standin: Standin) -> AsyncApp:
    """A Bolt app; `connect` connects it once its listeners are there."""
    return AsyncApp(client=client_of(standin), signing_secret=standin.signing_secret)


Connect = Callable[..., Awaitable[AsyncSocketModeHandler]]


@pytest.fixture
async def connect(standin: Standin, bolt: AsyncApp) -> AsyncIterator[Connect]:
    """Connect the Bolt app over Socket Mode; each call is one more connection."""
    async with AsyncExitStack() as stack:

        async def connected(**options: Any) -> AsyncSocketModeHandler:
            before = len(standin.sockets.links)
            handler = AsyncSocketModeHandler(bolt, standin.app_token, **options)
            handler.client.proxy = None
            stack.push_async_callback(handler.close_async)
            await handler.connect_async()  # type: ignore[no-untyped-call]
            await standin.wait_for(lambda: len(standin.sockets.links) > before)
            return handler

        yield connected
