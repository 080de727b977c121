"""The connection to Slack comes, goes deaf, is replaced, and ends, over real sockets."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import socket
from bot.slack.connection import Connection
from bot.slack.envelopes import Envelopes
from bot.slack.socket import connected
from bot.slack.watchdog import Hearing, pause_after
from bot.standin import UNLIMITED, AppSpec, Command, Faults, Standin

SPEC = AppSpec(
    commands=(Command(command="/vigie", description="Ask the lookout"),),
    events=("app_mention",),
)
OPEN = "apps.connections.open"
Connect = Callable[..., AbstractAsyncContextManager[Connection]]


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    started = await Standin.start(app=SPEC, channels=("#care", "#general"), rates=UNLIMITED)
    yield started
    await started.close()


@pytest.fixture
def app(standin: Standin) -> AsyncApp:
    """An app that answers /vigie with what it was asked."""
    client = AsyncWebClient(standin.bot_token, base_url=standin.api_url, retry_handlers=[])
    client.proxy = None
    app = AsyncApp(client=client)

    @app.command("/vigie")
    async def answer(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"heard {command['text']}")

    return app


@pytest.fixture
def connect(standin: Standin, app: AsyncApp) -> Connect:
    handle = Envelopes(app).handle
    return partial(connected, handle, app.client, standin.app_token, ping=0.1, grace=1.0)


async def hears(standin: Standin) -> None:
    """Wait until the bot holds a living websocket, and see that it answers over it."""
    await standin.wait_for(lambda: [li for li in standin.sockets.links if not li.frozen] or None)
    said = await standin.person("Sam").command("/vigie you")
    assert said is not None
    assert said.text == "heard you"


def refuse_addresses(standin: Standin, patch: pytest.MonkeyPatch, times: float) -> None:
    """The next addresses that Slack gives are good for nothing."""
    issue, given_out = standin.sockets.ticket, Counter[str]()

    def ticket() -> str:
        given_out["all"] += 1
        return "of-no-worth" if given_out["all"] <= times else issue()

    patch.setattr(standin.sockets, "ticket", ticket)


async def until(seen: Callable[[], object]) -> None:
    """Look every hundredth of a second until it is seen, for five seconds at most."""
    async with asyncio.timeout(5):
        while not seen():  # noqa: ASYNC110 what is looked at rings no bell
            await asyncio.sleep(0.01)


class Seconds:
    """A clock that tests move on, and that tells how often it was read."""

    def __init__(self) -> None:
        self.now = 0.0
        self._reads = 0

    def __call__(self) -> float:
        self._reads += 1
        return self.now

    async def until_read(self, times: int) -> None:
        enough = self._reads + times
        await until(lambda: self._reads >= enough)


# connecting


async def test_the_block_starts_before_slack_answers(standin: Standin, connect: Connect) -> None:
    standin.faults.hang(OPEN, times=None)
    async with asyncio.timeout(1), connect(grace=60.0):
        assert not standin.connected


TROUBLES: dict[str, Callable[[Faults], None]] = {
    "internal_error": lambda faults: faults.error(OPEN, "internal_error", times=3),
    "a revoked token": lambda faults: faults.error(OPEN, "token_revoked", times=3),
    "503": lambda faults: faults.status(OPEN, 503, times=3),
    "html": lambda faults: faults.html(OPEN, times=3),
    "a reset": lambda faults: faults.drop(OPEN, times=3),
    "silence": lambda faults: faults.hang(OPEN, times=1),
    "a limit": lambda faults: faults.ratelimited(OPEN, 1, times=1),
}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_it_connects_once_a_trouble_is_over(
    standin: Standin, connect: Connect, trouble: str
) -> None:
    TROUBLES[trouble](standin.faults)
    async with connect(grace=0.6):
        await hears(standin)
        assert not standin.faults.any


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_it_hears_again_after_a_cut_and_a_trouble(
    standin: Standin, connect: Connect, trouble: str
) -> None:
    async with connect(grace=0.6):
        await hears(standin)
        TROUBLES[trouble](standin.faults)
        (old,) = standin.sockets.links
        standin.sockets.drop()
        await standin.wait_for(lambda: old not in standin.sockets.links)
        await hears(standin)
        assert not standin.faults.any


# hearing


async def test_a_frozen_connection_is_replaced(standin: Standin, connect: Connect) -> None:
    async with connect():
        await hears(standin)
        standin.sockets.freeze()
        await hears(standin)


async def test_a_websocket_that_is_cut_off_is_replaced_long_before_the_next_ping(
    standin: Standin, app: AsyncApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "LOOK", 0.05)
    handle = Envelopes(app).handle
    async with connected(handle, app.client, standin.app_token, ping=60, grace=60):
        await hears(standin)
        standin.sockets.drop()
        await standin.wait_for(lambda: not standin.connected or None)
        await hears(standin)


async def test_an_address_refused_at_the_reconnect_is_not_tried_again(
    standin: Standin, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connect():
        await hears(standin)
        asked = len(standin.calls_of(OPEN))
        refuse_addresses(standin, monkeypatch, times=2)
        standin.sockets.freeze()
        await hears(standin)
    assert len(standin.calls_of(OPEN)) == asked + 3


async def test_a_refresh_is_followed_by_one_websocket(standin: Standin, connect: Connect) -> None:
    clock = Seconds()
    async with connect(grace=0.6, clock=clock):
        await hears(standin)
        (old,) = standin.sockets.links
        await standin.sockets.refresh()
        await standin.wait_for(lambda: standin.connected and old not in standin.sockets.links)
        await hears(standin)
        await clock.until_read(3)
        assert len(standin.sockets.links) == 1
        assert len(standin.calls_of(OPEN)) == 2


async def test_an_open_socket_without_a_pong_is_replaced_after_the_grace(
    standin: Standin, connect: Connect
) -> None:
    """The SDK's own checks sleep through this one: their next ping is an hour away."""
    clock = Seconds()
    async with connect(ping=3600, grace=0.6, clock=clock):
        await hears(standin)
        (old,) = standin.sockets.links
        standin.sockets.freeze()
        clock.now += 0.5
        await clock.until_read(3)
        assert standin.sockets.links == [old]
        clock.now += 0.1
        await hears(standin)


