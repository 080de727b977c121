"""`vigie backup` and `vigie restore`: a data folder copied as of one commit, also while Vigie
writes to it, and brought back."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.cli.data import there
from bot.config import PostgresAddress
from bot.store.looking import Glance, glanced_at, is_data_folder
from bot.store.moving import Moved, MoveRefused, move
from bot.store.repositories import TABLES
from bot.store.tiny import TinyStore

Address = Path | PostgresAddress


def back_up(source: Address, target: Path) -> bool:
    """Copy what `source` holds to `target`, which must not be there yet; whether the copy holds the
    same, by count and checksum. What is broken off leaves nothing at `target`.

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


def bring_back(source: Path, target: Address) -> bool:
    """Copy a backup to where Vigie keeps its data, which must hold nothing; whether that holds the
    same now. Raises as `back_up` does."""
    there(source)
    if isinstance(target, PostgresAddress):
        raise MoveRefused(f"vigie move --from {source} --to … brings a backup into a database")
    return back_up(source, target)


def _copied(source: Path, partial: Path, target: Path) -> bool:
    with Progress(
        TextColumn("{task.description:<24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True, highlight=False),
    ) as bar:

        async def copy(glance: Glance) -> list[Moved]:
            """Anew where what is read was replaced meanwhile."""
            shutil.rmtree(partial, ignore_errors=True)
            task = bar.add_task("copying", total=2 * glance.documents())
            store = await TinyStore.open(partial, TABLES)
            try:
                return await move(
                    glance, store, TABLES, lambda _, table, n: bar.update(task, advance=n)
                )
            finally:
                await store.close()

        moved = asyncio.run(glanced_at(source, TABLES, copy))
    if not all(table.well for table in moved):
        return False
    (partial / "lock").unlink(missing_ok=True)
    partial.replace(target)
    return True


def _check_free(target: Path) -> None:
    if is_data_folder(target) or (target.exists() and any(target.iterdir())):
        raise MoveRefused(f"{target} is there already, and nothing is overwritten: name another")
    if target.exists():
        target.rmdir()
