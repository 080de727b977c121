"""The demo's crisis hour, through the real polls to the workspace: how many messages a team gets.

The small social web plays its last acts; the clock is wound on by hand, so that nothing waits.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path

import pytest
import yaml

from bot.assembly import polite_client, sources
from bot.cli.demo_config import addresses_of, demo_config, with_others
from bot.cli.shipped import shipped
from bot.config import loads
from bot.domain.alerts import Alert
from bot.domain.stories import story_within
from bot.services import ingest, levels, rounds
from bot.services.base import Services, utc_now
from bot.services.budgets import Budgets
from bot.services.claiming import claim_all
from bot.services.numbering import Sequence
from bot.slack.gateway import Gateway
from bot.standin import UNLIMITED, AppSpec, Message, Standin
from bot.standin.social import SocialWeb, week
from bot.standin.social.posts import Act
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore
from tests.journeys.conftest import MANIFEST, text_of
from tests.services.conftest import HandClock
from tests.services.lanes import Lanes

CHANNELS = ("#brand-watch", "#care", "#general", "#vigie-admin")
STEP = timedelta(seconds=5)
SEED = 7


@dataclass
class Play:
    """The demo on a clock that is turned by hand."""

    standin: Standin
    social: SocialWeb
    services: Services
    clock: HandClock
    began: datetime

    async def until(self, offset: float, acts: list[Act]) -> None:
        """Play the acts up to `offset` seconds after the beginning, and poll every few seconds."""
        end = self.began + timedelta(seconds=offset)
        while self.clock.now < end:
            await self.later(STEP, acts)

    async def later(self, by: timedelta, acts: list[Act]) -> None:
        """Wind the clock on, post what was posted until then, read and deliver it."""
        self.clock.turn(by)
        self.social.forward(by)
        while acts and self._at(acts[0]) <= self.clock.now:
            act = acts.pop(0)
            self.social.place(act.place).publish(act.draft, self._at(act))
        await self.poll()

    async def poll(self) -> None:
        for watch in self.services.watches.all:
            for source in watch.sources:
                await ingest.poll(self.services, watch, source)
        await rounds.make(self.services)
        await self.delivered()

    async def delivered(self) -> None:
        """Wait until all that may be said is said."""
        async with asyncio.timeout(20):
            while await self._waits():  # noqa: ASYNC110  # the store tells nobody of its commits
                await asyncio.sleep(0.002)

    async def _waits(self) -> bool:
        outbox = self.services.records.outbox
        found = [
            kept.value
            for state in ("waiting", "trying")
            for kept in await outbox.find({"state": state}, "order")
        ]
        return any(one.after is None or one.after <= self.clock.now for one in found)

    def _at(self, act: Act) -> datetime:
        return (self.began + timedelta(seconds=act.offset)).replace(microsecond=0)

    def rung(self) -> list[tuple[str, Message]]:
        """All that the channels saw come: messages of their own, and lines that were broadcast."""
        return [
            (channel, message)
            for channel in CHANNELS
            for message in self.standin.messages(channel)
            if message.by_bot and (not message.thread_ts or message.broadcast)
        ]

    async def spike(self) -> Alert:
        found = await self.services.records.alerts.find({"watch": "Lumo"}, "raised")
        [alert] = [kept.value for kept in found if kept.value.kind == "spike"]
        return alert


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    began = utc_now().replace(microsecond=0)
    clock = HandClock(began)
    social = await SocialWeb.start(seed=SEED, now=began, pace=0)
    spec = AppSpec.from_manifest(yaml.safe_load(MANIFEST.read_text("utf-8")))
    standin = await Standin.start(app=spec, channels=CHANNELS, rates=UNLIMITED)
    addresses = addresses_of(standin.api_url, social)
    example, data = shipped("config.example.toml"), str(tmp_path / "data")
    config = loads(with_others(demo_config(example, addresses, data)))
    records = Records(await TinyStore.open(tmp_path / "data", TABLES))
    try:
        async with (
            Gateway(standin.bot_token, standin.api_url, pace=1000) as slack,
            polite_client(config, clock) as client,
        ):
            services = Services(
                config=config,
                records=records,
                slack=slack,
                sources=sources(config, client, Budgets(records)),
                clock=clock,
                sequence=Sequence(clock),
            )
            async with Lanes(services).at_work():
                play = Play(standin, social, services, clock, began)
                await play.poll()
                await levels.refresh(services)  # as a running Vigie does within a minute
                yield play
    finally:
        await records.close()
        await standin.close()
        await social.close()


def acts_until(offset: float) -> list[Act]:
    return list(takewhile(lambda act: act.offset <= offset, week.acts(SEED)))


@pytest.mark.timeout(120)
async def test_a_crisis_of_an_hour_is_a_handful_of_messages(play: Play) -> None:
    acts = acts_until(200)
    complaints = Counter(act.draft.language for act in acts if act.draft.mood == "complaint")
    await play.until(200, acts)
    rung = play.rung()
    found = await play.services.records.alerts.find({"watch": "Lumo"}, "raised")
    flagged = sum(kept.value.count for kept in found if kept.value.kind == "negative")
    lines = [
        f"The demo's crisis hour holds {sum(complaints.values())} complaints {dict(complaints)};",
        f"Vigie reads {flagged} negative posts of them and others.",
        f"One message each: {sum(complaints.values())}. Vigie: {len(rung)} channel messages:",
        *(f"  {channel}: {message.text.splitlines()[0]}" for channel, message in rung),
    ]
    print("", *lines, sep="\n")  # noqa: T201  # the figure is for who reads the run
    assert sum(complaints.values()) > 60
    assert len(rung) <= 6
    assert all("Lumo" in message.text for _, message in rung), "nothing is told of others"
    assert any("turned negative" in message.text for _, message in rung)
    spike = await play.spike()
    assert spike.severity in ("high", "critical")


@pytest.mark.timeout(120)
async def test_an_hour_later_the_spike_is_over_and_its_card_says_how_it_went(play: Play) -> None:
    acts = acts_until(260)
    await play.until(200, acts)
    spike = await play.spike()
    sam = play.standin.person("Sam")
    story = await play.services.records.alerts.get(story_within("Lumo", spike.id))
    assert story
    taken = await claim_all(play.services, story.value.id, sam.id)
    await play.later(timedelta(hours=1), acts)
    before = len(play.rung())
    for _ in range(5):
        await play.later(timedelta(seconds=10), acts)
    spike = await play.spike()
    assert spike.over
    assert spike.over.peak > 100
    assert spike.over.ended - spike.over.began < timedelta(minutes=5)
    [card] = [m for m in play.standin.messages("#brand-watch") if m.ts == spike.ts]
    shown = text_of(card)
    assert "🟢 Spike, over · Lumo" in shown
    assert f"Handled by <@{sam.id}> ({taken})." in shown
    assert "First claimed" in shown
    thread = [m for m in play.standin.messages("#brand-watch") if m.thread_ts == spike.ts]
    assert any("All clear" in message.text for message in thread)
    said = [message for _, message in play.rung()[before:]]
    assert not any("All clear" in message.text for message in said), "the channel hears nothing"
