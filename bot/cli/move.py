"""`vigie move`: from one store to another, with a bar, compared at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from bot.assembly import open_store
from bot.cli.data import there
from bot.config import PostgresAddress
from bot.store.base import Store
from bot.store.looking import is_data_folder
from bot.store.moving import Moved, MoveRefused, Step, Summary, move
from bot.store.repositories import TABLES
from bot.store.tiny import TinyStore

if TYPE_CHECKING:
    import psycopg  # loaded where a database is named alone

Address = Path | PostgresAddress

_PATIENCE = 2.0
"""Seconds in which a database must come to be unused."""

_LOOKS = 10

_WORDS: dict[Step, str] = {"look": "looking at", "write": "moving", "verify": "comparing"}


def move_and_print(source: Address, target: Address) -> bool:
    """Move everything, and print what became of each table; whether both hold the same now.

    Raises NoSuchFolder and MoveRefused before anything was written, and any StoreError.
    """
    console = Console(highlight=False)
    moved, damaged = asyncio.run(_moved(source, target, console))
    console.print(_table(moved))
    for words in damaged:
        console.print(Text(f"✗ {words}", "red"), soft_wrap=True)
    well = all(table.well for table in moved)
    console.print(_verdict(source, target, well=well), soft_wrap=True)
    return well


async def _moved(
    source: Address, target: Address, console: Console
) -> tuple[list[Moved], Sequence[str]]:
    """What became of the tables, and what of the source was damaged."""
    await _check(source, target)
    async with _open(source) as giving, _open(target) as taking, _Bars(console) as bars:
        await bars.expect(giving, taking)
        moved = await move(giving, taking, TABLES, bars.tell)
        damaged = [str(a) for a in giving.set_aside] if isinstance(giving, TinyStore) else []
    return moved, damaged


async def _check(source: Address, target: Address) -> None:
    """Raises MoveRefused and NoSuchFolder."""
    if _same(source, target):
        raise MoveRefused("--from and --to are the same place")
    if isinstance(source, Path):
        there(source)
    if isinstance(target, Path) and not _is_free(target):
        raise MoveRefused(f"{target} holds other things than a Vigie's data: name another folder")
    for address in (source, target):
        if isinstance(address, PostgresAddress):
            await _check_unused(address)


def _same(source: Address, target: Address) -> bool:
    if isinstance(source, Path) and isinstance(target, Path):
        return source.resolve() == target.resolve()
    return source == target


def _is_free(folder: Path) -> bool:
    """Whether a Vigie's data may come into a folder."""
    if not folder.exists() or is_data_folder(folder):
        return True
    return folder.is_dir() and all(path.name == "lock" for path in folder.iterdir())


async def _check_unused(address: PostgresAddress) -> None:
    """Raises MoveRefused where a Vigie is connected to the database, StoreUnavailable.

    The connections of one that was killed, an earlier move perhaps, are closed a moment later.
    """
    from bot.store.postgres_faults import connected

    async with await connected(address.url) as connection:
        for _ in range(_LOOKS):
            if not await _others(connection):
                return
            await asyncio.sleep(_PATIENCE / _LOOKS)
    raise MoveRefused(f"{address} is in use by a Vigie: stop all that run on it, and move then")


async def _others(connection: psycopg.AsyncConnection) -> int:
    """How many connections Vigies have to the same database, for what is kept or for jobs."""
    cursor = await connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND starts_with(application_name, 'vigie') AND pid <> pg_backend_pid()"
    )
    [(count,)] = await cursor.fetchall()
    return int(count)


@asynccontextmanager
async def _open(address: Address) -> AsyncIterator[Store]:
    store = await open_store(address)
    try:
        yield store
    finally:
        await store.close()


class _Rate(ProgressColumn):
    """Documents a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", style="progress.data.speed")


class _Bars:
    """A bar for each step of a move."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<24}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(),
            console=console,
        )
        self._tasks: dict[Step, TaskID] = {}

    async def __aenter__(self) -> _Bars:
        self._progress.start()
        return self

    async def __aexit__(self, *ending: object) -> None:
        self._progress.stop()

    async def expect(self, source: Store, target: Store) -> None:
        """Learn how many documents there are."""
        held = sum(size.documents for size in await source.sizes())
        already = sum(size.documents for size in await target.sizes())
        totals: dict[Step, int] = {"look": already, "write": held, "verify": held}
        for step, total in totals.items():
            if step != "look" or total:
                self._tasks[step] = self._progress.add_task(_WORDS[step], total=total)

    def tell(self, step: Step, table: str, documents: int) -> None:
        """See `bot.store.moving.Tell`."""
        if step in self._tasks:
            words = f"{_WORDS[step]} {table}"
            self._progress.update(self._tasks[step], advance=documents, description=words)


def _table(moved: Sequence[Moved]) -> Table:
    table = Table(box=box.SIMPLE)
    table.add_column("table")
    for name in ("documents", "moved now"):
        table.add_column(name, justify="right")
    table.add_column("checksum")
    table.add_column("")
    for each in moved:
        table.add_row(
            each.table,
            f"{each.source.documents:,}",
            f"{each.written:,}",
            _checksum(each.source),
            _compared(each),
        )
    return table


def _compared(moved: Moved) -> Text:
    if moved.well:
        return Text("✓ the same", "green")
    held = moved.target
    return Text(f"✗ differs: {held.documents:,}, {_checksum(held)}", "red")


def _checksum(summary: Summary) -> str:
    """As much of it as a person compares."""
    return f"{summary.checksum:032x}"[:16]


def _verdict(source: Address, target: Address, *, well: bool) -> Text:
    if not well:
        return Text(
            f"{target} does not hold what {source} holds. Nothing was lost: {source} is as it was. "
            "Look whether something writes to one of them, and move to an empty store."
        )
    return Text(
        f"{target} holds what {source} holds. Name it as store in the configuration, and keep "
        f"{source} until you are content."
    )
