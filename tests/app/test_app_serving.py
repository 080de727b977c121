"""Slack's requests over HTTP: who is let in, and that each is handled once."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot import app
from bot.config import Secrets, loads
from bot.errors import ConfigError
from bot.hooks.bodies import Bodies
from bot.hooks.requests import LARGEST, Requests
from bot.hooks.serving import Address, served
from bot.standin import UNLIMITED, AppSpec, Command, Standin, Unanswered
from bot.standin.http_mode import signature
from tests.builders import NOW
from tests.loopback import free_port

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
HERE = Address(host="127.0.0.1", port=0)
STAMP = int(NOW.timestamp())
FORM = "application/x-www-form-urlencoded"


class Line:
    """An app that counts what it does, and a way to send it requests as anybody might."""

    def __init__(self) -> None:
        async def authorize(**_: object) -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1")

        self.done: list[str] = []
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.app = AsyncApp(authorize=authorize, request_verification_enabled=False)

        @self.app.command("/vigie")
        async def typed(ack: Any, command: dict[str, Any]) -> None:
            self.done.append(command["text"])
            await ack(f"answer {len(self.done)}")

        @self.app.event("app_mention")
        async def mentioned(event: dict[str, Any]) -> None:
            self.done.append(event["text"])
            await self.may_end.wait()

        self.requests = Requests(self.app, SECRET, lambda: NOW)
        self.url = ""

    async def sends(
        self, body: str | bytes, *, secret: str = SECRET, stamp: str = str(STAMP), **headers: str
    ) -> tuple[int, str]:
        """What an answer to this body is, signed with this secret at this time."""
        data = body.encode() if isinstance(body, str) else body
        signed = _signed(secret, stamp, data.decode(errors="replace"))
        told = {
            "Content-Type": FORM,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signed,
        }
        async with (
            aiohttp.ClientSession(trust_env=False) as session,
            session.post(self.url, data=BytesIO(data), headers=told | headers) as answer,
        ):
            return answer.status, await answer.text()


def _signed(secret: str, stamp: str, body: str) -> str:
    return signature(secret, int(stamp), body) if stamp.isdigit() else "v0=" + "0" * 64


def command(text: str) -> str:
    return urlencode({"command": "/vigie", "text": text, "user_id": "U1", "team_id": "T1"})


def mention(text: str, event: str) -> str:
    said = {"type": "app_mention", "text": text, "user": "U1"}
    return json.dumps({"type": "event_callback", "event_id": event, "team_id": "T1", "event": said})


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    made = Line()
    async with served(made.requests, HERE) as where:
        made.url = f"http://{where.host}:{where.port}/slack/events"
        yield made


async def test_what_slack_signed_is_handled(line: Line) -> None:
    assert await line.sends(command("queue")) == (200, "answer 1")


@pytest.mark.parametrize(
    "forged",
    [
        {"secret": "another"},
        {"stamp": str(STAMP - 301)},
        {"stamp": str(STAMP + 301)},
        {"stamp": "soon"},
        {"stamp": ""},
        {"stamp": "1" * 400},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=é" + "0" * 63},
        {"X-Slack-Signature": "v1=" + "0" * 64},
    ],
)
async def test_what_is_not_signed_by_slack_or_long_ago_does_nothing(
    line: Line, forged: dict[str, str]
) -> None:
    status, words = await line.sends(command("resolve all"), **forged)
    assert (status, words) == (401, "")
    assert line.done == []


async def test_another_body_under_a_true_signature_does_nothing(line: Line) -> None:
    signed = signature(SECRET, STAMP, command("queue"))
    headers = {"X-Slack-Signature": signed}
    assert (await line.sends(command("resolve all"), **headers))[0] == 401
    assert (await line.sends(b"\xff\xfe", **headers))[0] == 401
    assert line.done == []


async def test_a_request_that_is_replayed_is_answered_alike_and_does_nothing_more(
    line: Line,
) -> None:
    answers = [await line.sends(command("claim 4kd0sv")) for _ in range(3)]
    assert answers == [(200, "answer 1")] * 3
    assert line.done == ["claim 4kd0sv"]


async def test_the_same_command_typed_again_is_another_one(line: Line) -> None:
    await line.sends(command("queue"))
    await line.sends(command("queue"), stamp=str(STAMP + 1))
    assert line.done == ["queue", "queue"]


async def test_an_event_that_slack_sends_again_is_handled_once(line: Line) -> None:
    json_body = {"Content-Type": "application/json"}
    for attempt in range(3):
        status, _ = await line.sends(
            mention("hello", "Ev1"), stamp=str(STAMP + attempt), **json_body
        )
        assert status == 200
    assert line.done == ["hello"]


async def test_an_event_that_slack_sends_again_while_it_is_worked_on_is_handled_once(
    line: Line,
) -> None:
    line.may_end.clear()
    told = {"Content-Type": "application/json", "X-Slack-Retry-Reason": "http_timeout"}
    body, stamp = mention("hello", "Ev2"), iter(range(STAMP, STAMP + 3))
    async with asyncio.timeout(5):
        answers = await asyncio.gather(
            line.sends(body, stamp=str(next(stamp)), **told),
            line.sends(body, stamp=str(next(stamp)), **told, **{"X-Slack-Retry-Num": "1"}),
            line.sends(body, stamp=str(next(stamp)), **told, **{"X-Slack-Retry-Num": "2"}),
        )
    assert {status for status, _ in answers} == {200}, "each is answered at once"
    assert line.done == ["hello"]
    line.may_end.set()


async def test_what_is_too_long_is_not_read(line: Line) -> None:
    assert (await line.sends("text=" + "a" * LARGEST))[0] == 413
    assert line.done == []


async def test_bodies_that_come_slowly_keep_slack_out_for_a_moment_at_most() -> None:
    line = Line()
    line.requests = Requests(line.app, SECRET, lambda: NOW, bodies=Bodies(5.0, 1, slow=0.5))
    async with served(line.requests, HERE) as where:
        line.url = f"http://{where.host}:{where.port}/slack/events"
        reader, writer = await asyncio.open_connection(where.host, where.port)
        writer.write(
            f"POST /slack/events HTTP/1.1\r\nHost: x\r\nX-Slack-Request-Timestamp: {STAMP}\r\n"
            f"X-Slack-Signature: v0={'0' * 64}\r\nContent-Length: 100\r\n\r\n{{".encode()
        )
        slow = asyncio.create_task(reader.readline())
        statuses = set[int]()
        while not slow.done():
            statuses.add((await line.sends(command("queue")))[0])
        assert statuses <= {200, 503}
        assert b" 408 " in await slow
        assert (await line.sends(command("queue")))[0] == 200
        writer.close()


async def test_a_port_that_is_taken_is_told_in_words(line: Line) -> None:
    taken = Address(host="127.0.0.1", port=int(line.url.split(":")[2].split("/")[0]))
    with pytest.raises(ConfigError, match="cannot be listened at"):
        async with served(line.requests, taken):
            pass


CONFIG = """
store = '{store}'
[slack]
api_url = "{api}"
[[sources]]
name = "forum"
kind = "feed"
url = "https://forum.example.org/feed"
[[watches]]
name = "Lumo"
query = "lumo"
channel = "#care"
"""


async def test_a_whole_vigie_answers_commands_over_http_until_it_is_stopped(
    tmp_path: Path,
) -> None:
    vigie = Command(command="/vigie", description="Ask the lookout", usage_hint="")
    spec = AppSpec(bot_token="xoxb-app-test", signing_secret=SECRET, commands=(vigie,))
    async with AsyncExitStack() as stack:
        standin = await Standin.start(app=spec, channels=("#care",), rates=UNLIMITED)
        stack.push_async_callback(standin.close)
        config = loads(CONFIG.format(api=standin.api_url, store=tmp_path / "data"))
        tokens, stop = Secrets("xoxb-app-test", signing_secret=SECRET), asyncio.Event()
        address = Address(host="127.0.0.1", port=free_port())
        running = asyncio.create_task(app.serve(config, tokens, stop, address))
        url = f"http://127.0.0.1:{address.port}/slack/events"
        await _reached(standin, url, running)
        sam = standin.person("Sam")
        await sam.command("/vigie watches", "#care")
        said = await standin.wait_for(lambda: sam.ephemerals("#care"), 10)
        assert "Lumo" in str(said[0].blocks)
        await _mentioned_three_times(standin)
        stop.set()
        await asyncio.wait_for(running, 10)


async def _mentioned_three_times(standin: Standin) -> None:
    """Slack sends a mention, and sends it again twice; the answer's first try has no outcome."""
    standin.faults.duplicate_events(copies=2)
    standin.faults.ratelimited("chat.postMessage", 1)
    standin.person("Sam").post("#care", "<@U0STANDINBOT> help")
    standin.person("Sam").post("#care", "<@U0STANDINBOT> help")

    def answered() -> bool | None:
        by_bot = [one for one in standin.messages("#care") if one.by_bot]
        return len(by_bot) == 1 or None

    await standin.wait_for(answered, 10)


async def _reached(standin: Standin, url: str, running: asyncio.Task[None]) -> None:
    """Enter the address in the app's settings, once it is listened at."""
    while not running.done():
        with contextlib.suppress(Unanswered):
            await standin.use_http(url)
            return
        await asyncio.sleep(0.05)
    running.result()
