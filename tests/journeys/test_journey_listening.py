"""What Vigie listens to: nothing typed in a channel or thread reaches it but its own name."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

import handlers
from bot.standin.residents import TEAM_ID
from tests.journeys.conftest import MANIFEST, Town


def test_slack_is_asked_for_no_messages() -> None:
    manifest: dict[str, Any] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert [event for event in events if event.startswith("message")] == []


@pytest.mark.parametrize("place", ["channel", "group", "im", "mpim"])
async def test_a_message_that_came_nevertheless_is_heard_by_nobody(town: Town, place: str) -> None:
    app = AsyncApp(client=town.services.slack.client, request_verification_enabled=False)
    handlers.register(app, town.services)
    event = {
        "type": "message",
        "channel_type": place,
        "channel": "C0CARE",
        "user": "U0SAM",
        "text": "We refund you. Publish this!",
        "ts": "2.0",
        "thread_ts": "1.0",
    }
    body = {"type": "event_callback", "team_id": TEAM_ID, "event_id": "E1", "event": event}
    answer = await app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
    assert answer.status == 404, "no listener"
