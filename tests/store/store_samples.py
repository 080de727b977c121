"""What the tests of the store write, and the folder they write it to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.store.base import Find, Index, Put, TableSpec
from bot.store.tiny import TinyStore

TABLES = (TableSpec("mentions", (Index(("watch",), "at"),), day="at"), TableSpec("cursors"))
ACME = Find(table="mentions", equal={"watch": "acme"}, order="at")
START = datetime(2026, 11, 24, 8, tzinfo=UTC)
NEVER = 1 << 40
"""A size no journal reaches, so that it is not compacted."""


def mention(number: int, *, watch: str = "acme") -> Put:
    at = f"{START + timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}"
    document = {"watch": watch, "at": at, "text": "Déçu 😞"}
    return Put(table="mentions", id=f"m{number}", document=document)


async def fill(folder: Path, commits: int) -> None:
    """A journal of so many commits, m0 and up."""
    store = await TinyStore.open(folder, TABLES, compact_from=NEVER)
    for number in range(commits):
        await store.commit([mention(number)])
    await store.close()


async def folded(store: TinyStore) -> None:
    """Wait until all that was committed lies in the files of its days."""
    await store.drop_days("mentions", date.min)


async def fold(folder: Path) -> None:
    """Open the folder, fold its journal, and close it."""
    store = await TinyStore.open(folder, TABLES, compact_from=NEVER)
    await folded(store)
    await store.close()


def journals(folder: Path) -> list[Path]:
    return sorted(folder.glob("journal-*.jsonl"))


def day_files(folder: Path) -> list[Path]:
    return sorted((folder / "mentions").glob("*.jsonl"))


async def ids(store: TinyStore) -> list[str]:
    return [row.id for row in await store.find(ACME)]
