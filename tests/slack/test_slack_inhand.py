"""What was acknowledged is done before Vigie ends."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.slack.inhand import done_in_the_end

CLICK = {
    "type": "block_actions",
    "team": {"id": "T1"},
    "user": {"id": "U1"},
    "actions": [{"type": "button", "action_id": "claim", "block_id": "b", "value": "4kd0sv"}],
}


class Office:
    """An app whose one button acknowledges, and then works until `may_end` is set."""

    def __init__(self) -> None:
        async def authorize(**_: object) -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1")

        self.app = AsyncApp(authorize=authorize, request_verification_enabled=False)
        self.may_end = asyncio.Event()
        self.kept: list[str] = []

        @self.app.action("claim")
        async def claim(ack: Any, action: dict[str, Any]) -> None:
            await ack()
            try:
                await self.may_end.wait()
                self.kept.append(action["value"])
            except asyncio.CancelledError:
                self.kept.append("broken off")
                raise

    async def is_clicked(self) -> None:
        answer = await self.app.async_dispatch(AsyncBoltRequest(body=CLICK, mode="socket_mode"))
        assert answer.status == 200


async def test_a_click_that_was_acknowledged_is_kept_before_the_end() -> None:
    office = Office()
    async with done_in_the_end(office.app):
        await office.is_clicked()
        asyncio.get_running_loop().call_later(0.1, office.may_end.set)
    assert office.kept == ["4kd0sv"]


async def test_what_takes_too_long_is_broken_off_before_anything_is_closed() -> None:
    office = Office()
    async with done_in_the_end(office.app, patience=0.05):
        await office.is_clicked()
    assert office.kept == ["broken off"]


async def test_where_nobody_asked_anything_the_end_waits_for_nothing() -> None:
    async with asyncio.timeout(1), done_in_the_end(Office().app):
        pass
