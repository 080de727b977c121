"""`vigie backup` and `vigie restore`: a data folder copied as of one commit, also while Vigie
writes to it, and brought back."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.cli.data import there
from bot.config import PostgresAddress
from bot.store.looking import Glance, glanced_at, is_data_folder
from bot.store.moving import Moved, MoveRefused, move
from bot.store.repositories import TABLES
from bot.store.tiny import TinyStore

Address = Path | PostgresAddress


class Copied(NamedTuple):
    """Whether a copy holds the same, by count and checksum; and how many pieces of its source
    could not be read, which the log tells."""

    well: bool
    damaged: int


def back_up(source: Address, target: Path) -> Copied:
    """Copy what `source` holds to `target`, which must not be there yet. What is broken off leaves
    nothing at `target`.

    Raises MoveRefused, NoSuchFolder, and any StoreError.
    """
    if isinstance(source, PostgresAddress):
        raise MoveRefused("a database is backed up by pg_dump, also while Vigie runs")
    there(source)
    _check_free(target)
    partial = target.with_name(f".{target.name}.partial")
    try:
        return _copied(source, partial, target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def bring_back(source: Path, target: Address) -> Copied:
    """Copy a backup to where Vigie keeps its data, which must hold nothing. Raises as `back_up`
    does."""
    there(source)
    if isinstance(target, PostgresAddress):
        raise MoveRefused(f"vigie move --from {source} --to … brings a backup into a database")
    return back_up(source, target)


def _copied(source: Path, partial: Path, target: Path) -> Copied:
    with Progress(
        TextColumn("{task.description:<24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True, highlight=False),
    ) as bar:

        async def copy(glance: Glance) -> tuple[list[Moved], int]:
            """Anew where what is read was replaced meanwhile."""
            shutil.rmtree(partial, ignore_errors=True)
            task = bar.add_task("copying", total=2 * glance.documents())
            store = await TinyStore.open(partial, TABLES)
            try:
                moved = await move(
                    glance, store, TABLES, lambda _, table, n: bar.update(task, advance=n)
                )
                return moved, len(glance.set_aside)
            finally:
                await store.close()

        moved, damaged = asyncio.run(glanced_at(source, TABLES, copy))
    if not all(table.well for table in moved):
        return Copied(well=False, damaged=damaged)
    (partial / "lock").unlink(missing_ok=True)
    partial.replace(target)
    return Copied(well=True, damaged=damaged)


def _check_free(target: Path) -> None:
    if is_data_folder(target) or (target.exists() and any(target.iterdir())):
        raise MoveRefused(f"{target} is there already, and nothing is overwritten: name another")
    if target.exists():
        target.rmdir()
