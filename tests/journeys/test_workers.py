"""Several workers as one Vigie: what each does, it does for all, and nobody does it again."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
import yaml
from slack_bolt.async_app import AsyncApp

import handlers
from benchmarks.crisis import (
    Bot,
    complaint,
    everything_was_read_once,
    in_many_messages,
    said_twice,
    told,
)
from bot import app, assembly
from bot.cli.demo_config import addresses_of, demo_config
from bot.cli.shipped import shipped
from bot.config import loads
from bot.domain.mention import Post
from bot.errors import Conflict
from bot.jobs.postgres import prepare
from bot.services import ingest
from bot.services.base import Services, utc_now
from bot.services.numbering import Sequence
from bot.slack import ids
from bot.slack.ear import heard
from bot.slack.gateway import Gateway
from bot.standin import UNLIMITED, AppSpec, Standin
from bot.standin.social import SocialWeb
from bot.standin.sockets import Sockets
from bot.store.postgres import migrate
from bot.store.repositories import Records
from tests.builders import a_fresh_post
from tests.journeys.conftest import CHANNELS, MANIFEST, Town, text_of
from tests.journeys.test_demo import Demo, started
from tests.raised import raise_alerts
from tests.services.conftest import CONFIG, ScriptedSource

ANGRY = "Terrible lumo lamp, worst, hated it"


@pytest.fixture
async def database(postgres_url: str) -> str:
    """An address whose database is ready, as `vigie migrate` leaves it."""
    await migrate(postgres_url)
    await prepare(postgres_url)
    return postgres_url


@asynccontextmanager
async def a_worker(standin: Standin, url: str) -> AsyncIterator[Services]:
    """All of a `vigie run` in this process, with sources of its own that a test fills."""
    text = CONFIG.replace("[slack]", f'[slack]\napi_url = "{standin.api_url}"')
    config = loads(text, store=url)
    records = Records(await assembly.open_store(config.store))
    try:
        async with Gateway(standin.bot_token, standin.api_url, pace=1000) as slack:
            services = Services(
                config=config,
                records=records,
                slack=slack,
                sources={source.name: ScriptedSource(source.name) for source in config.sources},
                clock=utc_now,
                sequence=Sequence(utc_now, await records.last_order()),
            )
            bolt = AsyncApp(client=slack.client)
            handlers.register(bolt, services)
            ledger = app.ledger(services)
            async with app.at_work(services), heard(bolt, standin.app_token, ledger=ledger):
                yield services
    finally:
        await records.close()


@dataclass
class Two:
    """Two workers in one workspace, whose sources show the same."""

    town: Town
    workers: tuple[Services, Services]

    async def read(self) -> None:
        """The first poll of every source, unless a job was quicker."""
        watch = self.workers[0].config.watches[0]
        for source in watch.sources:
            with contextlib.suppress(Conflict):
                await ingest.poll(self.workers[0], watch, source)

    async def poll(self, *posts: Post) -> None:
        """Both workers poll the forum in the same instant, as they never should."""
        outcomes = await asyncio.gather(
            *(self._poll(services, posts) for services in self.workers), return_exceptions=True
        )
        assert all(isinstance(end, Conflict) for end in outcomes if isinstance(end, BaseException))

    async def _poll(self, services: Services, posts: tuple[Post, ...]) -> None:
        forum = services.sources["forum"]
        assert isinstance(forum, ScriptedSource)
        forum.will_show(*posts)
        await ingest.poll(services, services.config.watches[0], "forum")


@pytest.fixture
async def two(standin: Standin, database: str) -> AsyncIterator[Two]:
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(a_worker(standin, database))
        other = await stack.enter_async_context(a_worker(standin, database))
        await standin.wait_for(lambda: len(standin.sockets.links) == 2 or None, 10)
        two = Two(Town(standin, one, {}), (one, other))
        await two.read()
        yield two


async def test_what_both_workers_find_is_one_story_that_counts_each_post_once(two: Two) -> None:
    for first in range(0, 20, 5):
        await two.poll(
            *(
                a_fresh_post(id=f"{n}", source="forum", text=f"{ANGRY}, {n}.", author=f"@a{n}")
                for n in range(first, first + 5)
            )
        )
    found = await two.town.services.records.alerts.find({"watch": "Lumo"}, "raised")
    stories = [kept.value for kept in found if kept.value.kind == "negative"]
    assert sum(story.count for story in stories) == 20
    ids = [id for story in stories for id in story.posts]
    assert len(ids) == len(set(ids)) == 20


async def test_what_both_workers_carry_is_said_once_and_in_order(two: Two) -> None:
    await raise_alerts(two.town.services, 20, ANGRY)
    two.workers[1].wake.set()
    await two.town.card(20)
    said = [text_of(card).split(f"{ANGRY} ")[1].split()[0] for card in two.town.cards()]
    assert said == [str(n) for n in range(20)]


async def test_of_two_who_click_on_two_connections_one_wins(two: Two) -> None:
    town = two.town
    await two.poll(a_fresh_post(source="forum", text=ANGRY))
    card = await town.card()
    await asyncio.gather(town.camille.click(card, ids.CLAIM), town.sam.click(card, ids.CLAIM))
    await town.card_says("has this since")
    [claimed] = await town.services.records.conversations.find({"state": "claimed"}, "opened")
    loser = town.sam if claimed.value.assignee == town.camille.id else town.camille
    await town.told(loser, f"<@{claimed.value.assignee}>")
    await town.until(lambda: town.thread(card) or None)
    assert len(town.thread(card)) == 1


@pytest.fixture
def everybody_gets_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every envelope goes over every websocket, as if each acknowledgement had been missed."""

    async def hand_over(self: Sockets) -> None:
        for envelope in tuple(self._waiting.values()):
            if envelope.link is None:
                envelope.link = self.links[0]
                await asyncio.gather(*(link.say(envelope.message) for link in self.links))

    monkeypatch.setattr(Sockets, "_hand_over", hand_over)


