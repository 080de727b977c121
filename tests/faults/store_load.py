"""The load of the store's fault tests: what commit number n writes is a pure function of n."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec

from bot.errors import Conflict
from bot.store.base import Find, Index, Put, Remove, TableSpec, Write, encoded
from bot.store.tiny import TinyStore

TABLES = (
    TableSpec("mentions", (Index(("watch",), "at"),), day="at"),
    TableSpec("outbox", (Index((), "number"),), day="created", numbers=("number",)),
    TableSpec("cursors"),
    TableSpec("meta"),
)
WATCHES = ("acme", "other")
NEVER = 1 << 40
"""A size no journal reaches, so that it is not folded."""

EVERY_COMMIT = 1
"""A size every commit reaches: the journal is folded as often as can be."""

_AT_A_TIME = 3

Key = tuple[str, str]
Versioned = tuple[int, Mapping[str, object]]
Documents = dict[Key, Versioned]
"""Documents with their versions, by table and id."""


def writes_of(number: int) -> list[Write]:
    """Mentions new, changed, moved to another day or removed, at times a batch of them; an outbox
    row in, an older one out; a cursor; and the number itself."""
    chance = random.Random(number)
    many = 40 if number % 11 == 0 else chance.randrange(1, 6)
    removed = [Remove(table="mentions", id=f"m{chance.randrange(60)}")] * (number % 4 == 0)
    return [
        *(_mention(chance, number) for _ in range(many)),
        *removed,
        Put(
            table="outbox",
            id=str(number),
            document={"number": number, "created": _at(chance)},
            expected=0,
        ),
        Remove(table="outbox", id=str(number - 3)),
        Put(table="cursors", id=f"c{number % 4}", document={"page": number}),
        Put(table="meta", id="last", document={"number": number}, expected=number - 1),
    ]


class Expected:
    """What is stored after the first so many commits."""

    def __init__(self) -> None:
        self.documents: Documents = {}
        self._commits = 0

    def advance_to(self, commits: int) -> None:
        for number in range(self._commits + 1, commits + 1):
            for write in writes_of(number):
                before = self.documents.pop((write.table, write.id), (0, {}))
                if isinstance(write, Put):
                    now = before[0] + 1, msgspec.json.decode(encoded(write.document))
                    self.documents[write.table, write.id] = now
        self._commits = commits


def states_after(commits: int) -> list[Documents]:
    """What is stored after each number of commits, from none to `commits`."""
    expected, states = Expected(), []
    for number in range(commits + 1):
        expected.advance_to(number)
        states.append(dict(expected.documents))
    return states


async def everything_in(store: TinyStore) -> Documents:
    """All documents, read one by one, which every other way of reading must agree with."""
    found: Documents = {}
    for spec in TABLES:
        async for page in store.rows(spec.name):
            for row in page:
                assert await store.get(spec.name, row.id) == row
                assert (spec.name, row.id) not in found
                found[spec.name, row.id] = row.version, row.document
    for watch in WATCHES:
        query = Find(table="mentions", equal={"watch": watch}, order="at")
        indexed = [(row.document["at"], row.id) for row in await store.find(query)]
        of_watch = [
            (document["at"], id)
            for (table, id), (_, document) in found.items()
            if table == "mentions" and document["watch"] == watch
        ]
        assert indexed == sorted(of_watch, key=str)
    return found


def commits_in(documents: Documents) -> int:
    """The number of the last commit."""
    return documents.get(("meta", "last"), (0, {}))[0]


def commit_until_killed(folder: Path, told: Connection) -> None:
    """Sends 0 before it opens the store, then each commit's number when it was acknowledged."""
    told.send(0)
    asyncio.run(_commit_until_killed(folder, told))


async def _commit_until_killed(folder: Path, told: Connection) -> None:
    store = await TinyStore.open(folder, TABLES, compact_from=EVERY_COMMIT)
    last = await store.get("meta", "last")
    number = 0 if last is None else last.version

    async def commit(number: int) -> None:
        while not await _committed(store, number):
            pass
        told.send(number)

    while True:
        await asyncio.gather(*(commit(number + step) for step in range(1, _AT_A_TIME + 1)))
        number += _AT_A_TIME


async def _committed(store: TinyStore, number: int) -> bool:
    """False where it overtook the one before it, which it may while the writer is busy."""
    try:
        await store.commit(writes_of(number))
    except Conflict:
        await asyncio.sleep(0)
        return False
    return True


def _mention(chance: random.Random, number: int) -> Put:
    return Put(
        table="mentions",
        id=f"m{chance.randrange(60)}",
        document={
            "watch": chance.choice(WATCHES),
            "at": _at(chance),
            "text": f"n° {number}\n" * chance.randrange(1, 40),
        },
    )


def _at(chance: random.Random) -> str:
    return f"2026-11-{chance.randrange(20, 25)}T08:{chance.randrange(60):02}:00Z"
