"""Slack is heard whatever the event loop is at. The workspace is in a thread of its own here, as it
is far away in earnest."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import Future
from typing import Any, TypeVar

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import envelopes
from bot.slack.connection import Connection
from bot.slack.ear import heard
from bot.standin import UNLIMITED, AppSpec, Command, Standin
from handlers.acknowledging import says_nothing

T = TypeVar("T")

SPEC = AppSpec(commands=(Command(command="/vigie", description="Ask the lookout"),))
LATER = 10
"""Seconds after which something that was to happen is given up."""


class Faraway:
    """A workspace in a loop and a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.standin = self.begin(
            Standin.start(app=SPEC, channels=("#general",), rates=UNLIMITED)
        ).result(LATER)

    def begin(self, deed: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(deed, self._loop)

    async def done(self, deed: Coroutine[Any, Any, T]) -> T:
        return await asyncio.wrap_future(self.begin(deed))

    async def hears_a_bot(self) -> None:
        standin = self.standin
        await self.done(standin.wait_for(lambda: standin.connected or None, LATER))

    def close(self) -> None:
        self.begin(self.standin.close()).result(LATER)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(LATER)
        self._loop.close()


@pytest.fixture
def slack() -> Iterator[Faraway]:
    faraway = Faraway()
    yield faraway
    faraway.close()


def app_that(answer: Callable[..., Awaitable[None]], slack: Faraway) -> AsyncApp:
    standin = slack.standin
    client = AsyncWebClient(standin.bot_token, base_url=standin.api_url, retry_handlers=[])
    client.proxy = None
    app = AsyncApp(client=client)
    app.command("/vigie")(answer)
    return app


async def test_a_command_is_acknowledged_while_the_loop_is_held_up(slack: Faraway) -> None:
    asked = asyncio.Event()

    async def answer(ack: Any) -> None:
        await ack()
        asked.set()

    async with heard(app_that(answer, slack), slack.standin.app_token, at_once=says_nothing):
        await slack.hears_a_bot()
        acknowledged = slack.begin(slack.standin.person("Sam").command("/vigie help"))
        acknowledged.result(LATER)  # which holds up this loop, and with it the app
        assert not asked.is_set()
        async with asyncio.timeout(LATER):
            await asked.wait()


async def test_what_is_acknowledged_with_words_waits_for_the_app(slack: Faraway) -> None:
    home = threading.get_ident()
    asked_in = []

    async def answer(ack: Any, command: dict[str, Any]) -> None:
        asked_in.append(threading.get_ident())
        await ack(f"heard {command['text']}")

    async with heard(app_that(answer, slack), slack.standin.app_token):
        await slack.hears_a_bot()
        said = await slack.done(slack.standin.person("Sam").command("/vigie you"))
    assert said is not None
    assert said.text == "heard you"
    assert asked_in == [home]


async def test_what_was_acknowledged_is_handed_over_though_the_connection_is_gone(
    slack: Faraway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(envelopes, "AT_A_TIME", 1)
    heard_of, looks = list[str](), asyncio.Event()

    async def answer(ack: Any, command: dict[str, Any]) -> None:
        await ack()
        heard_of.append(command["text"])

    app, sam = app_that(answer, slack), slack.standin.person("Sam")

    @app.middleware
    async def look(next: Callable[[], Awaitable[None]]) -> None:
        await looks.wait()
        await next()

    async def look_once_it_is_gone(line: Connection) -> None:
        while not line.aiohttp_client_session.closed:  # noqa: ASYNC110  it closes in another thread
            await asyncio.sleep(0.01)
        looks.set()

    async with heard(app, slack.standin.app_token, at_once=says_nothing) as line:
        await slack.hears_a_bot()
        for words in ("one", "two", "three"):
            await slack.done(sam.command(f"/vigie {words}"))
        looking = asyncio.create_task(look_once_it_is_gone(line))
    await looking
    assert sorted(heard_of) == ["one", "three", "two"]


async def test_the_thread_ends_with_the_block(slack: Faraway) -> None:
    async def answer(ack: Any) -> None:
        await ack()

    def ears() -> list[threading.Thread]:
        return [thread for thread in threading.enumerate() if thread.name == "slack"]

    async with heard(app_that(answer, slack), slack.standin.app_token) as line:
        async with asyncio.timeout(LATER):
            while not line.is_open:  # noqa: ASYNC110  it opens in another thread
                await asyncio.sleep(0.01)
        assert ears()
    assert not ears()
    standin = slack.standin
    await slack.done(standin.wait_for(lambda: not standin.connected or None, LATER))
