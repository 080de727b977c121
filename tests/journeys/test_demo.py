"""The demo as a newcomer runs it: a process, one address, alerts, and an end."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.demo_config import demo_config
from bot.cli.shipped import shipped
from bot.config import loads
from bot.health import SCOPES
from bot.slack import ids

WITHIN = 30
"""Seconds in which the issue of the demo promises both kinds of alert."""


class Demo:
    """A running demo, read through its Web API as any Slack client would."""

    def __init__(self, process: asyncio.subprocess.Process, address: str, token: str) -> None:
        self.process = process
        self.address = address
        self.client = AsyncWebClient(token=token, base_url=f"{address}/api/")
        self.client.proxy = None

    async def channel(self, name: str) -> str:
        listed = await self.client.conversations_list()
        return next(str(found["id"]) for found in listed["channels"] if found["name"] == name)

    async def headlines(self, channel: str) -> list[str]:
        history = await self.client.conversations_history(channel=channel)
        return [headline for message in history["messages"] for headline in headlines_of(message)]

    async def arriving(self) -> AsyncGenerator[str]:
        """The headlines of the messages that the page is told of, as they come."""
        no_limit = aiohttp.ClientTimeout(total=None)
        async with (
            aiohttp.ClientSession(timeout=no_limit) as session,
            session.get(f"{self.address}/page/events") as stream,
        ):
            async for line in stream.content:
                if line.startswith(b"data:"):
                    told = json.loads(line[5:])
                    for headline in headlines_of(told.get("message") or {}):
                        yield headline


def headlines_of(message: Mapping[str, Any]) -> list[str]:
    blocks = message.get("blocks") or []
    return [block["text"]["text"] for block in blocks if block["type"] == "header"]


async def started(*arguments: str, **environment: str) -> Demo:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=os.environ | environment,
        start_new_session=True,
    )
    assert process.stdout is not None
    printed = ""
    while not (found := re.search(r"(http://127\.0\.0\.1:\d+)/api/\s+token (\S+)", printed)):
        line = await asyncio.wait_for(process.stdout.readline(), 20)
        assert line, f"the demo ended: {printed}"
        printed += line.decode()
    return Demo(process, found[1], found[2])


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    demo = await started("--short", PORT="0")
    yield demo
    if demo.process.returncode is None:
        os.killpg(demo.process.pid, signal.SIGKILL)
        await demo.process.wait()


@pytest.mark.timeout(90)
@pytest.mark.skipif(os.name == "nt", reason="signals are sent as Ctrl-C sends them on POSIX")
async def test_alerts_of_both_kinds_arrive_and_ctrl_c_ends_everything(demo: Demo) -> None:
    kinds: set[str] = set()
    async with asyncio.timeout(WITHIN), aclosing(demo.arriving()) as arriving:
        async for headline in arriving:
            kinds |= {kind for kind in ("Negative post", "Spike") if kind in headline}
            if len(kinds) == 2:
                break
    care, brand = await demo.channel("care"), await demo.channel("brand-watch")
    assert any("Negative post" in headline for headline in await demo.headlines(care))
    assert any("Spike" in headline for headline in await demo.headlines(brand))
    begun = time.monotonic()
    os.killpg(demo.process.pid, signal.SIGINT)
    assert await demo.process.wait() == 0
    assert time.monotonic() - begun < 10


@pytest.mark.timeout(60)
async def test_a_port_that_is_taken_is_told_in_words(demo: Demo) -> None:
    port = demo.address.rpartition(":")[2]
    second = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"PORT": port},
    )
    _, said = await second.communicate()
    assert second.returncode == 1
    assert f"Port {port} is taken" in said.decode()


def test_the_demo_runs_the_example_with_other_addresses(tmp_path: Path) -> None:
    example = shipped("config.example.toml")
    addresses = {
        name: f"http://127.0.0.1:1/{name}"
        for name in ("slack", "forum", "magazine", "mastodon", "hackernews")
    }
    config, demo = loads(example), loads(demo_config(example, addresses, str(tmp_path)))
    assert demo.watches == config.watches
    assert [source.name for source in demo.sources] == [source.name for source in config.sources]
    assert all(source.url.startswith("http://127.0.0.1:1/") for source in demo.sources)
    assert demo.slack.api_url == "http://127.0.0.1:1/slack"


def test_the_manifest_holds_what_the_code_uses() -> None:
    manifest = yaml.safe_load(shipped("manifest.yaml"))
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == set(SCOPES)
    assert [c["command"] for c in manifest["features"]["slash_commands"]] == [ids.COMMAND]
    shortcuts = {s["callback_id"]: s["type"] for s in manifest["features"]["shortcuts"]}
    assert shortcuts == {
        ids.QUEUE_SHORTCUT: "global",
        ids.TRACK_SHORTCUT: "message",
        ids.SUMMARISE_SHORTCUT: "message",
        ids.INSIGHT_SHORTCUT: "message",
    }


async def test_a_command_is_answered_though_the_environment_names_a_proxy() -> None:
    nowhere = "http://127.0.0.1:9"
    demo = await started("--short", PORT="0", HTTP_PROXY=nowhere, HTTPS_PROXY=nowhere)
    try:
        async with asyncio.timeout(30), aiohttp.ClientSession() as session:
            while True:
                async with session.get(f"{demo.address}/page/state") as answer:
                    state = await answer.json()
                if state["bot_connected"]:
                    break
            general = next(c["id"] for c in state["channels"] if c["name"] == "general")
            me = state["me"]["id"]
            typed = {"user": me, "channel": general, "text": "/vigie help"}
            async with session.post(f"{demo.address}/page/send", json=typed) as answer:
                assert (await answer.json())["ok"]
            seen = ""
            while "What Vigie can be asked" not in seen:
                where = f"{demo.address}/page/messages?user={me}&channel={general}"
                async with session.get(where) as answer:
                    seen = await answer.text()
    finally:
        os.killpg(demo.process.pid, signal.SIGKILL)
        await demo.process.wait()
