"""The mixed load of test_store_kill: what commit number n writes is a pure function of n."""

from __future__ import annotations

import asyncio
import random
from multiprocessing.connection import Connection
from pathlib import Path

from bot.store.base import Index, Put, Remove, TableSpec, Write
from bot.store.tiny import TinyStore

TABLES = (
    TableSpec("mentions", (Index(("watch",), "at"),)),
    TableSpec("outbox"),
    TableSpec("meta"),
)
_AT_A_TIME = 3


def writes_of(number: int) -> list[Write]:
    """Mentions new and changed, an outbox row in, an older one out, and the number itself."""
    chance = random.Random(number)
    mentions = [
        Put(
            table="mentions",
            id=f"m{chance.randrange(60)}",
            document={
                "watch": chance.choice(["acme", "other"]),
                "at": f"2026-11-24T08:{chance.randrange(60):02}:00Z",
                "text": f"n° {number}\n" * chance.randrange(1, 40),
            },
        )
        for _ in range(chance.randrange(1, 6))
    ]
    return [
        *mentions,
        Put(table="outbox", id=str(number), document={"number": number}, expected=0),
        Remove(table="outbox", id=str(number - 3)),
        Put(table="meta", id="last", document={"number": number}, expected=number - 1),
    ]


def commit_until_killed(folder: Path, told: Connection) -> None:
    """Sends 0 before it opens the store, then each commit's number when it was acknowledged."""
    told.send(0)
    asyncio.run(_commit_until_killed(folder, told))


async def _commit_until_killed(folder: Path, told: Connection) -> None:
    store = await TinyStore.open(folder, TABLES, compact_from=4096)
    last = await store.get("meta", "last")
    number = 0 if last is None else last.version

    async def commit(number: int) -> None:
        await store.commit(writes_of(number))
        told.send(number)

    while True:
        await asyncio.gather(*(commit(number + step) for step in range(1, _AT_A_TIME + 1)))
        number += _AT_A_TIME
