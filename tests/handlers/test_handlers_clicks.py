"""When a click is acknowledged: what it changes is kept by then, or Slack would wait too long."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC
from typing import Any, cast

import pytest
from slack_bolt.async_app import AsyncAck, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook import WebhookResponse

from bot.i18n import Voice
from bot.services import tours, voices
from bot.services.base import Services
from handlers import clicks
from handlers.clicks import Click, on_click


class Pressed:
    """A button that is pressed, and what came of it, in order."""

    def __init__(self) -> None:
        self.happened: list[str] = []
        self.acknowledged = asyncio.Event()

    async def ack(self) -> None:
        self.happened.append("acknowledged")
        self.acknowledged.set()

    async def respond(self, **_: Any) -> WebhookResponse:
        self.happened.append("told")
        return WebhookResponse(url="", status_code=200, body="ok", headers={})

    async def answered(self, answer: Callable[[Click], Awaitable[None]], *, keeps: bool) -> None:
        await on_click(answer, keeps=keeps)(
            ack=cast(AsyncAck, self.ack),
            body={"user": {"id": "U1"}, "response_url": "https://slack.example/1"},
            action={"value": "x"},
            respond=cast(AsyncRespond, self.respond),
            client=cast(AsyncWebClient, None),
            services=cast(Services, None),
        )


@pytest.fixture
def pressed(monkeypatch: pytest.MonkeyPatch) -> Pressed:
    async def english(services: Services, user: str) -> Voice:
        return Voice("en", UTC)

    async def nobody(services: Services, user: str) -> None:
        return None

    monkeypatch.setattr(voices, "to", english)
    monkeypatch.setattr(tours, "greet", nobody)
    return Pressed()


async def test_what_a_click_changes_is_kept_before_slack_hears_that_it_was_taken(
    pressed: Pressed,
) -> None:
    async def keep(clicked: Click) -> None:
        await asyncio.sleep(0)
        pressed.happened.append("kept")

    await pressed.answered(keep, keeps=True)
    assert pressed.happened == ["kept", "acknowledged"]


async def test_who_clicked_is_told_something_once_it_was_taken(pressed: Pressed) -> None:
    async def refuse(clicked: Click) -> None:
        await clicked.tell("Somebody has this.")

    await pressed.answered(refuse, keeps=True)
    assert pressed.happened == ["acknowledged", "told"]


async def test_a_click_that_opens_something_is_acknowledged_first(pressed: Pressed) -> None:
    async def show(clicked: Click) -> None:
        pressed.happened.append("shown")

    await pressed.answered(show, keeps=False)
    assert pressed.happened == ["acknowledged", "shown"]


async def test_slack_does_not_wait_for_a_store_that_hangs(
    pressed: Pressed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clicks, "LATEST", 0.01)

    async def keep_late(clicked: Click) -> None:
        await pressed.acknowledged.wait()
        pressed.happened.append("kept")

    await pressed.answered(keep_late, keeps=True)
    assert pressed.happened == ["acknowledged", "kept"]


async def test_a_click_that_falls_over_is_not_called_taken(pressed: Pressed) -> None:
    async def fall_over(clicked: Click) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await pressed.answered(fall_over, keeps=True)
    assert pressed.happened == []
