"""A shop tells what it sold, and the manager sees what the campaign returned."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from bot.domain.campaigns import Campaign
from bot.hooks.door import listening
from bot.services import campaigns
from bot.sources.sent.signature import SIGNATURE, TIMESTAMP, signature
from bot.standin import Standin
from tests.journeys.conftest import Town, bot_in, text_of
from tests.loopback import free_port
from tests.services.conftest import CONFIG, ScriptedSource

SECRET = "0123456789abcdef"
DAY = timedelta(days=1)


async def sent(port: int, sales: list[dict[str, object]]) -> dict[str, object]:
    """The answer to what a shop sends."""
    body, stamp = json.dumps(sales).encode(), str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        TIMESTAMP: stamp,
        SIGNATURE: signature(SECRET, stamp, body),
    }
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        url = f"http://127.0.0.1:{port}/hooks/conversions"
        answer: dict[str, object] = (await client.post(url, content=body, headers=headers)).json()
        return answer


async def test_what_a_shop_sends_is_in_the_report_of_its_campaign(
    standin: Standin, tmp_path: Path
) -> None:
    port = free_port()
    config = CONFIG + f'[hooks]\nlisten = "127.0.0.1:{port}"\n'
    places = {name: ScriptedSource(name) for name in ("forum", "lumen.social")}
    today = datetime.now(UTC).date()
    async with (
        bot_in(
            standin, tmp_path / "data", places, config, {"VIGIE_CONVERSIONS_SECRET": SECRET}
        ) as services,
        listening(services),
    ):
        town = Town(standin, services, places)
        await standin.wait_for(lambda: standin.connected or None)
        autumn = Campaign(
            name="Autumn", watch="Lumo", first=today - 9 * DAY, last=today - 3 * DAY, goal="sales",
            target=2, tags=("utm_campaign=autumn",),
        )  # fmt: skip
        await campaigns.save(services, autumn, town.margot.id)
        noon = datetime.now(UTC).replace(hour=12) - 5 * DAY
        sale: dict[str, object] = {"at": noon.isoformat(), "kind": "sale", "value": 40}
        link = "https://lumo.example/lamp?utm_campaign=Autumn"
        sales = [{**sale, "id": f"order {n}", "url": link} for n in range(2)]

        assert (await sent(port, [*sales, {**sale, "id": "x", "tag": "spring"}]))["new"] == 3
        assert (await sent(port, sales))["known"] == 2

        report = text_of(await town.asked(town.margot, "/vigie campaign Autumn"))
        assert "2 sales worth €80.00" in report
        assert "Its target was reached: 2 sales" in report
        listed = text_of(await town.asked(town.margot, "/vigie campaign"))
        assert "1 conversion of the last three months matches no campaign." in listed
        assert "Most often: spring (1)." in listed
