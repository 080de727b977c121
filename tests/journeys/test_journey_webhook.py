"""A tool sends a complaint, and the team has it in its channel."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx

from bot.hooks.door import listening
from bot.services import ingest
from bot.sources.base import Source
from bot.sources.hooked import WebhookSource
from bot.sources.sent.signature import SIGNATURE, TIMESTAMP, signature
from bot.standin import Standin
from tests.journeys.conftest import Town, bot_in, text_of
from tests.loopback import free_port
from tests.services.conftest import CONFIG, ScriptedSource

SECRET = "0123456789abcdef"
TOOL = """
[[sources]]
name = "Listening tool"
kind = "webhook"
[hooks]
listen = "127.0.0.1:{port}"
"""


async def send(port: int, post: dict[str, object]) -> int:
    """Send a post as a tool would; the status of the answer."""
    body, stamp = json.dumps(post).encode(), str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        TIMESTAMP: stamp,
        SIGNATURE: signature(SECRET, stamp, body),
    }
    async with httpx.AsyncClient(trust_env=False) as client:
        url = f"http://127.0.0.1:{port}/hooks/mentions/listening-tool"
        return (await client.post(url, content=body, headers=headers)).status_code


async def test_a_complaint_that_a_tool_sends_is_a_card_to_claim(
    standin: Standin, tmp_path: Path
) -> None:
    port = free_port()
    config = CONFIG + TOOL.format(port=port)
    places = {name: ScriptedSource(name) for name in ("forum", "lumen.social")}
    sources: dict[str, Source] = {**places, "Listening tool": WebhookSource("Listening tool")}
    secret = {"VIGIE_WEBHOOK_SECRET": SECRET}
    async with (
        bot_in(standin, tmp_path / "data", sources, config, secret) as services,
        listening(services),
    ):
        town = Town(standin, services, places)
        await standin.wait_for(lambda: standin.connected or None)
        post: dict[str, object] = {
            "id": "t1",
            "url": "https://video.example/1",
            "author": "@ada",
            "text": "The lumo app is terrible, the worst. I hate it.",
            "at": datetime.now(UTC).isoformat(),
        }
        assert await send(port, post) == 200
        card = await town.card()
        assert "Listening tool" in text_of(card)
        assert "https://video.example/1" in str(card.blocks)
        assert await send(port, post) == 200
        await ingest.poll(services, services.config.watches[0], "Listening tool")
        status = await town.asked(town.margot, "/vigie status")
        assert "Listening tool: last received" in text_of(status)
        assert len(town.cards()) == 1