@given(
    grace=st.floats(1, 100),
    looks=st.lists(st.tuples(st.floats(0, 30), st.booleans(), st.booleans()), max_size=40),
)
def test_silence_is_counted_from_the_last_new_pong_of_a_living_connection(
    grace: float, looks: list[tuple[float, bool, bool]]
) -> None:
    hearing, now, heard, pongs, taken = Hearing(0.0), 0.0, 0.0, 0, 0
    for passed, ponged, alive in looks:
        now += passed
        pongs += ponged
        if alive and pongs > taken:
            heard, taken = now, pongs
        silent = hearing.silent_for(now, float(pongs) or None, connected=alive)
        assert silent == now - heard


@given(st.lists(st.floats(0, 200), min_size=1, max_size=30), st.floats(1, 100))
def test_tries_come_ever_more_slowly_until_one_connection_lives(
    lives: list[float], grace: float
) -> None:
    pause = 0.0
    for lived in lives:
        before, pause = pause, pause_after(lived, pause, grace)
        if lived >= grace:
            assert pause == 0
        else:
            assert grace / 60 <= pause <= grace
            assert pause >= min(2 * before, grace)


# ending


def left_behind() -> list[str]:
    """The tasks of the connection and of the libraries below it."""
    coroutines = (str(task.get_coro()) for task in asyncio.all_tasks())
    return [c for c in coroutines if "SocketModeClient" in c or "Connection" in c or "_keep" in c]


