"""The whole bot between a real workspace and sources that answer what a test told them to.

Everything from the poll to the card crosses real sockets: Slack's unmodified clients talk to the
workspace over HTTP and Socket Mode.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml
from slack_bolt.async_app import AsyncApp

import handlers
from bot.config import loads
from bot.domain.mention import Post
from bot.domain.pairs import Pair
from bot.services import ingest
from bot.services.base import Clock, Services, utc_now
from bot.services.numbering import Sequence
from bot.slack import ids
from bot.slack.ear import heard
from bot.slack.gateway import Gateway
from bot.sources.base import Source
from bot.standin import UNLIMITED, AppSpec, Message, Person, Standin, View
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore
from handlers import working
from tests.services.conftest import CONFIG, ScriptedSource
from tests.services.lanes import Lanes

MANIFEST = Path(__file__).parents[2] / "manifest.yaml"
Found = TypeVar("Found")

CHANNELS = ("#brand", "#care", "#general", "#admin")


@dataclass
class Town:
    """A workspace, the bot in it, and the places that it reads."""

    standin: Standin
    services: Services
    places: Mapping[str, ScriptedSource]
    camille: Person = field(init=False)
    sam: Person = field(init=False)
    margot: Person = field(init=False)

    def __post_init__(self) -> None:
        self.camille = self.standin.person("Camille")
        self.sam = self.standin.person("Sam")
        self.margot = self.standin.person("Margot")

    async def first_polls(self) -> None:
        for place in self.places:
            await self.poll(place)

    async def poll(self, place: str = "forum", *posts: Post) -> None:
        if posts:
            self.places[place].will_show(*posts)
        await ingest.poll(self.services, self.services.config.watches[0], place)

    async def forget_that_it_was_read(self, place: str) -> None:
        """The next poll of this place is its first: it fills history."""
        pair = Pair(watch=self.services.config.watches[0].name, source=place)
        pairs = self.services.records.pairs
        await self.services.records.commit([pairs.put(pair.id, pair)])

    def cards(self, channel: str = "#care") -> list[Message]:
        """The bot's messages at channel level, oldest first."""
        return [m for m in self.standin.messages(channel) if m.by_bot and not m.thread_ts]

    def thread(self, card: Message, channel: str = "#care") -> list[str]:
        return [m.text for m in self.standin.messages(channel) if m.thread_ts == card.ts != m.ts]

    async def until(self, seen: Callable[[], Found | None]) -> Found:
        return await self.standin.wait_for(seen, 10)

    async def card(self, number: int = 1, channel: str = "#care") -> Message:
        """The channel's card with this number, once it is there."""

        def found() -> Message | None:
            cards = self.cards(channel)
            return cards[number - 1] if len(cards) >= number else None

        return await self.until(found)

    async def card_says(self, words: str, channel: str = "#care") -> Message:
        """The channel's first card, once it says this."""

        def found() -> Message | None:
            return next((c for c in self.cards(channel) if words in text_of(c)), None)

        return await self.until(found)

    async def told(self, person: Person, words: str, channel: str = "#care") -> str:
        """What the bot told one person alone, once it holds these words."""

        def found() -> str | None:
            texts = (m.text + text_of(m) for m in person.ephemerals(channel))
            return next((text for text in texts if words in text), None)

        return await self.until(found)

    async def asked(self, person: Person, line: str) -> Message:
        """The private answer to a slash command."""
        before = len(person.ephemerals("#general"))
        await person.command(line, "#general")

        def found() -> Message | None:
            answers = person.ephemerals("#general")[before:]
            return answers[0] if answers else None

        return await self.until(found)

    async def modal(self, person: Person) -> View:
        return await self.until(lambda: person.modal)


def text_of(message: Message) -> str:
    """All words in a message's blocks."""
    return " ".join(_strings(list(message.blocks)))


def buttons_of(message: Message) -> list[str]:
    """The labels of its row of buttons."""
    return [
        element["text"]["text"]
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element["type"] == "button" and element["action_id"] != ids.OPEN_LINK
    ]


def _strings(value: Any) -> list[str]:
    match value:
        case str():
            return [value]
        case Mapping():
            return [text for part in value.values() for text in _strings(part)]
        case list():
            return [text for part in value for text in _strings(part)]
        case _:
            return []


@contextlib.asynccontextmanager
async def bot_services(
    standin: Standin,
    folder: Path,
    places: Mapping[str, Source],
    monotonic: Callable[[], float] = time.monotonic,
    config: str = CONFIG,
    environment: Mapping[str, str] | None = None,
    clock: Clock = utc_now,
) -> AsyncIterator[Services]:
    """The services on a data folder, with the workspace for Slack; nothing runs by itself."""
    admins = "" if "admins" in config else f'\nadmins = ["{standin.person("Margot").id}"]'
    text = config.replace("[slack]", f'[slack]\napi_url = "{standin.api_url}"{admins}')
    records = Records(await TinyStore.open(folder, TABLES))
    try:
        async with Gateway(
            standin.bot_token, standin.api_url, pace=1000, monotonic=monotonic
        ) as slack:
            services = Services(
                config=loads(text, environment=environment or {}),
                records=records,
                slack=slack,
                sources=places,
                clock=clock,
                sequence=Sequence(clock, await records.last_order()),
            )
            await services.watches.reload(records)
            yield services
    finally:
        await records.close()


@contextlib.asynccontextmanager
async def bot_in(
    standin: Standin,
    folder: Path,
    places: Mapping[str, Source],
    config: str = CONFIG,
    environment: Mapping[str, str] | None = None,
    clock: Clock = utc_now,
) -> AsyncIterator[Services]:
    """A bot at work on a data folder; leaving the block is its end."""
    opened = bot_services(
        standin, folder, places, config=config, environment=environment, clock=clock
    )
    async with opened as services:
        app = AsyncApp(client=services.slack.client)
        handlers.register(app, services)
        async with heard(app, standin.app_token), Lanes(services).at_work():
            yield services


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine nothing is said to take long: answers come where they are asked."""
    monkeypatch.setattr(working, "PATIENCE", 60.0)


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    standin = await Standin.start(
        app=AppSpec.from_manifest(manifest), channels=CHANNELS, rates=UNLIMITED
    )
    yield standin
    await standin.close()


@pytest.fixture
def places() -> dict[str, ScriptedSource]:
    return {name: ScriptedSource(name) for name in ("forum", "lumen.social")}


@pytest.fixture
async def town(
    standin: Standin, places: dict[str, ScriptedSource], tmp_path: Path
) -> AsyncIterator[Town]:
    async with bot_in(standin, tmp_path / "data", places) as services:
        await standin.wait_for(lambda: standin.connected or None)
        town = Town(standin, services, places)
        await town.first_polls()
        yield town
