"""Envelopes that come again, over another worker's connection too: handled once, answered alike."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from structlog.contextvars import get_contextvars

from bot.errors import StoreUnavailable
from bot.slack.envelopes import Envelopes
from handlers.acknowledging import says_nothing


class Client:
    """What Slack hears over a websocket."""

    logger = logging.getLogger(__name__)

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []

    async def send_socket_mode_response(self, response: SocketModeResponse) -> None:
        self.heard.append(response.to_dict())


class OneLedger:
    """A ledger in memory, shared by the workers of a test."""

    def __init__(self) -> None:
        self.answers: dict[str, str | None] = {}
        self.gone = False

    async def once(self, name: str, handle: Callable[[], Awaitable[str]]) -> str | None:
        if self.gone:
            raise StoreUnavailable("the database cannot be reached")
        if name not in self.answers:
            self.answers[name] = await handle()
        return self.answers[name]


class Worker:
    """A Bolt app that refuses every modal, behind its own connection."""

    def __init__(self, ledger: OneLedger | None = None) -> None:
        async def authorize(**_: object) -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1")

        app = AsyncApp(authorize=authorize)
        self.handled = 0
        self.bound: dict[str, Any] = {}

        @app.view("form")
        async def refuse(ack: Any) -> None:
            self.handled += 1
            self.bound = get_contextvars()
            await ack(response_action="errors", errors={"name": "too short"})

        self._envelopes = Envelopes(app, ledger)

    async def gets(self, envelope: str) -> list[dict[str, Any]]:
        """What Slack hears when it sends a modal in this envelope."""
        client = Client()
        request = SocketModeRequest(type="interactive", envelope_id=envelope, payload=SUBMITTED)
        await self._envelopes.handle(client, request)  # type: ignore[arg-type]  # all it sends with
        return client.heard


SUBMITTED = {
    "type": "view_submission",
    "team": {"id": "T1"},
    "user": {"id": "U1"},
    "view": {"type": "modal", "callback_id": "form", "state": {"values": {}}},
}

REFUSED = {"response_action": "errors", "errors": {"name": "too short"}}


@pytest.fixture
def ledger() -> OneLedger:
    return OneLedger()


async def test_one_that_comes_twice_is_handled_once_and_answered_alike() -> None:
    alone = Worker()
    heard = [await alone.gets("e1"), await alone.gets("e1")]
    assert heard == [[{"envelope_id": "e1", "payload": REFUSED}]] * 2
    assert alone.handled == 1


async def test_one_that_comes_again_at_another_worker_gets_the_first_ones_answer(
    ledger: OneLedger,
) -> None:
    one, other = Worker(ledger), Worker(ledger)
    heard = [await one.gets("e1"), await other.gets("e1")]
    assert heard == [[{"envelope_id": "e1", "payload": REFUSED}]] * 2
    assert (one.handled, other.handled) == (1, 0)


async def test_one_that_another_worker_is_still_at_is_left_for_slack_to_send_again(
    ledger: OneLedger,
) -> None:
    one, other = Worker(ledger), Worker(ledger)
    ledger.answers["e1"] = None
    assert await other.gets("e1") == []
    del ledger.answers["e1"]
    await one.gets("e1")
    assert await other.gets("e1") == [{"envelope_id": "e1", "payload": REFUSED}]


async def test_while_the_store_is_gone_nothing_is_handled_nor_acknowledged(
    ledger: OneLedger,
) -> None:
    worker = Worker(ledger)
    ledger.gone = True
    assert await worker.gets("e1") == []
    ledger.gone = False
    assert await worker.gets("e1") == [{"envelope_id": "e1", "payload": REFUSED}]
    assert worker.handled == 1


async def test_what_comes_of_it_is_logged_with_its_name_and_nothing_else_is() -> None:
    worker = Worker()
    await worker.gets("e1")
    assert worker.bound == {"request": "e1"}
    assert get_contextvars() == {}


async def test_what_says_nothing_is_acknowledged_before_the_app_has_a_look() -> None:
    client, order = Client(), list[str]()

    async def authorize(**_: object) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1")

    app = AsyncApp(authorize=authorize)

    @app.middleware
    async def look(next: Callable[[], Awaitable[None]]) -> None:
        order.append(f"looked at, {len(client.heard)} acknowledged")
        await next()

    @app.command("/vigie")
    async def answer(ack: Any) -> None:
        await ack()

    envelopes = Envelopes(app, at_once=says_nothing)
    asked = {"command": "/vigie", "team_id": "T1", "user_id": "U1", "text": "help"}
    request = SocketModeRequest(type="slash_commands", envelope_id="e1", payload=asked)
    await envelopes.handle(client, request)  # type: ignore[arg-type]  # all it sends with
    assert order == ["looked at, 1 acknowledged"]
    assert client.heard == [{"envelope_id": "e1"}]


@pytest.mark.parametrize(
    ("kind", "payload", "nothing"),
    [
        ("events_api", {"event": {}}, True),
        ("slash_commands", {"command": "/vigie"}, True),
        ("slash_commands", {"command": "/other"}, False),
        ("interactive", {"type": "block_actions"}, False),
        ("interactive", {"type": "view_submission"}, False),
        ("interactive", {"type": "block_suggestion"}, False),
    ],
)
def test_forms_menus_and_clicks_are_acknowledged_with_what_comes_of_them(
    kind: str, payload: dict[str, object], nothing: bool
) -> None:
    assert says_nothing(kind, payload) is nothing
