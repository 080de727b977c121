"""Who is let in: members of the workspace, and nobody from a company that shares a channel."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest

from handlers.middleware import as_text, homes_of, let_in

OURS, THEIRS, ORGANISATION = "T0OURS", "T0THEIRS", "E0OURS"


class Door:
    """An app of our workspace that counts who got in."""

    def __init__(self, enterprise: str | None = None) -> None:
        async def authorize(**_: object) -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=enterprise, team_id=OURS, bot_token="xoxb-1")

        self.entered = 0
        self._app = AsyncApp(authorize=authorize, request_verification_enabled=False)
        self._app.use(let_in)

        async def enter(ack: Any) -> None:
            self.entered += 1
            await ack()

        self._app.action("claim")(enter)
        self._app.command("/vigie")(enter)
        self._app.event("app_mention")(enter)
        self._app.event("app_home_opened")(enter)

    async def opens(self, body: dict[str, Any]) -> bool:
        before = self.entered
        answer = await self._app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
        assert answer.status == 200  # refused or not, Slack is not to send it again
        running = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*running)  # Bolt handles events once they are acknowledged
        return self.entered > before


def click(team: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": "U1", "team_id": team},
        "team": {"id": OURS},
        "actions": [{"action_id": "claim", "block_id": "b", "type": "button"}],
        **more,
    }


def command(team: str) -> dict[str, Any]:
    return {"command": "/vigie", "text": "queue", "user_id": "U1", "team_id": team}


def mention(team: str) -> dict[str, Any]:
    event = {"type": "app_mention", "user": "U1", "user_team": team, "text": "queue"}
    return {"type": "event_callback", "team_id": OURS, "event": event}


def home(team: str) -> dict[str, Any]:
    event = {"type": "app_home_opened", "user": "U1", "tab": "home"}
    return {"type": "event_callback", "team_id": team, "event": event}


def old_click(team: str) -> dict[str, Any]:
    """Slack says it of the payload, and not of the person."""
    return click(team) | {"user": {"id": "U1"}, "team": {"id": team}}


@pytest.mark.parametrize("act", [click, command, mention, home, old_click])
async def test_members_are_let_in_and_those_of_another_company_are_not(act: Any) -> None:
    door = Door()
    assert await door.opens(act(OURS))
    assert not await door.opens(act(THEIRS))


async def test_another_workspace_of_the_same_organisation_is_let_in() -> None:
    there = {"enterprise": {"id": ORGANISATION}}
    assert await Door(ORGANISATION).opens(click("T0BRANCH", **there))
    assert not await Door(None).opens(click("T0BRANCH", **there))


@pytest.mark.parametrize(
    "body",
    [{}, {"user": None}, {"user": "U1"}, {"event": [], "team_id": ""}, {"user": {"id": "U1"}}],
)
def test_what_slack_does_not_say_is_nowhere(body: dict[str, Any]) -> None:
    assert homes_of(body) == set()


async def test_what_no_store_takes_gives_way_before_any_listener_sees_it() -> None:
    body = {"text": "a\x00b", "actions": [{"value": "half \ud83d"}, ["\udc00"]], "n": 1}

    async def seen() -> None:
        assert body == {"text": "a�b", "actions": [{"value": "half �"}, ["�"]], "n": 1}

    await as_text(body, seen)
