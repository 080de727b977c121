"""`vigie migrate`: the tables of a database, brought to what this Vigie needs."""

from __future__ import annotations

import asyncio
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.config import PostgresAddress


def migrate_and_print(address: Path | PostgresAddress) -> None:
    """Apply what is missing and print it. Raises StoreUnavailable, StoreBehind, ConfigError."""
    console = Console(highlight=False)
    if isinstance(address, Path):
        words = f"{address} is a folder, which needs no migration: nothing to do."
        console.print(Text(words), soft_wrap=True)
        return
    applied = asyncio.run(migrated(address))
    for step in applied:
        console.print(Text.assemble(("✓ ", "green"), step))
    console.print(Text(f"{address} is up to date."), soft_wrap=True)


async def migrated(address: PostgresAddress) -> list[str]:
    """The names of the steps that were missing: those of the store, then those of the jobs."""
    from bot.jobs.postgres import prepare
    from bot.store.postgres import migrate

    store = await migrate(address.url)
    jobs = await prepare(address.url)
    return [*store, *(f"jobs: {step}" for step in jobs)]
