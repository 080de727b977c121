"""A real workspace, a small Bolt app in it, and people who look at it in headless Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.standin import UNLIMITED, AppSpec, Command, Example, Shortcut, Standin
from tests.browser.kit import Block, Connect, Post, Visit

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 10_000
"""Milliseconds that an expectation of the page may take to come true on a busy machine."""

SPEC = AppSpec(
    commands=(
        Command(
            command="/vigie",
            description="Ask the lookout",
            usage_hint="summary [watch] | queue",
            should_escape=True,
            examples=(
                Example("/vigie queue", "what waits"),
                Example("/vigie summary Lumo 7d", "what was said"),
            ),
        ),
        Command(command="/visit", description="Say hello"),
    ),
    shortcuts=(
        Shortcut(name="Open the queue", callback_id="queue"),
        Shortcut(name="Watch this", callback_id="watch", type="message"),
    ),
    events=("app_home_opened",),
)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is; skips where it is not, except in CI, which must have it."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        words = f"no Chromium on PATH (looked for {', '.join(NAMES)})"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    return found


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """Headless Chromium, closed at the end."""
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=[*FLAGS])
        yield launched
        await launched.close()


@pytest.fixture
async def standin(chromium: str) -> AsyncIterator[Standin]:
    """A workspace without rate limits; there is none where there is no browser."""
    started = await Standin.start(app=SPEC, rates=UNLIMITED)
    yield started
    await started.close()


@pytest.fixture
def bolt(standin: Standin) -> AsyncApp:
    """The app; `connect` connects it once a test has given it its listeners."""
    client = AsyncWebClient(standin.bot_token, base_url=standin.api_url, retry_handlers=[])
    client.proxy = None
    return AsyncApp(client=client)


@pytest.fixture
async def connect(standin: Standin, bolt: AsyncApp) -> AsyncIterator[Connect]:
    """Connect the app over Socket Mode."""
    async with AsyncExitStack() as stack:

        async def connected() -> None:
            handler = AsyncSocketModeHandler(bolt, standin.app_token)
            handler.client.proxy = None
            stack.push_async_callback(handler.close_async)
            await handler.connect_async()  # type: ignore[no-untyped-call]
            await standin.wait_for(lambda: standin.connected)

        yield connected


@pytest.fixture
def post(bolt: AsyncApp) -> Post:
    """Post as the app, in #brand-watch unless told otherwise; answers the ts."""

    async def posted(
        text: str = "A message",
        blocks: Sequence[Block] | None = None,
        channel: str = "#brand-watch",
    ) -> str:
        answer = await bolt.client.chat_postMessage(channel=channel, text=text, blocks=blocks)
        return str(answer["ts"])

    return posted


@pytest.fixture
async def visit(standin: Standin, browser: Browser) -> AsyncIterator[Visit]:
    """Open the page as somebody (by name); whatever the page logs as an error fails the test."""
    errors: list[str] = []

    def note(said: ConsoleMessage) -> None:
        # what a test keeps from the page is no fault of the page's
        if said.type == "error" and not said.text.startswith("Failed to load resource"):
            errors.append(said.text)

    async def opened(name: str = "Camille", place: str = "brand-watch", **context: Any) -> Page:
        tab = await (await browser.new_context(**context)).new_page()
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.on("console", note)
        channel = standin.workspace.channel(place)
        where = channel.id if channel else place
        await tab.goto(f"{standin.url}/#/{standin.person(name).id}/{where}")
        await expect(tab.locator("#main .head")).to_be_visible()
        return tab

    yield opened
    assert errors == []
