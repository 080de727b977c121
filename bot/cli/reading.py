"""A store that is asked something, and may be in use meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from bot.assembly import open_store
from bot.cli.data import there
from bot.config import PostgresAddress
from bot.store.base import Whole
from bot.store.looking import glanced_at
from bot.store.repositories import TABLES

T = TypeVar("T")


async def asked(address: Path | PostgresAddress, ask: Callable[[Whole], Awaitable[T]]) -> T:
    """What `ask` finds there. Raises NoSuchFolder, and what `bot.assembly.open_store` and
    `bot.store.looking.glanced_at` raise."""
    if isinstance(address, Path):
        return await glanced_at(there(address), TABLES, ask)
    store = await open_store(address)
    try:
        return await ask(store)
    finally:
        await store.close()
