"""Answers to a response_url."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.context.async_context import AsyncBoltContext

from bot.slack.gateway import Gateway
from bot.slack.responding import Respond, responding_over


async def test_answers_share_a_connection() -> None:
    said: list[object] = []
    callers: set[object] = set()

    async def take(request: web.Request) -> web.Response:
        said.append(await request.json())
        callers.add(request.transport and request.transport.get_extra_info("peername"))
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_post("/response/{key}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with Gateway("xoxb-test", f"{url}/api/") as slack:
            give = responding_over(slack)
            for number in range(3):
                context = AsyncBoltContext({"response_url": f"{url}/response/{number}"})

                async def listen(context: AsyncBoltContext = context) -> None:
                    assert context.respond is not None
                    answered = await context.respond("Hello", response_type="ephemeral")
                    assert answered.status_code == 200

                await give(context, listen)
    finally:
        await runner.cleanup()
    assert said == [{"text": "Hello", "response_type": "ephemeral"}] * 3
    assert len(callers) == 1


async def test_an_answer_that_cannot_be_sent_raises() -> None:
    async with Gateway("xoxb-test", "http://127.0.0.1:1/api/") as slack:
        context = AsyncBoltContext({"response_url": "http://127.0.0.1:1/response/x"})

        async def listen() -> None:
            assert context.respond is not None
            await context.respond("Hello")

        with pytest.raises(aiohttp.ClientError):
            await responding_over(slack)(context, listen)


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        (None, {"text": "Hello"}),
        ("http://127.0.0.1:1/x", {"text": {"text": "Hello"}}),
        ("http://127.0.0.1:1/x", {"text": "Hello", "thread_ts": "1.2"}),
    ],
)
async def test_what_it_would_not_say_whole_it_refuses(
    url: str | None, answer: dict[str, Any]
) -> None:
    async with Gateway("xoxb-test", "http://127.0.0.1:1/api/") as slack:
        with pytest.raises(ValueError, match="answer"):
            await Respond(url, slack)(blocks=[{"type": "divider"}], **answer)
