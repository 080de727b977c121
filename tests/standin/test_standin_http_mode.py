"""HTTP mode: signed requests to an unmodified Bolt app behind a real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from bot.standin import Refusal, Standin, Unanswered
from bot.standin.http_mode import signature


class RequestUrl:
    """A Bolt app's request URL; `answers` come before Bolt is asked, where there are any."""

    def __init__(self, bolt: AsyncApp) -> None:
        self.answers: list[web.Response] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""
        self.bolt = bolt

    async def handle(self, request: web.Request) -> web.Response:
        self.headers.append(dict(request.headers))
        if self.answers:
            return self.answers.pop(0)
        bolt_request = await to_bolt_request(request)
        return await to_aiohttp_response(await self.bolt.async_dispatch(bolt_request))


@pytest.fixture
async def request_url(bolt: AsyncApp) -> AsyncIterator[RequestUrl]:
    made = RequestUrl(bolt)
    app = web.Application()
    app.router.add_post("/slack/events", made.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield made
    await runner.cleanup()


def test_the_signature_is_the_one_slack_sdk_verifies() -> None:
    signed = signature("secret", 1_700_000_000, "payload=%7B%7D")
    assert (
        SignatureVerifier("secret").generate_signature(
            timestamp="1700000000", body="payload=%7B%7D"
        )
        == signed
    )


async def test_commands_clicks_and_events_arrive_signed(
    standin: Standin, bolt: AsyncApp, request_url: RequestUrl
) -> None:
    heard: list[str] = []

    @bolt.command("/vigie")
    async def answer(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"you said {command['text']}")

    @bolt.action("go")
    async def gone(ack: Any, action: dict[str, Any]) -> None:
        heard.append(action["value"])
        await ack()

    @bolt.event("app_mention")
    async def mention(event: dict[str, Any]) -> None:
        heard.append("mention")

    @bolt.event("message")
    async def message(event: dict[str, Any]) -> None:
        pass

    await standin.use_http(request_url.url)
    assert standin.connected
    sam = standin.person("Sam")
    said = await sam.command("/vigie summary & more")
    assert said is not None
    assert said.text == "you said summary & more"

    text = {"type": "plain_text", "text": "Go"}
    button = {"type": "button", "action_id": "go", "text": text, "value": "7"}
    await bolt.client.chat_postMessage(
        channel="#care", text="?", blocks=[{"type": "actions", "elements": [button]}]
    )
    await sam.click(standin.messages("#care")[0], "go")
    sam.post("#care", "@vigie hello")
    await standin.wait_for(lambda: heard == ["7", "mention"])


async def test_a_url_that_does_not_answer_the_challenge_is_not_taken(
    standin: Standin, request_url: RequestUrl
) -> None:
    request_url.answers.append(web.Response(text="hello"))
    with pytest.raises(Refusal, match="did not answer the challenge"):
        await standin.use_http(request_url.url)
    assert not standin.connected


async def test_an_app_goes_back_to_socket_mode(standin: Standin, request_url: RequestUrl) -> None:
    await standin.use_http(request_url.url)
    await standin.use_sockets()
    assert not standin.connected, "nobody holds a websocket"


async def test_an_app_with_another_secret_refuses_what_arrives(
    standin: Standin, request_url: RequestUrl
) -> None:
    request_url.bolt = AsyncApp(token=standin.bot_token, signing_secret="another")
    with pytest.raises(Refusal, match="HTTP 401"):
        await standin.use_http(request_url.url)


async def test_an_event_is_sent_again_with_its_number_and_reason(
    standin: Standin, bolt: AsyncApp, request_url: RequestUrl
) -> None:
    heard = asyncio.Event()

    @bolt.event("message")
    async def message(event: dict[str, Any]) -> None:
        heard.set()

    await standin.use_http(request_url.url)
    request_url.answers.append(web.Response(status=500))
    standin.person("Sam").post("#care", "hello")
    await asyncio.wait_for(heard.wait(), 5)

    first, again = request_url.headers[-2:]
    assert "X-Slack-Retry-Num" not in first
    assert (again["X-Slack-Retry-Num"], again["X-Slack-Retry-Reason"]) == ("1", "http_error")


async def test_no_retry_is_heeded(
    standin: Standin, bolt: AsyncApp, request_url: RequestUrl
) -> None:
    await standin.use_http(request_url.url)
    request_url.answers.append(web.Response(status=500, headers={"x-slack-no-retry": "1"}))
    request_url.answers.append(web.Response(status=200))
    sam = standin.person("Sam")
    sam.post("#care", "first")
    await standin.wait_for(lambda: len(request_url.headers) == 2)
    sam.post("#care", "second")
    await standin.wait_for(lambda: len(request_url.headers) == 3)

    assert not any("X-Slack-Retry-Num" in headers for headers in request_url.headers)


async def test_a_failing_app_is_said_to_fail(standin: Standin, request_url: RequestUrl) -> None:
    await standin.use_http(request_url.url)
    request_url.answers.append(web.Response(status=503))
    with pytest.raises(Unanswered, match="Vigie answered HTTP 503"):
        await standin.person("Sam").command("/vigie")
