"""What a data folder holds, without its lock: also while a Vigie runs on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TypeVar

from bot.store.base import Find, Row, TableSpec
from bot.store.catalogue import NAME
from bot.store.damage import SetAside
from bot.store.journal import inherited, numbered_journals
from bot.store.opening import Opened, Opening

_LOOKS = 5

PAGE = 500
"""Documents that come at once of everything."""


def is_data_folder(folder: Path) -> bool:
    """Whether something in it says that a Vigie kept its data there."""
    return bool((folder / NAME).exists() or numbered_journals(folder) or inherited(folder))


class Glance:
    """A data folder as of one commit, to be read as a `bot.store.base.Whole`; reading blocks.

    `set_aside` is what of it is damaged, as far as it was read.
    """

    def __init__(self, opened: Opened) -> None:
        self._tables = opened.tables
        self.set_aside: Sequence[SetAside] = opened.set_aside

    async def get(self, table: str, id: str) -> Row | None:
        """See `Readable`."""
        stored = self._tables[table].get(id)
        return Row(id, stored.version, stored.json) if stored else None

    async def find(self, query: Find) -> list[Row]:
        """See `Readable`."""
        found = self._tables[query.table].select(query).read()
        return [Row(id, stored.version, stored.json) for id, stored in found]

    async def count(self, query: Find) -> int:
        """See `Readable`."""
        return self._tables[query.table].count(query)

    async def rows(self, table: str) -> AsyncIterator[Sequence[Row]]:
        """See `Whole`; all of them as of that one commit."""
        items = self._tables[table].items()
        while page := [Row(id, stored.version, stored.json) for id, stored in islice(items, PAGE)]:
            yield page

    def documents(self) -> int:
        """How many there are in all."""
        return sum(len(table) for table in self._tables.values())


T = TypeVar("T")


async def glanced_at(
    folder: Path, tables: Sequence[TableSpec], ask: Callable[[Glance], Awaitable[T]]
) -> T:
    """What `ask` finds in a folder, as of its last commit. It is asked again where that which it
    reads was replaced meanwhile. Raises as `found_in` does."""
    for looks_left in reversed(range(_LOOKS)):
        try:
            opened = Opening(folder, tables, mending=False).open()
            with closing(opened.handles):
                return await ask(Glance(opened))
        except FileNotFoundError:  # a fold replaced it this moment
            if not looks_left:
                raise
    raise AssertionError


def found_in(folder: Path, tables: Sequence[TableSpec], query: Find) -> list[Row]:
    """What `query` describes, as of the last commit; nothing is written. Raises OSError, and
    ValueError as `bot.store.tiny.TinyStore.open` does."""
    for looks_left in reversed(range(_LOOKS)):
        try:
            return _found(folder, tables, query)
        except FileNotFoundError:  # a fold replaced it this moment
            if not looks_left:
                raise
    raise AssertionError


def _found(folder: Path, tables: Sequence[TableSpec], query: Find) -> list[Row]:
    opened = Opening(folder, tables, mending=False).open()
    try:
        found = opened.tables[query.table].select(query).read()
    finally:
        opened.handles.close()
    return [Row(id, stored.version, stored.json) for id, stored in found]
