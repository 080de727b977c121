"""`vigie data`: what is kept, where, and of whom."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from rich import box
from rich.console import Console
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from bot.assembly import open_store
from bot.config import PostgresAddress
from bot.errors import StoreError
from bot.store.base import TableSize
from bot.store.damage import SetAside
from bot.store.looking import is_data_folder
from bot.store.repositories import TABLES
from bot.store.tiny import look


class NoSuchFolder(StoreError):
    """Nothing that a Vigie wrote is there."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What a store holds, table by table, and what of it is damaged."""

    store: str
    tables: tuple[TableSize, ...]
    set_aside: tuple[SetAside, ...] = ()

    @property
    def total(self) -> TableSize:
        days = [day for size in self.tables for day in (size.oldest, size.newest) if day]
        return TableSize(
            name="total",
            documents=sum(size.documents for size in self.tables),
            bytes=sum(size.bytes for size in self.tables),
            oldest=min(days, default=None),
            newest=max(days, default=None),
        )


def print_held(address: Path | PostgresAddress, *, json: bool) -> None:
    """Print what a store holds, which may be in use.

    Raises NoSuchFolder, and what `bot.assembly.open_store` and `bot.store.tiny.look` raise.
    """
    held = _held_in(address) if isinstance(address, Path) else asyncio.run(_held_by(address))
    if json:
        print(as_json(held))  # noqa: T201  (rich would break lines)
        return
    console = Console(highlight=False)
    console.print(_tables(held))
    for words in _notes(address, held):
        console.print(words, soft_wrap=True)


def as_json(held: Held) -> str:
    """One object: `store`, `tables`, `total`, `set_aside`; sizes in bytes, days as 2026-11-24."""
    aside = [
        {"file": str(a.file), "offset": a.offset, "length": a.length, "copy": str(a.copy)}
        for a in held.set_aside
    ]
    whole: dict[str, Any] = {
        "store": held.store,
        "tables": held.tables,
        "total": held.total,
        "set_aside": aside,
    }
    return msgspec.json.encode(whole).decode()


def _held_in(folder: Path) -> Held:
    sizes, damaged = look(there(folder), TABLES)
    return Held(store=str(folder), tables=tuple(sizes), set_aside=tuple(damaged))


async def _held_by(address: PostgresAddress) -> Held:
    store = await open_store(address)
    try:
        return Held(store=str(address), tables=tuple(await store.sizes()))
    finally:
        await store.close()


def there(folder: Path) -> Path:
    """A folder that a Vigie wrote. Raises NoSuchFolder."""
    if not folder.is_dir():
        raise NoSuchFolder(f"{folder} is no folder: a Vigie that runs makes it")
    if not is_data_folder(folder):
        raise NoSuchFolder(f"{folder} holds nothing that a Vigie wrote")
    return folder


def _tables(held: Held) -> Table:
    table = Table(box=box.SIMPLE, show_footer=True, title=Text(held.store), title_justify="left")
    total = held.total
    table.add_column("table", total.name)
    table.add_column("documents", f"{total.documents:,}", justify="right")
    table.add_column("size", decimal(total.bytes), justify="right")
    table.add_column("oldest", _day(total.oldest))
    table.add_column("newest", _day(total.newest))
    for size in held.tables:
        days = _day(size.oldest), _day(size.newest)
        table.add_row(size.name, f"{size.documents:,}", decimal(size.bytes), *days)
    return table


def _notes(address: Path | PostgresAddress, held: Held) -> list[Text]:
    notes = [Text(f"✗ {aside}", "red") for aside in held.set_aside]
    if isinstance(address, Path):
        notes.append(Text("A backup is made by vigie backup FOLDER, also while Vigie runs."))
    else:
        notes.append(Text("A backup is made by pg_dump, also while Vigie runs."))
    return notes


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
