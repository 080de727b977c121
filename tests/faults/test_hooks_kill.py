"""`kill -9` of the real process while a tool sends: what was answered is kept, once."""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from bot.sources.sent.signature import SIGNATURE, TIMESTAMP, signature
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore
from tests.loopback import free_port

SECRET = "0123456789abcdef"
POSTS = 60
KILLS = 3

CONFIG = """
[slack]
api_url = "http://127.0.0.1:1/api/"
[[sources]]
name = "tool"
kind = "webhook"
[hooks]
listen = "127.0.0.1:{port}"
[[watches]]
name = "Lumo"
query = "lumo"
channel = "#brand"
"""


class Tool:
    """Sends each post until it is told that it was kept."""

    def __init__(self, port: int) -> None:
        self._kept = 0
        self._more = asyncio.Condition()
        self._url = f"http://127.0.0.1:{port}/hooks/mentions"

    async def send_all(self) -> None:
        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            for number in range(POSTS):
                while not await self._is_kept(client, number):  # noqa: ASYNC110  (it tells nobody)
                    await asyncio.sleep(0.05)
                async with self._more:
                    self._kept += 1
                    self._more.notify_all()

    async def _is_kept(self, client: httpx.AsyncClient, number: int) -> bool:
        post = {"id": f"p{number}", "text": f"a lumo {number}", "at": datetime.now(UTC).isoformat()}
        body, stamp = json.dumps([post]).encode(), str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            TIMESTAMP: stamp,
            SIGNATURE: signature(SECRET, stamp, body),
        }
        try:
            answer = await client.post(self._url, content=body, headers=headers)
        except httpx.TransportError:
            return False
        assert answer.status_code == 200, answer.text
        return True

    async def has_sent(self, number: int) -> None:
        async with self._more:
            await self._more.wait_for(lambda: self._kept >= number)


async def _started(config: Path) -> asyncio.subprocess.Process:
    tokens = {"SLACK_BOT_TOKEN": "xoxb-no", "SLACK_APP_TOKEN": "xapp-no"}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--config", str(config)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, **tokens, "VIGIE_WEBHOOK_SECRET": SECRET},
    )


def _config(folder: Path) -> tuple[Path, int]:
    port = free_port()
    path = folder / "config.toml"
    path.write_text(CONFIG.format(port=port), encoding="utf-8")
    return path, port


@pytest.mark.timeout(180)
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is what POSIX has")
async def test_what_was_answered_is_kept_and_nothing_is_kept_twice(tmp_path: Path) -> None:
    config, port = _config(tmp_path)
    rng, tool = random.Random(7), Tool(port)
    bot = await _started(config)
    sending = asyncio.create_task(tool.send_all())
    try:
        for kill in range(KILLS):
            await tool.has_sent((kill + 1) * POSTS // (KILLS + 1))
            for _ in range(rng.randrange(200)):
                await asyncio.sleep(0)  # somewhere in the next request
            bot.kill()
            await bot.wait()
            bot = await _started(config)
        await sending
    finally:
        sending.cancel()
        bot.kill()
        await bot.wait()
    records = Records(await TinyStore.open(tmp_path / "data", TABLES))
    assert await records.mentions.count({"watch": "Lumo"}, "at") == POSTS
    days = await records.volumes.find({"watch": "Lumo"}, "day")
    assert sum(sum(kept.value.counts) for kept in days) == POSTS
    await records.close()
