"""The process dies before or after each effect, once or twice: nothing is lost or said twice.

An effect is a commit to the store or a call that makes Slack show something. A dead process does
nothing more; a new one starts on the same folder, polls the same source again and delivers.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.config import loads
from bot.services import conversations, ingest
from bot.services.base import Sequence as Numbers
from bot.services.base import Services, utc_now
from bot.slack.gateway import Gateway, Posted
from bot.sources.base import Page
from bot.standin import UNLIMITED, AppSpec, Standin
from bot.store.base import Find, Row, Store, TableSize, Write
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore
from tests.builders import a_fresh_post
from tests.services.conftest import CONFIG
from tests.services.lanes import Lanes

BRANDS = ("lumo", "nox")
ANGRY = "is terrible, I hate it, the worst"
POSTS = tuple(
    a_fresh_post(id=f"p {brand}", source="forum", text=f"{brand} {ANGRY}") for brand in BRANDS
)
TWO_WATCHES = f"""{CONFIG}
[[watches]]
name = "Nox"
query = "nox"
channel = "#care"
"""
MEMBER = "U0CAMILLE"

SAMPLE = 120
EVERY_PAIR = bool(os.environ.get("VIGIE_EVERY_CRASH"))
"""All pairs take minutes: a sample is drawn unless they are asked for."""


class Dead(BaseException):
    """The process is gone; nothing in it can catch this."""


class Fuse:
    """Counts effects, and kills the process before (even numbers) or after (odd) one of them."""

    def __init__(self, blows_at: int | None) -> None:
        self.blows_at = blows_at
        self.points = 0
        self.blown = asyncio.Event()

    def point(self) -> None:
        if self.blown.is_set():
            raise Dead
        if self.points == self.blows_at:
            self.blown.set()
            raise Dead
        self.points += 1


class FusedStore:
    """A store whose commits are effects."""

    def __init__(self, store: Store, fuse: Fuse) -> None:
        self._store = store
        self._fuse = fuse

    async def get(self, table: str, id: str) -> Row | None:
        return await self._store.get(table, id)

    async def find(self, query: Find) -> list[Row]:
        return await self._store.find(query)

    async def count(self, query: Find) -> int:
        return await self._store.count(query)

    async def commit(self, writes: Sequence[Write]) -> None:
        self._fuse.point()
        await self._store.commit(writes)
        self._fuse.point()

    def rows(self, table: str) -> AsyncIterator[Sequence[Row]]:
        return self._store.rows(table)

    async def drop_days(self, table: str, before: date) -> int:
        return await self._store.drop_days(table, before)

    async def purge(self, *, damaged: bool = False) -> None:
        await self._store.purge(damaged=damaged)

    async def sizes(self) -> list[TableSize]:
        return await self._store.sizes()

    async def close(self) -> None:
        await self._store.close()


class FusedGateway(Gateway):
    """A gateway whose messages are effects."""

    def __init__(self, standin: Standin, fuse: Fuse) -> None:
        super().__init__(standin.bot_token, standin.api_url, pace=1000)
        self._fuse = fuse

    async def post(self, *args: Any, **named: Any) -> Posted:
        self._fuse.point()
        posted = await super().post(*args, **named)
        self._fuse.point()
        return posted

    async def update(self, *args: Any, **named: Any) -> None:
        self._fuse.point()
        await super().update(*args, **named)
        self._fuse.point()


class Feed:
    """A source that shows the same two posts for ever, and an empty history at first."""

    name = "forum"

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: object) -> Page:
        return Page(posts=POSTS if cursor else (), cursor="read")


async def live(standin: Standin, folder: Path, fuse: Fuse) -> None:
    """One life of the process: poll, claim what is there, deliver until nothing waits."""
    store = FusedStore(await TinyStore.open(folder, TABLES), fuse)
    records = Records(store)
    try:
        async with FusedGateway(standin, fuse) as slack:
            services = Services(
                config=loads(TWO_WATCHES),
                records=records,
                slack=slack,
                sources={"forum": Feed()},
                clock=utc_now,
                sequence=Numbers(utc_now, await records.last_order()),
            )
            with suppress(Dead):
                await work(services, fuse)
    finally:
        await store.close()


async def work(services: Services, fuse: Fuse) -> None:
    for watch in services.config.watches * 2:
        await ingest.poll(services, watch, "forum")
    for conversation in await conversations.queue(services):
        if conversation.state == "new":
            await conversations.claim(services, conversation.id, MEMBER)
    async with Lanes(services).at_work():
        over = asyncio.create_task(nothing_waits(services))
        died = asyncio.create_task(fuse.blown.wait())
        await asyncio.wait((over, died), return_when=asyncio.FIRST_COMPLETED)
        for task in (over, died):
            task.cancel()
        await asyncio.gather(over, died, return_exceptions=True)


async def nothing_waits(services: Services) -> None:
    while await waiting(services):  # noqa: ASYNC110  # the store tells nobody of its commits
        await asyncio.sleep(0.001)


async def waiting(services: Services) -> int:
    outbox = services.records.outbox
    return sum([await outbox.count({"state": state}, "order") for state in ("waiting", "trying")])


async def lives_of(folder: Path, blows_at: tuple[int, ...]) -> tuple[Standin, int]:
    """A workspace after a process that died at those points, and one that lived on."""
    standin = await Standin.start(
        app=AppSpec(bot_token="xoxb-crash"), channels=("#care", "#brand"), rates=UNLIMITED
    )
    for point in blows_at:
        await live(standin, folder, Fuse(point))
    last = Fuse(None)
    await live(standin, folder, last)
    return standin, last.points


def check(standin: Standin, where: object) -> None:
    said = [m for m in standin.messages("#care") if m.by_bot]
    cards = [m for m in said if not m.thread_ts or m.thread_ts == m.ts]
    notes = [m for m in said if m not in cards]
    assert len(cards) == len(POSTS), f"died at {where}: {len(cards)} cards"
    assert len(notes) == len(POSTS), f"died at {where}: {len(notes)} notes"
    for post in POSTS:
        assert sum(post.text in str(card.blocks) for card in cards) == 1
    assert all(MEMBER in str(card.blocks) for card in cards), "every card shows the claim"


async def points_of_a_life(folder: Path) -> int:
    standin, points = await lives_of(folder, ())
    check(standin, "no point")
    await standin.close()
    return points


@pytest.mark.timeout(120)
async def test_one_death_anywhere_loses_nothing_and_says_nothing_twice(tmp_path: Path) -> None:
    points = await points_of_a_life(tmp_path / "unharmed")
    assert points >= 20
    for point in range(points):
        standin, _ = await lives_of(tmp_path / str(point), (point,))
        check(standin, point)
        await standin.close()


@pytest.mark.timeout(900)
async def test_two_deaths_anywhere_lose_nothing_and_say_nothing_twice(tmp_path: Path) -> None:
    points = await points_of_a_life(tmp_path / "unharmed")
    every = list(itertools.product(range(points), repeat=2))
    pairs = every if EVERY_PAIR else random.Random(2).sample(every, SAMPLE)
    for pair in pairs:
        standin, _ = await lives_of(tmp_path / "-".join(map(str, pair)), pair)
        check(standin, pair)
        await standin.close()
