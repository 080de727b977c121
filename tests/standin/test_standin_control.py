"""The control API, as a test in another process uses it."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.standin import Standin
from tests.standin.conftest import Connect, channel_id, refused


async def control(standin: Standin, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """The status and the answer of one control call."""
    async with (
        aiohttp.ClientSession(trust_env=False) as session,
        session.request(
            method,
            f"{standin.url}/control/{path}",
            json=body,
            headers={"Authorization": f"Bearer {standin.control_token}"},
        ) as answer,
    ):
        json = answer.content_type == "application/json"
        return answer.status, await answer.json() if json else await answer.text()


async def test_it_needs_the_control_token(standin: Standin) -> None:
    async with aiohttp.ClientSession() as session:
        for headers in ({}, {"Authorization": f"Bearer {standin.bot_token}"}):
            answer = await session.get(f"{standin.url}/control/calls", headers=headers)
            assert answer.status == 401


async def test_faults_are_switched_on_and_off(standin: Standin, client: AsyncWebClient) -> None:
    fault = {"kind": "error", "method": "auth.test", "code": "account_inactive", "times": None}
    assert (await control(standin, "POST", "faults", fault))[0] == 200
    assert await refused(client.auth_test()) == "account_inactive"
    await control(standin, "DELETE", "faults")
    assert (await client.auth_test())["ok"] is True
    status, words = await control(standin, "POST", "faults", {"kind": "earthquake"})
    assert (status, "earthquake" in words) == (400, True)


async def test_calls_and_messages_can_be_read(standin: Standin, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="#care", text="hello")
    _, calls = await control(standin, "GET", "calls")
    _, said = await control(standin, "GET", "messages?channel=care")

    assert [call["method"] for call in calls["calls"]] == ["chat.postMessage"]
    assert [message["text"] for message in said["messages"]] == ["hello"]
    assert (await control(standin, "GET", "messages?channel=nowhere"))[0] == 404


async def test_rates_and_clock_are_set(standin: Standin, client: AsyncWebClient) -> None:
    rate = {"per_minute": 60, "burst": 1}
    assert (await control(standin, "POST", "rates", {"post_in_channel": rate}))[0] == 200
    await client.chat_postMessage(channel="#care", text="1")
    assert await refused(client.chat_postMessage(channel="#care", text="2")) == "ratelimited"
    await control(standin, "POST", "clock", {"forward": 1})
    await client.chat_postMessage(channel="#care", text="2")
    assert (await control(standin, "POST", "clock", {"forward": -1}))[0] == 400


async def test_channels_are_closed_and_opened(standin: Standin, client: AsyncWebClient) -> None:
    care = channel_id(standin, "care")
    for change, code in (({"archived": True}, "is_archived"), ({"bot": False}, "not_in_channel")):
        await control(standin, "POST", "channels", {"channel": "care", **change})
        assert await refused(client.chat_postMessage(channel=care, text="x")) == code
        undone = {name: not value for name, value in change.items()}
        await control(standin, "POST", "channels", {"channel": "care", **undone})
    await client.chat_postMessage(channel=care, text="x")


@pytest.mark.parametrize("deed", ["drop", "refresh"])
async def test_sockets_are_ended(standin: Standin, connect: Connect, deed: str) -> None:
    await connect(ping_interval=0.1)
    (old,) = standin.sockets.links
    await control(standin, "POST", f"sockets/{deed}")
    await standin.wait_for(lambda: standin.connected and old not in standin.sockets.links)