@pytest.mark.usefixtures("everybody_gets_everything")
async def test_an_envelope_that_both_get_acts_once_and_is_answered_alike(two: Two) -> None:
    town = two.town
    await two.poll(a_fresh_post(source="forum", text=ANGRY))
    card = await town.card()
    await town.margot.click(card, ids.ASSIGN)
    await town.modal(town.margot)
    refused = await town.margot.submit({})
    assert ids.ASSIGNEE in refused.errors
    accepted = await town.margot.submit({ids.ASSIGNEE: {ids.VALUE: town.sam.id}})
    assert accepted.result == "closed"
    await town.card_says(f"<@{town.sam.id}> has this")
    await town.until(lambda: town.thread(card) or None)
    [conversation] = await town.services.records.conversations.find({"state": "claimed"}, "opened")
    events = town.services.records.audit
    assert await events.count({"conversation": conversation.value.id}, "order") == 1
    assert len(town.standin.calls_of("views.open")) == 1


@pytest.fixture
async def social() -> AsyncIterator[SocialWeb]:
    web = await SocialWeb.start(seed=5, now=datetime.now(UTC), pace=0)
    yield web
    await web.close()


@pytest.fixture
async def demo_workspace() -> AsyncIterator[Standin]:
    spec = AppSpec.from_manifest(yaml.safe_load(MANIFEST.read_text(encoding="utf-8")))
    channels = (*CHANNELS, "#brand-watch", "#vigie-admin")
    standin = await Standin.start(app=spec, channels=channels, rates=UNLIMITED)
    yield standin
    await standin.close()


@pytest.fixture
async def bots(
    demo_workspace: Standin, social: SocialWeb, database: str, tmp_path: Path
) -> AsyncIterator[list[Bot]]:
    addresses = addresses_of(demo_workspace.api_url, social)
    text = demo_config(shipped("config.example.toml"), addresses, database)
    config = tmp_path / "config.toml"
    config.write_text(in_many_messages(text), encoding="utf-8")
    bots = [Bot(demo_workspace, config) for _ in range(2)]
    yield bots
    for bot in bots:
        await bot.kill()


@pytest.mark.timeout(180)
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is what POSIX has")
async def test_what_a_killed_worker_had_begun_goes_on_at_the_other_without_a_repeat(
    bots: list[Bot], demo_workspace: Standin, social: SocialWeb
) -> None:
    standin = demo_workspace
    for bot in bots:
        await bot.start()
    await standin.wait_for(lambda: len(standin.sockets.links) == 2 or None, 30)
    await everything_was_read_once(standin)
    numbers = itertools.count()

    async def rain() -> int:
        for _ in range(4):
            number = next(numbers)
            await social.rain("complaint", "en", complaint(number))
        return number + 1

    calls = len(standin.calls_of("chat.postMessage"))
    await rain()
    await standin.wait_for(lambda: len(standin.calls_of("chat.postMessage")) > calls or None, 30)
    await bots[0].kill()
    number = await rain()
    await standin.wait_for(lambda: told(standin) >= number or None, 90)
    assert told(standin) == number
    assert said_twice(standin) == []


@pytest.mark.timeout(90)
@pytest.mark.skipif(os.name == "nt", reason="signals are sent as Ctrl-C sends them on POSIX")
async def test_the_demo_runs_two_workers_in_a_schema_of_its_own_and_leaves_nothing(
    postgres_url: str,
) -> None:
    demo = await started("--short", "--store", postgres_url, "--workers", "2", PORT="0")
    try:
        async with asyncio.timeout(40):
            while not (schemas := await schemas_of_demos(postgres_url)):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
            async for headline in demo.arriving():
                if "Negative post" in headline:
                    break
        os.killpg(demo.process.pid, signal.SIGINT)
        assert await asyncio.wait_for(demo.process.wait(), 10) == 0
    finally:
        await ended(demo)
    assert len(schemas) == 1
    assert await schemas_of_demos(postgres_url) == []


async def ended(demo: Demo) -> None:
    if demo.process.returncode is None:
        os.killpg(demo.process.pid, signal.SIGKILL)
        await demo.process.wait()


async def schemas_of_demos(url: str) -> list[str]:
    query = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'vigie_demo_%'"
    async with await psycopg.AsyncConnection.connect(url) as connection:
        rows = await (await connection.execute(query)).fetchall()
    return [str(name) for (name,) in rows]
