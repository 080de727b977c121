"""A process that dies before or after an effect, and the one that is begun after it: for tests that
enumerate these points.

An effect is a commit to the store or a call that makes Slack show something. A dead process does
nothing more; a new one starts on the same folder, in the same workspace.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bot.config import Config
from bot.services.base import Services
from bot.services.numbering import Sequence as Numbers
from bot.slack.gateway import Gateway, Posted
from bot.sources.base import Source
from bot.standin import UNLIMITED, AppSpec, Message, Standin
from bot.store.base import Find, Row, Store, TableSize, Write
from bot.store.damage import SetAside
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore
from tests.services.lanes import Lanes

EVERY_PAIR = bool(os.environ.get("VIGIE_EVERY_CRASH"))
"""All pairs take minutes: a sample is drawn unless they are asked for."""

AT_ONCE = 4
"""Schedules that are lived through side by side: much of a life is waiting for the disk."""

CHANNELS = ("#care", "#brand", "#lamp", "#admin")


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

    @property
    def set_aside(self) -> Sequence[SetAside]:
        return self._store.set_aside

    def changes(self, table: str) -> int | None:
        return self._store.changes(table)

    async def commit(self, writes: Sequence[Write]) -> None:
        self._fuse.point()
        await self._store.commit(writes)
        self._fuse.point()

    def rows(self, table: str) -> AsyncIterator[Sequence[Row]]:
        return self._store.rows(table)

    async def drop_days(self, table: str, before: date) -> int:
        return await self._store.drop_days(table, before)

    async def purge(self) -> None:
        await self._store.purge()

    async def forget_damaged(self) -> None:
        await self._store.forget_damaged()

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


@dataclass(frozen=True, kw_only=True)
class Story:
    """What every life does, from wherever the one before died (`work`), with this configuration and
    these sources; and what must be so in the end (`check`)."""

    config: Config
    sources: Callable[[Standin], Mapping[str, Source]]
    work: Callable[[Services, Standin, Fuse], Awaitable[None]]
    check: Callable[[Services, Standin], Awaitable[None]]
    app: AppSpec = field(default_factory=lambda: AppSpec(bot_token="xoxb-crash"))


async def lives_of(story: Story, folder: Path, blows_at: tuple[int, ...]) -> int:
    """Live through a story with a process that dies at each of these points in turn, and one that
    lives on, and check it; how many points that one passed."""
    standin = await Standin.start(app=story.app, channels=CHANNELS, rates=UNLIMITED)
    try:
        for point in blows_at:
            await _live(story, standin, folder, Fuse(point))
        last = Fuse(None)
        await _live(story, standin, folder, last)
    finally:
        await standin.close()
    return last.points


async def _live(story: Story, standin: Standin, folder: Path, fuse: Fuse) -> None:
    store = FusedStore(await TinyStore.open(folder, TABLES), fuse)
    records = Records(store)

    def clock() -> datetime:
        return datetime.fromtimestamp(standin.clock.now(), UTC)

    try:
        async with FusedGateway(standin, fuse) as slack:
            services = Services(
                config=story.config,
                records=records,
                slack=slack,
                sources=story.sources(standin),
                clock=clock,
                sequence=Numbers(clock, await records.last_order()),
            )
            with suppress(Dead):
                await story.work(services, standin, fuse)
            if fuse.blows_at is None:
                await story.check(services, standin)
    finally:
        await store.close()


async def every_one(story: Story, folder: Path) -> int:
    """Die at each point of the story, once; at how many."""
    points = await lives_of(story, folder / "unharmed", ())
    await _all(story, folder, [(point,) for point in range(points)])
    return points


async def pairs(story: Story, folder: Path, sample: int) -> int:
    """Die at two points, one after the other: so many pairs, or all there are; how many."""
    points = await lives_of(story, folder / "unharmed", ())
    every = list(itertools.product(range(points), repeat=2))
    chosen = every if EVERY_PAIR else random.Random(2).sample(every, sample)
    await _all(story, folder, chosen)
    return len(chosen)


async def _all(story: Story, folder: Path, schedules: Sequence[tuple[int, ...]]) -> None:
    """Live through these schedules, some at once: each has a workspace and a folder of its own."""
    left = iter(schedules)

    async def lived() -> None:
        for schedule in left:
            try:
                await lives_of(story, folder / "-".join(map(str, schedule)), schedule)
            except AssertionError as error:
                raise AssertionError(f"died at {schedule}") from error

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(lived())


async def delivered(services: Services, fuse: Fuse) -> None:
    """Have the outbox say all that waits, unless the process dies over it. Raises Dead."""
    async with Lanes(services).at_work():
        over = asyncio.create_task(_nothing_waits(services))
        died = asyncio.create_task(fuse.blown.wait())
        await asyncio.wait((over, died), return_when=asyncio.FIRST_COMPLETED)
        for task in (over, died):
            task.cancel()
        await asyncio.gather(over, died, return_exceptions=True)
    if fuse.blown.is_set():
        raise Dead


async def _nothing_waits(services: Services) -> None:
    while await _waiting(services):  # noqa: ASYNC110  # the store tells nobody of its commits
        await asyncio.sleep(0.001)


async def _waiting(services: Services) -> int:
    """Deliveries that are to be made now; what is held for its own time is not."""
    outbox, now = services.records.outbox, services.clock()
    found = [
        kept.value
        for state in ("waiting", "trying")
        for kept in await outbox.find({"state": state}, "order")
    ]
    return sum(not delivery.is_held(now) for delivery in found)


def cards_and_notes(standin: Standin, channel: str) -> tuple[list[Message], list[Message]]:
    """What Vigie said in a channel by itself, and in threads."""
    said = [m for m in standin.messages(channel) if m.by_bot]
    cards = [m for m in said if not m.thread_ts or m.thread_ts == m.ts]
    return cards, [m for m in said if m not in cards]
