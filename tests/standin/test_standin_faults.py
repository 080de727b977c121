"""The switches, as a slack_sdk client meets them."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.standin import Standin
from tests.standin.conftest import channel_id, refused


async def test_faults_answer_in_the_place_of_the_method(
    client: AsyncWebClient, standin: Standin
) -> None:
    care, faults = channel_id(standin, "care"), standin.faults
    faults.error("chat.postMessage", "is_archived", channel=care)
    faults.ratelimited("chat.postMessage", 30)

    async def post(channel: str) -> Any:
        return await client.chat_postMessage(channel=channel, text="hello")

    with pytest.raises(SlackApiError) as limited:
        await post("#brand-watch")
    assert limited.value.response.headers["Retry-After"] == "30"
    assert await refused(post("#care")) == "is_archived"
    assert (await post("#care"))["ok"] is True

    faults.error("*", "token_revoked", times=None)
    assert await refused(client.auth_test()) == "token_revoked"
    assert await refused(post("#care")) == "token_revoked"
    faults.clear()
    assert (await client.auth_test())["ok"] is True


async def test_a_broken_server_answers_without_json(
    client: AsyncWebClient, standin: Standin
) -> None:
    standin.faults.status("auth.test", 503)
    standin.faults.html("auth.test")

    for status in (503, 200):
        with pytest.raises(SlackApiError) as broken:
            await client.auth_test()
        assert broken.value.response.status_code == status
    assert (await client.auth_test())["ok"] is True


async def test_a_lost_answer_still_posted_and_a_dropped_call_did_not(
    client: AsyncWebClient, standin: Standin
) -> None:
    standin.faults.drop("chat.postMessage")
    standin.faults.lost("chat.postMessage")
    for text in ("dropped", "lost"):
        with pytest.raises(aiohttp.ClientError):
            await client.chat_postMessage(channel="#care", text=text)

    assert [m.text for m in standin.messages("#care")] == ["lost"]


async def test_a_hanging_call_is_given_up_by_the_client(standin: Standin) -> None:
    standin.faults.hang("auth.test")
    client = AsyncWebClient(standin.bot_token, base_url=standin.api_url, timeout=1)
    client.timeout = 0.1  # type: ignore[assignment]
    with pytest.raises(TimeoutError):
        await client.auth_test()


async def test_a_slow_call_answers_by_the_clock(client: AsyncWebClient, standin: Standin) -> None:
    standin.faults.slow("auth.test", 20)
    called = asyncio.create_task(client.auth_test())
    await standin.wait_for(lambda: not standin.faults.any)
    standin.clock.forward(20)
    assert (await called)["ok"] is True
