"""What the tests of the store write, and the folder they write it to."""

from __future__ import annotations

from pathlib import Path

from bot.store.base import Find, Index, Put, TableSpec
from bot.store.tiny import TinyStore

TABLES = (TableSpec("mentions", (Index(("watch",), "at"),)), TableSpec("cursors"))
ACME = Find(table="mentions", equal={"watch": "acme"}, order="at")
NEVER = 1 << 40
"""A size no journal reaches, so that it is not compacted."""


def mention(number: int, *, watch: str = "acme") -> Put:
    document = {"watch": watch, "at": f"2026-11-24T08:00:{number:02}Z", "text": "Déçu 😞"}
    return Put(table="mentions", id=f"m{number}", document=document)


async def fill(folder: Path, commits: int) -> None:
    """A journal of so many commits, m0 and up."""
    store = await TinyStore.open(folder, TABLES, compact_from=NEVER)
    for number in range(commits):
        await store.commit([mention(number)])
    await store.close()


async def compact(folder: Path) -> None:
    await (await TinyStore.open(folder, TABLES, compact_from=0)).close()


async def ids(store: TinyStore) -> list[str]:
    return [row.id for row in await store.find(ACME)]
