"""A place that fails, as a team sees it in Slack: the alerts of the other place, one word to the
admins when it fails and one when it is back, and its state for whoever asks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from slack_bolt.async_app import AsyncApp

import handlers
from bot.domain.pairs import PATIENCE
from bot.services.base import Services
from bot.slack.ear import heard
from bot.slack.gateway import Gateway
from bot.standin import Standin
from tests.faults.badplaces import instead
from tests.faults.badweb import Web, a_web
from tests.faults.strikes import PAGE
from tests.journeys.conftest import Town, patient, standin, text_of
from tests.services.lanes import Lanes

__all__ = ["patient", "standin"]  # fixtures


@pytest.fixture
async def web(standin: Standin, tmp_path: Path) -> AsyncIterator[Web]:
    """The two places, between which and the workspace the bot is at work."""
    async with AsyncExitStack() as running:
        web = await running.enter_async_context(a_web("mastodon", tmp_path / "data"))
        own = web.services
        slack = Gateway(standin.bot_token, standin.api_url, pace=1000)
        web.services = Services(
            config=own.config,
            records=own.records,
            slack=await running.enter_async_context(slack),
            sources=own.sources,
            clock=web.clock,
            sequence=own.sequence,
        )
        app = AsyncApp(client=slack.client)
        handlers.register(app, web.services)
        await running.enter_async_context(heard(app, standin.app_token))
        await running.enter_async_context(Lanes(web.services).at_work())
        await standin.wait_for(lambda: standin.connected or None)
        yield web


async def test_a_team_hears_of_the_place_that_is_well_and_once_of_the_one_that_is_not(
    standin: Standin, web: Web
) -> None:
    town = Town(standin, web.services, {})
    web.sick.strike = instead(kind="text/html", body=PAGE)
    for number in range(PATIENCE + 2):
        await web.rests()
        await web.round(angry=number == 1)
    assert "terrible" in text_of(await town.card())
    told = await town.card(channel="#admin")
    assert "sick does not answer for Lumo since" in told.text
    assert "The answer is not a list of statuses." in told.text
    status = text_of(await town.asked(town.margot, "/vigie status"))
    assert "sick: The answer is not a list of statuses. (since " in status
    assert "it may not pass by itself" in status
    status = text_of(await town.asked(town.camille, "/vigie status"))
    assert "La réponse n’est pas une liste de messages." in status
    assert "cela peut ne pas passer tout seul" in status
    web.sick.strike = None
    await web.rests()
    for _ in range(3):
        await web.round()
    back = await town.card(number=2, channel="#admin")
    assert "sick answers again for Lumo" in back.text
    assert "All is well" in text_of(await town.asked(town.margot, "/vigie status"))
    assert len(town.cards("#admin")) == 2
    assert len(town.cards("#care")) == 1
