"""What the demo's bot remembers of the weeks before, and what it tells of the campaign in them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli.demo_config import addresses_of, demo_config, with_others
from bot.cli.demo_past import remember
from bot.cli.importing import at_hand
from bot.cli.shipped import shipped
from bot.config import loads
from bot.domain.lift import Lift
from bot.services import campaigns
from bot.services.base import utc_now
from bot.standin.social import SocialWeb


@pytest.fixture
async def social() -> AsyncIterator[SocialWeb]:
    web = await SocialWeb.start(now=utc_now(), pace=0, long=True)
    yield web
    await web.close()


@pytest.mark.timeout(60)
async def test_six_weeks_are_remembered_and_what_the_campaign_brought(
    social: SocialWeb, tmp_path: Path
) -> None:
    addresses = addresses_of("http://127.0.0.1:1/api/", social)
    data = tmp_path / "data"
    text = with_others(demo_config(shipped("config.example.toml"), addresses, str(data)))
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")

    await remember(file, data, social)

    async with at_hand(loads(text)) as services:
        campaign = await campaigns.named(services, "autumn evenings")
        found = (await campaigns.report(services, campaign)).found
        assert isinstance(found, Lift)
        assert found.probability > 0.8
        assert found.beside == ("Norda", "Wake-up lights")
        counts = {
            watch.name: await services.records.mentions.count({"watch": watch.name}, "at")
            for watch in services.watches.all
        }
        assert counts["Lumo"] > 3_000
        assert counts["Lumo"] > counts["Norda"] > counts["Wake-up lights"] > 500
