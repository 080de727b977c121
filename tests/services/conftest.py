"""Services over a real store in a temporary folder, a clock that is turned by hand, and sources
that answer what a test told them to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.config import Config, loads
from bot.domain.mention import Post
from bot.services.base import Services
from bot.services.numbering import Sequence as Numbers
from bot.slack.gateway import Gateway
from bot.sources.base import Page
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore
from tests.builders import NOW
from tests.postgres import made

CONFIG = """
[slack]
admin_channel = "#admin"
[coach]
tour = false
[[sources]]
name = "forum"
kind = "feed"
url = "http://forum.example/feed"
[[sources]]
name = "lumen.social"
kind = "mastodon"
url = "http://lumen.example"
[[watches]]
name = "Lumo"
query = "lumo"
channel = "#brand"
channels = { negative = "#care" }
"""


class HandClock:
    """A clock that stands still until it is turned."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def turn(self, by: timedelta) -> None:
        self.now += by


class ScriptedSource:
    """A source that answers what it was given, one answer a poll; nothing new after that."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.answers: list[Page | Exception] = []
        self.cursors: list[str | None] = []

    def will_show(self, *posts: Post, complete: bool = True, pending: bool = False) -> None:
        cursor = f"cursor {len(self.answers) + len(self.cursors) + 1}"
        page = Page(posts=posts, cursor=cursor, complete=complete, pending=pending)
        self.answers.append(page)

    def will_fail(self, error: Exception) -> None:
        self.answers.append(error)

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        self.cursors.append(cursor)
        answer = self.answers.pop(0) if self.answers else Page(posts=(), cursor=cursor or "start")
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def config() -> Config:
    return loads(CONFIG)


@pytest.fixture
def scripted(config: Config) -> dict[str, ScriptedSource]:
    return {source.name: ScriptedSource(source.name) for source in config.sources}


@pytest.fixture
async def services(
    tmp_path: Path, config: Config, clock: HandClock, scripted: dict[str, ScriptedSource]
) -> AsyncIterator[Services]:
    store = await TinyStore.open(tmp_path / "data", TABLES)
    async with Gateway("xoxb-test", "http://127.0.0.1:1/api/") as nobody_answers:
        yield Services(
            config=config,
            records=Records(store),
            slack=nobody_answers,
            sources=scripted,
            clock=clock,
            sequence=Numbers(clock),
        )
    await store.close()


@pytest.fixture(params=["tiny", "postgres"])
async def here(request: pytest.FixtureRequest, services: Services) -> AsyncIterator[Services]:
    """Vigie over each store."""
    if request.param == "tiny":
        yield services
        return
    store = await made(request.getfixturevalue("postgres_schema"), TABLES)
    yield replace(services, records=Records(store))
    await store.close()