async def test_it_ends_soon_while_no_address_works(
    standin: Standin, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_addresses(standin, monkeypatch, times=float("inf"))
    async with connect() as connection:
        await standin.wait_for(lambda: len(standin.calls_of(OPEN)) > 2)
        leaving = time.monotonic()
    assert time.monotonic() - leaving < 2
    assert connection.aiohttp_client_session.closed
    assert left_behind() == []


async def test_it_ends_soon_while_slack_says_nothing(standin: Standin, connect: Connect) -> None:
    standin.faults.hang(OPEN)
    async with connect(grace=60.0) as connection:
        await until(lambda: not standin.faults.any)
        leaving = time.monotonic()
    assert time.monotonic() - leaving < 2
    assert connection.aiohttp_client_session.closed
    assert left_behind() == []


@pytest.mark.parametrize("frozen", [False, True])
async def test_it_ends_soon_and_leaves_nothing_behind(
    standin: Standin, connect: Connect, frozen: bool
) -> None:
    async with connect(ping=3600, grace=60.0) as connection:
        await hears(standin)
        if frozen:
            standin.sockets.freeze()
        leaving = time.monotonic()
    assert time.monotonic() - leaving < 2
    assert connection.aiohttp_client_session.closed
    assert left_behind() == []


async def test_it_ends_soon_where_closing_a_websocket_never_ends(
    standin: Standin, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connect() as connection:
        await hears(standin)
        session = connection.current_session
        assert session is not None
        monkeypatch.setattr(session, "close", asyncio.Event().wait)
        leaving = time.monotonic()
    assert time.monotonic() - leaving < 2
    assert connection.aiohttp_client_session.closed
    assert left_behind() == []
    session._response.close()


async def test_an_envelope_in_work_does_not_hold_up_the_end(
    standin: Standin, app: AsyncApp, connect: Connect
) -> None:
    begun = asyncio.Event()

    @app.middleware
    async def stuck(next: Any) -> None:
        begun.set()
        await asyncio.Event().wait()

    async with connect():
        await standin.wait_for(lambda: standin.connected or None)
        asking = asyncio.create_task(standin.person("Sam").command("/vigie"))
        await asyncio.wait_for(begun.wait(), 5)
        leaving = time.monotonic()
    assert time.monotonic() - leaving < 2
    assert left_behind() == []
    standin.clock.forward(3)
    await asyncio.gather(asking, return_exceptions=True)


async def test_a_cancelled_block_ends_as_soon(standin: Standin, connect: Connect) -> None:
    async def bot() -> None:
        async with connect():
            await asyncio.Event().wait()

    running = asyncio.create_task(bot())
    await hears(standin)
    running.cancel()
    _, late = await asyncio.wait({running}, timeout=2)
    assert not late
    assert left_behind() == []


# envelopes


async def test_an_envelope_delivered_again_is_handled_once_and_answered(
    standin: Standin, app: AsyncApp, connect: Connect
) -> None:
    handled, begun, go_on = Counter[str](), asyncio.Event(), asyncio.Event()
    delivered: list[str] = []

    @app.middleware
    async def count(body: dict[str, Any], next: Any) -> None:
        handled[body["text"]] += 1
        begun.set()
        await go_on.wait()
        await next()

    async def note(client: Any, message: dict[str, Any], raw: Any) -> None:
        if "envelope_id" in message:
            delivered.append(message["envelope_id"])

    async with connect() as connection:
        connection.message_listeners.append(note)
        await standin.wait_for(lambda: standin.connected or None)
        asking = asyncio.create_task(standin.person("Sam").command("/vigie twice"))
        await asyncio.wait_for(begun.wait(), 5)
        standin.sockets.drop()
        await until(lambda: len(delivered) == 2)
        go_on.set()
        said = await asking

    assert len(set(delivered)) == 1
    assert handled == {"twice": 1}
    assert said is not None
    assert said.text == "heard twice"


async def test_an_event_sent_twice_is_handled_once_and_acknowledged_twice(
    standin: Standin, app: AsyncApp, connect: Connect
) -> None:
    handled: list[str] = []
    delivered: list[str] = []

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any]) -> None:
        handled.append(event["text"])

    async def note(client: Any, message: dict[str, Any], raw: Any) -> None:
        if "envelope_id" in message:
            delivered.append(message["envelope_id"])

    async with connect() as connection:
        connection.message_listeners.append(note)
        await standin.wait_for(lambda: standin.connected or None)
        identity = await app.client.auth_test()
        care = standin.workspace.channel("#care")
        assert care is not None
        await app.client.conversations_join(channel=care.id)
        standin.faults.duplicate_events()
        standin.person("Sam").post("#care", f"<@{identity['user_id']}> hello")
        await until(lambda: len(delivered) == 2 and not standin.sockets.unacknowledged)
        await until(lambda: handled)

    assert len(set(delivered)) == 2
    assert len(handled) == 1
