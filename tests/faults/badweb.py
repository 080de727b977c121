"""The services between a sick place and a well one: rounds of polls on a clock that is turned by
hand, and what came of them."""

from __future__ import annotations

import asyncio
import gc
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import stamina

from bot.config import loads
from bot.domain.mention import Mention
from bot.domain.outbox import Delivery
from bot.domain.pairs import Pair, pair_id
from bot.domain.watch import Watch
from bot.i18n import Voice
from bot.operating.heap import spare_what_stays
from bot.services import ingest, lookout, reconciling, rounds, volumes
from bot.services.base import Services
from bot.services.numbering import Sequence as Numbers
from bot.slack.blocks.status import status_card
from bot.slack.gateway import Gateway
from bot.sources.http import PoliteClient
from bot.sources.kinds import made
from bot.sources.ledgers import SpentHere
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore
from tests.builders import NOW
from tests.faults.badplaces import Internet, Place, Written
from tests.faults.dialects import DIALECTS
from tests.services.conftest import HandClock

MOST_HELD = 250.0
"""Milliseconds that the event loop may be held: 100 are promised, and what the process did
meanwhile in other threads, or for tests before, counts as well here. What was mended had held it
longer."""

KINDS = ("feed", "hackernews", "mastodon", "lemmy")
ROUND = timedelta(minutes=15)
HISTORY = 36
"""Posts of each place before the first poll, one an hour, by nine people."""

CONFIG = """
[slack]
admin_channel = "#admin"
[coach]
tour = false
[[sources]]
name = "sick"
kind = "{kind}"
url = "http://sick.example{path}"
every = "15m"
[[sources]]
name = "well"
kind = "feed"
url = "http://well.example/feed.xml"
every = "15m"
[[watches]]
name = "Lumo"
query = "lumo"
channel = "#brand"
channels = {{ negative = "#care" }}
"""


@pytest.fixture(scope="module", autouse=True)
def started() -> Iterator[None]:
    """As Vigie does once it has started: what is there for good is not looked through again."""
    spare_what_stays()
    yield
    gc.unfreeze()


