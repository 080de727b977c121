"""`vigie run` and `vigie serve`, told to stop while nothing that they wait for answers: they end
within ten seconds, and nothing is lost or said twice afterwards."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from email.utils import format_datetime
from pathlib import Path
from typing import Literal

import pytest
import yaml
from aiohttp import web

from benchmarks.crisis import said_twice
from bot.services.base import utc_now
from bot.standin import UNLIMITED, AppSpec, Message, Standin, Unanswered
from tests.loopback import Serve, free_port

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(os.name == "nt", reason="Windows has no polite kill"),
]

MANIFEST = Path(__file__).parents[2] / "manifest.yaml"
PATIENCE = 40.0

CONFIG = """
store = '{store}'
[slack]
api_url = "{api}"
admin_channel = "#vigie-admin"
[operate]
listen = ""
[network]
allow_private_addresses = true
[alerts]
group = "1s"
{sources}
[[watches]]
name = "Lumo"
query = "lumo"
channel = "#care"
"""

SOURCE = """
[[sources]]
name = "{name}"
kind = "feed"
url = "{url}"
every = "1s"
"""

STUCK = """
import socket, time
known = socket.getaddrinfo
def nobody_answers(host, *rest, **more):
    if "nowhere" in str(host):
        time.sleep(60)
    return known(host, *rest, **more)
socket.getaddrinfo = nobody_answers
from bot.services import reports
reports._summarised = lambda *rest, **more: time.sleep(60)
"""
"""A name server that does not answer, and a summary that takes a minute."""

START = "from bot.cli import main; main()"

Mode = Literal["run", "serve"]


class Forum:
    """A feed that shows what was written, beside a place that never answers."""

    def __init__(self) -> None:
        self.posts: list[str] = []
        self.asked = 0

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if "silent" in request.path:
            await asyncio.Event().wait()
        self.asked += 1
        items = "".join(
            f"<item><title>{words}</title><guid>{n}</guid><link>https://f.example/{n}</link>"
            f"<pubDate>{format_datetime(utc_now())}</pubDate></item>"
            for n, words in enumerate(self.posts)
        )
        text = f"<rss version='2.0'><channel><title>Forum</title>{items}</channel></rss>"
        return web.Response(text=text, content_type="application/rss+xml")


class Stage:
    """A workspace, places, and a Vigie of its own process between them."""

    def __init__(self, standin: Standin, forum: Forum, config: Path, mode: Mode) -> None:
        self.standin = standin
        self.forum = forum
        self._config = config
        self._mode = mode
        self._port = free_port()
        self.process: asyncio.subprocess.Process | None = None

    async def start(self, before: str = "") -> None:
        """Start it, and wait until it has read the forum twice and Slack reaches it."""
        standin = self.standin
        tokens = {
            "SLACK_BOT_TOKEN": standin.bot_token,
            "SLACK_APP_TOKEN": standin.app_token,
            "SLACK_SIGNING_SECRET": standin.world.spec.signing_secret,
        }
        port = ("--port", str(self._port)) if self._mode == "serve" else ()
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", before + START, self._mode, "--config", str(self._config)),
            *port,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env=os.environ | tokens,
        )
        read = self.forum.asked
        async with asyncio.timeout(PATIENCE):
            while self.forum.asked < read + 2 or not await self._reached():
                assert self.process.returncode is None, await self.said()
                await asyncio.sleep(0.05)

    async def _reached(self) -> bool:
        if self._mode == "run":
            return self.standin.connected
        with suppress(Unanswered):
            await self.standin.use_http(f"http://127.0.0.1:{self._port}/slack/events")
            return True
        return False

    async def told(self, *signals: signal.Signals) -> float:
        """Tell it to stop; the seconds until it has ended."""
        assert self.process
        began = time.monotonic()
        for number in signals:
            self.process.send_signal(number)
            await asyncio.sleep(0.1)
        async with asyncio.timeout(PATIENCE):
            await self.process.wait()
        return time.monotonic() - began

    async def said(self) -> str:
        """What stands in its log, once it has ended."""
        assert self.process
        assert self.process.stderr
        return (await self.process.stderr.read()).decode()

    async def is_all_held_up(self) -> None:
        """A complaint is being said to a Slack that takes its time, a summary is being made, and
        nobody answers a poll or knows a name."""
        self.forum.posts += [
            "My Lumo lamp is terrible, I hate it, the worst thing I ever bought",
            "Lumo is awful: broken on the first day, and nobody helps. Disgusting.",
        ]
        async with asyncio.timeout(PATIENCE):
            while self.standin.faults.any:  # noqa: ASYNC110  (until Slack is asked to say it)
                await asyncio.sleep(0.05)
        await self.standin.person("Sam").command("/vigie summary Lumo", "#care")

    def cards(self) -> list[Message]:
        return [m for m in self.standin.messages("#care") if m.by_bot and not m.only_for]


@pytest.fixture
async def stages(tmp_path: Path, serve: Serve) -> AsyncIterator[dict[Mode, Stage]]:
    """One for each way to be reached by Slack; none of them started."""
    forum = Forum()
    url = await serve(forum.answer)
    other = url.replace("127.0.0.1", "localhost")  # one host is asked one thing at a time
    places = {"forum": url, "silent": f"{other}/silent", "nowhere": "http://nowhere.example/feed"}
    sources = "".join(SOURCE.format(name=name, url=at) for name, at in places.items())
    async with AsyncExitStack() as stack:
        app = AppSpec.from_manifest(yaml.safe_load(MANIFEST.read_text(encoding="utf-8")))
        standin = await Standin.start(
            app=app, channels=("#care", "#brand-watch", "#vigie-admin"), rates=UNLIMITED
        )
        stack.push_async_callback(standin.close)
        config = tmp_path / "config.toml"
        written = CONFIG.format(store=tmp_path / "data", api=standin.api_url, sources=sources)
        config.write_text(written, encoding="utf-8")
        made: dict[Mode, Stage] = {
            "run": Stage(standin, forum, config, "run"),
            "serve": Stage(standin, forum, config, "serve"),
        }
        yield made
        for stage in made.values():
            if stage.process and stage.process.returncode is None:
                stage.process.kill()
                await stage.process.wait()


@pytest.mark.parametrize(
    ("mode", "number", "late"), [("run", signal.SIGTERM, True), ("serve", signal.SIGINT, False)]
)
async def test_it_ends_within_ten_seconds_whatever_does_not_answer_and_loses_nothing(
    stages: dict[Mode, Stage], mode: Mode, number: signal.Signals, late: bool
) -> None:
    stage = stages[mode]
    await stage.start(STUCK)
    if late:
        stage.standin.faults.slow("chat.postMessage", 10)
    else:
        stage.standin.faults.hang("chat.postMessage")
    await stage.is_all_held_up()

    seconds = await stage.told(number)
    words = await stage.said()
    assert stage.process
    assert stage.process.returncode == 0
    assert seconds < 10
    assert "Traceback" not in words

    if late:  # Slack took its time, and took it all the same
        await stage.standin.wait_for(lambda: stage.cards() or None, PATIENCE)
    stage.standin.faults.clear()
    await stage.start()
    await stage.standin.wait_for(lambda: _complaints(stage) == 2 or None, PATIENCE)
    await stage.told(signal.SIGTERM)
    assert _complaints(stage) == 2
    assert said_twice(stage.standin) == []


def _complaints(stage: Stage) -> int:
    words = str([message.blocks for message in stage.cards()])
    return sum(complaint in words for complaint in ("worst thing", "nobody helps"))
