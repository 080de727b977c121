"""What a listener acknowledged is heard by Slack, whatever becomes of the listener."""

from __future__ import annotations

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest

from handlers.acknowledging import lasting

COMMAND = {"command": "/vigie", "text": "status", "user_id": "U1", "team_id": "T0"}


async def authorize(**_: object) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T0", bot_token="xoxb-1")


@pytest.fixture
def app() -> AsyncApp:
    app = AsyncApp(authorize=authorize, request_verification_enabled=False)
    app.use(lasting)
    return app


async def test_a_listener_that_falls_over_at_once_stays_acknowledged(app: AsyncApp) -> None:
    told = []

    async def falls(ack: AsyncAck) -> None:
        await ack("heard")
        raise ZeroDivisionError

    async def tell(error: Exception) -> None:
        told.append(error)

    app.command("/vigie")(falls)
    app.error(tell)
    answer = await app.async_dispatch(AsyncBoltRequest(body=COMMAND, mode="socket_mode"))
    assert (answer.status, answer.body) == (200, "heard")
    assert len(told) == 1


async def test_one_that_falls_over_before_is_not(app: AsyncApp) -> None:
    async def falls(ack: AsyncAck) -> None:
        raise ZeroDivisionError

    async def tell(error: Exception) -> None: ...

    app.command("/vigie")(falls)
    app.error(tell)
    answer = await app.async_dispatch(AsyncBoltRequest(body=COMMAND, mode="socket_mode"))
    assert answer.status == 500