@dataclass
class Web:
    """Two places, and Vigie that reads both; `held` is the longest that its event loop was held,
    in milliseconds."""

    kind: str
    services: Services
    clock: HandClock
    internet: Internet
    sick: Place
    well: Place
    held: float = 0.0
    written: int = 0

    def write(
        self, place: Place, words: str = "hums", *, minutes_ago: float = 1, **named: str
    ) -> Written:
        """Somebody writes of the brand at a place."""
        self.written += 1
        at = self.clock.now - timedelta(minutes=minutes_ago)
        text = f"My lumo lamp {words} ({self.written}, {self.written * 7919})"
        author = f"{place.name[0]}{self.written % 9}"
        id = str(int(at.timestamp()) * 100_000 + self.written % 100_000)
        post = Written(**{"id": id, "text": text, "author": author, **named}, at=at)
        place.posts.append(post)
        return post

    async def round(self, *, angry: bool = False) -> None:
        """A quarter of an hour later somebody has written at both, and both are polled at once."""
        self.clock.turn(ROUND)
        self.write(self.sick)
        self.write(self.well, "is terrible, I hate it" if angry else "hums")
        await self.poll()

    async def poll(self) -> None:
        """Poll both, and look at what has fallen due."""
        over = asyncio.Event()
        looking = asyncio.create_task(self._look(over))
        await asyncio.gather(
            *(ingest.poll(self.services, self.watch, source) for source in ("sick", "well"))
        )
        over.set()
        await looking
        await rounds.make(self.services)

    async def rests(self) -> None:
        """Until the sick place may be asked again."""
        until = (await self.pair()).rest_until
        self.clock.now = max(self.clock.now, until or self.clock.now)

    async def night(self) -> None:
        """The look back of the night, where it is due."""
        await reconciling.reconcile(self.services, "sick")

    async def _look(self, over: asyncio.Event, breath: float = 0.005) -> None:
        """How long the loop is held: not longer than it was late, nor than this process worked, for
        other processes may hold up both; the places' own work is not Vigie's."""
        while not over.is_set():
            begun, worked, own = time.perf_counter(), time.process_time(), self._worked
            await asyncio.sleep(breath)
            late = time.perf_counter() - begun - breath
            held = min(late, time.process_time() - worked) - (self._worked - own)
            self.held = max(self.held, 1_000 * held)

    @property
    def _worked(self) -> float:
        return self.sick.worked + self.well.worked

    async def pair(self) -> Pair:
        kept = await self.services.records.pairs.get(pair_id("Lumo", "sick"))
        assert kept
        return kept.value

    async def mentions(self, source: str) -> list[Mention]:
        found = await self.services.records.mentions.find({"watch": "Lumo"}, "at")
        return [kept.value for kept in found if kept.value.post.source == source]

    async def texts(self, source: str) -> Counter[str]:
        return Counter(mention.post.text for mention in await self.mentions(source))

    async def outbox(self, channel: str) -> list[Delivery]:
        found = await self.services.records.outbox.find({"state": "waiting"}, "order")
        return [kept.value for kept in found if kept.value.channel == channel]

    async def admins_read(self) -> list[str]:
        return [delivery.text for delivery in await self.outbox("#admin")]

    async def alerts(self, kind: str) -> int:
        found = await self.services.records.alerts.find({"watch": "Lumo"}, "raised")
        return sum(kept.value.kind == kind for kept in found)

    async def cards(self) -> int:
        """Messages of their own that the channels get."""
        sent = [*await self.outbox("#care"), *await self.outbox("#brand")]
        return sum(delivery.kind == "alert" for delivery in sent)

    @property
    def watch(self) -> Watch:
        return self.services.watches.all[0]

    def voice(self, language: str) -> Voice:
        return Voice("fr" if language == "fr" else "en", self.services.config.timezone)

    async def status(self, language: str = "en") -> str:
        """What `/vigie status` says."""
        card = status_card(await lookout.status(self.services), self.voice(language))
        words = "\n".join(str(block["text"]["text"]) for block in card.blocks)
        return words.replace("\N{NO-BREAK SPACE}", " ")

    async def known_slots(self) -> Sequence[int | None]:
        """What the detector knows of the last hour, slot by slot."""
        history = await volumes.history_of(self.services, self.watch, self.services.now())
        assert history
        return history.counts[-4:]


@asynccontextmanager
async def a_web(kind: str, folder: Path, *, patience: float = 30.0) -> AsyncIterator[Web]:
    """Both places were read for the first time, and are well."""
    clock = HandClock(NOW)
    sick, well = Place("sick", DIALECTS[kind], clock), Place("well", DIALECTS["feed"], clock)
    async with AsyncExitStack() as running:
        running.enter_context(stamina.set_testing(True, attempts=1))
        for place in (sick, well):
            await running.enter_async_context(place.open())
        internet = Internet([sick, well])
        client = await running.enter_async_context(
            PoliteClient(clock=clock, patience=patience, transport=internet.transport())
        )
        records = Records(await TinyStore.open(folder, TABLES))
        running.push_async_callback(records.close)
        slack = await running.enter_async_context(Gateway("xoxb-no", "http://127.0.0.1:1/api/"))
        config = loads(CONFIG.format(kind=kind, path="/feed.xml" if kind == "feed" else ""))
        services = Services(
            config=config,
            records=records,
            slack=slack,
            sources={one.name: made(one, client, "", SpentHere()) for one in config.sources},
            clock=clock,
            sequence=Numbers(clock),
        )
        web = Web(kind, services, clock, internet, sick, well)
        for hours in range(HISTORY, 0, -1):
            for place in (sick, well):
                web.write(place, minutes_ago=60 * hours - 30)
        await web.poll()
        for language in ("en", "fr"):
            await web.status(language)  # the words of a language are read once, from the disk
        web.held = 0.0
        yield web


async def is_well(web: Web) -> None:
    """Nothing is wrong with the place as far as anybody is told, and none with the other."""
    assert "All is well" in await web.status()
    assert await web.admins_read() == []
    assert await web.texts("well") == Counter(post.text for post in web.well.posts)
    assert await web.alerts("spike") == 0
    assert web.held < MOST_HELD


async def all_is_heard_once(web: Web) -> None:
    assert await web.texts("sick") == Counter(post.text for post in web.sick.posts)
