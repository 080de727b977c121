"""Starting, while Slack is not there or says no."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from msgspec.structs import replace

from bot import app
from bot.assembly import assembled
from bot.config import Config, Secrets, loads
from bot.config.engines import EnginesConfig, OpinionConfig, TransformersConfig
from bot.config.hooks import Secret
from bot.config.trackers import TrackerConfig
from bot.domain.insights import begun, voiced_by
from bot.domain.mention import Sentiment
from bot.engines.base import Felt
from bot.errors import StoreLocked, StoreReadOnly, TokenRefused
from bot.services import insights
from bot.services.base import Services
from bot.services.outbox import Outbox
from bot.slack.gateway import Gateway, Identity
from bot.standin import UNLIMITED, AppSpec, Standin
from bot.standin.social import SocialWeb
from tests.builders import NOW, a_mention
from tests.loopback import Serve

CONFIG = """
store = '{store}'
[slack]
api_url = "{api}"
[network]
allow_private_addresses = true
[[sources]]
name = "Hacker News"
kind = "hackernews"
url = "{news}"
every = "1s"
[[watches]]
name = "Lumo"
query = "lumo"
channel = "#care"
"""


@pytest.fixture
async def social() -> AsyncIterator[SocialWeb]:
    web = await SocialWeb.start(seed=1, now=NOW, pace=0)
    yield web
    await web.close()


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    app_spec = AppSpec(bot_token="xoxb-app-test", app_token="xapp-app-test")
    started = await Standin.start(app=app_spec, channels=("#care",), rates=UNLIMITED)
    yield started
    await started.close()


@pytest.fixture
def config(standin: Standin, social: SocialWeb, tmp_path: Path) -> Config:
    text = CONFIG.format(api=standin.api_url, news=social.hackernews_url, store=tmp_path / "data")
    return loads(text)


TOKENS = Secrets("xoxb-app-test", "xapp-app-test")


async def test_it_polls_while_slack_is_down_and_connects_when_it_is_back(
    config: Config, standin: Standin, social: SocialWeb
) -> None:
    standin.faults.status("auth.test", 503, times=1)
    stop = asyncio.Event()
    running = asyncio.create_task(app.run(config, TOKENS, stop))
    await asyncio.wait_for(social.place("Hacker News").server.asked.wait(), 10)
    assert not standin.connected
    await standin.wait_for(lambda: standin.connected or None, 10)
    stop.set()
    await asyncio.wait_for(running, 5)


async def test_it_stops_at_once_while_slack_does_not_answer(
    config: Config, standin: Standin
) -> None:
    asked, stop = asyncio.Event(), asyncio.Event()

    class Silent(Gateway):
        async def identity(self) -> Identity:
            asked.set()
            await asyncio.Event().wait()
            raise AssertionError

    async with Silent("xoxb-app-test", standin.api_url) as slack:
        reaching = asyncio.create_task(app.reached(slack, "", stop))
        await asked.wait()
        stop.set()
        assert not await asyncio.wait_for(reaching, 2)


async def test_what_ran_by_an_earlier_configuration_is_let_go(config: Config) -> None:
    async def began() -> weakref.ref[Services]:
        async with assembled(config, TOKENS) as services:
            app.bolt(services)
            return weakref.ref(services)

    try:
        earlier = await began()
        await began()
        assert earlier() is None
    finally:
        gc.unfreeze()


async def test_a_wrong_token_ends_it_with_words(config: Config) -> None:
    for tokens in (Secrets("xoxb-wrong", "xapp-app-test"), Secrets("xoxb-app-test", "xapp-wrong")):
        with pytest.raises(TokenRefused, match="invalid_auth"):
            await asyncio.wait_for(app.run(config, tokens, asyncio.Event()), 10)


async def test_a_second_vigie_on_the_same_data_is_refused(config: Config, standin: Standin) -> None:
    stop = asyncio.Event()
    first = asyncio.create_task(app.run(config, TOKENS, stop))
    await standin.wait_for(lambda: standin.connected or None, 10)
    with pytest.raises(StoreLocked, match="in use"):
        await app.run(config, TOKENS, asyncio.Event())
    stop.set()
    await asyncio.wait_for(first, 5)


async def test_an_outbox_that_falls_over_ends_the_block_with_its_error(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fall(self: Outbox) -> None:
        raise StoreReadOnly("the disk is full")

    monkeypatch.setattr(Outbox, "run", fall)
    with pytest.raises(StoreReadOnly, match="full"):
        await asyncio.wait_for(app.run(config, TOKENS, asyncio.Event()), 10)


async def test_it_runs_with_the_engines_that_the_configuration_asks_for(
    config: Config,
) -> None:
    asked = EnginesConfig(
        transformers=TransformersConfig(model="some/model"),
        opinion=OpinionConfig(url="http://127.0.0.1:9/v1", model="small"),
    )
    async with assembled(replace(config, engines=asked), TOKENS) as services:
        first, second = services.engines
        assert (first.name, second.name) == ("transformers", "opinion")
        french = Felt(text="Nul.", language="fr", sentiment=Sentiment(score=-0.6))
        assert first.wants(french)
        assert second.wants(french)


async def test_a_tracker_hears_of_an_insight_while_vigie_runs(config: Config, serve: Serve) -> None:
    heard = asyncio.Event()

    async def take(request: web.BaseRequest) -> web.StreamResponse:
        heard.set()
        return web.Response()

    told = TrackerConfig(url=await serve(take), secret=Secret("0123456789abcdef"))
    async with assembled(replace(config, tracker=told), TOKENS) as services:
        mention = a_mention()
        wish = begun(mention, "A dark mode, please", "wish", services.now())
        await insights.hear(services, wish, [voiced_by(wish.id, mention)], "U1")
        async with app.at_work(services):
            await asyncio.wait_for(heard.wait(), 10)


async def test_a_tracker_without_a_secret_is_told_nothing(config: Config) -> None:
    mute = replace(config, tracker=TrackerConfig(url="http://127.0.0.1:9", secret=None))
    async with assembled(mute, TOKENS) as services:
        assert services.tracker is None
