"""The embedded store: TinyDB over the files of one folder, opened by one process.

A folder holds `catalogue.json`, journals of the last commits, a file a day of a table
(`mentions/2026-11-24-000003.jsonl`) or one of all its documents, `index`, `lock`, and `damaged`
where something had to be set aside. Copied while Vigie is stopped it is a backup; `index` is made
anew where it is missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Self, TypeVar, cast
from uuid import uuid4

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from bot.errors import Conflict, StoreReadOnly
from bot.store.base import Find, Row, TableSize, TableSpec, Write
from bot.store.damage import SetAside
from bot.store.measures import size_of
from bot.store.opening import Opening
from bot.store.records import Stored
from bot.store.storage import COMPACT_FROM, JournalStorage, Settle
from bot.store.tables import Selected
from bot.store.view import Draft, TableView

T = TypeVar("T")

_INLINE = 200
"""So many documents are encoded on the event loop (below 1 ms); more, in a thread."""

_FROM_DISK = 4
"""So many documents are read from files on the event loop: the disk may keep one waiting."""

_FROM_MEMORY = 64
"""So many are read there where the system has them in memory, in less than a hop to a thread
takes."""

_PAGE = 500
_LOOKS = 5


class DocumentTable(Table):
    """TinyDB's table with ids of text, whose writes touch what changes and nothing else.

    Its queries are not cached: a cache would hand out one document twice, and outlive commits.
    """

    document_id_class = str  # type: ignore[assignment]  # which TinyDB declares for subclasses

    def __init__(
        self, storage: Storage, name: str, cache_size: int = 0, persist_empty: bool = False
    ) -> None:
        super().__init__(storage, name, cache_size, persist_empty)

    def _get_next_id(self) -> str:
        return uuid4().hex

    def _update_table(self, updater: Callable[[Draft], None]) -> None:  # type: ignore[override]
        storage = cast(JournalStorage, self._storage)
        draft = Draft(TableView(storage, self.name))
        updater(draft)
        storage.commit(draft.writes(self.name))


class JournaledDB(TinyDB):
    """TinyDB over a `JournalStorage`."""

    table_class = DocumentTable
    default_storage_class = JournalStorage  # type: ignore[assignment]


class TinyStore:
    """`Store` over TinyDB: durable, atomic, indexed, one writer.

    Use `open`; `db` is there for a person who looks in by TinyDB's own API.
    """

    def __init__(self, db: JournaledDB) -> None:
        self.db = db
        self._storage = cast(JournalStorage, db.storage)

    @classmethod
    async def open(
        cls, folder: Path, tables: Sequence[TableSpec], *, compact_from: int = COMPACT_FROM
    ) -> Self:
        """Open a data folder, made where it does not exist.

        The journal is folded into the tables' files when it is larger than `compact_from` bytes.
        Raises StoreLocked where another process has the folder, StoreReadOnly where it cannot be
        written, ValueError where a stored document does not fit the declared indexes.
        """
        try:
            return cls(
                await asyncio.to_thread(JournaledDB, folder, tables, compact_from=compact_from)
            )
        except OSError as refusal:
            raise StoreReadOnly(f"the data folder cannot be used: {refusal}") from refusal

    @property
    def set_aside(self) -> Sequence[SetAside]:
        """What could not be read, at opening or since, with its place."""
        return self._storage.set_aside

    async def get(self, table: str, id: str) -> Row | None:
        """See `Store`. Raises ValueError for a table that was not declared."""
        stored = self._storage.glance(table, id)
        if stored is None:
            stored = await self._soon(partial(self._storage.get, table, id))
        return None if stored is None else Row(id, stored.version, stored.json)

    async def find(self, query: Find) -> list[Row]:
        """See `Store`."""
        with self._storage.reading():
            selected = await self._soon(partial(self._storage.select, query))
            if len(selected.there) <= _FROM_DISK:
                return _rows(selected)
            if len(selected.there) <= _FROM_MEMORY:
                with suppress(BlockingIOError):
                    return _rows(selected, now=True)
            return await asyncio.to_thread(_rows, selected)

    async def count(self, query: Find) -> int:
        """See `Store`."""
        return await self._soon(partial(self._storage.count, query))

    def changes(self, table: str) -> int:
        """See `Store`. Raises ValueError for a table that was not declared."""
        return self._storage.changes(table)

    async def commit(self, writes: Sequence[Write]) -> None:
        """See `Store`. Raises ValueError for a table that was not declared, or where an indexed
        field is not as declared; TypeError where a document is not JSON.

        Cancelled, it may still be carried out.
        """
        for write in writes:
            self._storage.check_declared(write.table)
        done, settle = _settled_here()
        try:
            submit = partial(self._storage.submit, writes, settle)
            small = len(writes) <= _INLINE
            await (self._soon(submit) if small else asyncio.to_thread(submit))
        except Conflict:
            await self._until_visible()
            raise
        await done

    async def rows(self, table: str) -> AsyncIterator[Sequence[Row]]:
        """See `Store`."""
        self._storage.check_declared(table)
        with self._storage.reading():
            items = await asyncio.to_thread(self._storage.items, table)
            while page := await asyncio.to_thread(_page, items):
                yield page

    async def drop_days(self, table: str, before: date) -> int:
        """See `Store`. Raises StoreReadOnly where the disk refuses."""
        return await asyncio.wrap_future(self._storage.drop_days(table, before.isoformat()))

    async def purge(self) -> None:
        """See `Store`."""
        await asyncio.wrap_future(self._storage.purge())

    async def forget_damaged(self) -> None:
        """See `Store`."""
        await asyncio.to_thread(self._storage.forget_damaged)

    async def sizes(self) -> list[TableSize]:
        """See `Store`."""
        return await asyncio.to_thread(self._storage.sizes)

    async def _soon(self, call: Callable[[], T]) -> T:
        """What a short call returns: made here, or, where it would have to wait for the writer,
        in a thread that can."""
        if not self._storage.take_turn():
            return await asyncio.to_thread(call)
        try:
            return call()
        finally:
            self._storage.end_turn()

    async def _until_visible(self) -> None:
        """Whoever lost to a commit that is still being written can read it before trying again."""
        done, settle = _settled_here()
        self._storage.when_visible(settle)
        with suppress(StoreReadOnly):
            await done

    async def close(self) -> None:
        """Write what is underway, and let the folder go. Closed already is well."""
        await asyncio.to_thread(self.db.close)


def _settled_here() -> tuple[asyncio.Future[None], Settle]:
    """A future of the running loop, and what settles it from any thread."""
    loop = asyncio.get_running_loop()
    done = loop.create_future()

    def settled(refusal: StoreReadOnly | None) -> None:
        if done.done():  # whoever waited was cancelled
            return
        if refusal is None:
            done.set_result(None)
        else:
            done.set_exception(refusal)

    def settle(refusal: StoreReadOnly | None) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settled, refusal)

    return done, settle


def look(folder: Path, tables: Sequence[TableSpec]) -> tuple[list[TableSize], Sequence[SetAside]]:
    """How large the tables of a folder are, and what in it is damaged: without its lock and
    without writing, also while a Vigie runs on it. Raises OSError, and ValueError as `open` does.
    """
    for looks_left in reversed(range(_LOOKS)):
        try:
            opened = Opening(folder, tables, mending=False).open()
        except FileNotFoundError:  # a fold replaced it this moment
            if not looks_left:
                raise
        else:
            files = opened.catalogue.files
            return [size_of(opened.tables[spec.name], files) for spec in tables], tuple(
                opened.set_aside
            )
    raise AssertionError


def _page(items: Iterator[tuple[str, Stored]]) -> list[Row]:
    return [_row(id, stored) for id, stored in islice(items, _PAGE)]


def _rows(selected: Selected, *, now: bool = False) -> list[Row]:
    return [_row(*found) for found in selected.read(now=now)]


def _row(id: str, stored: Stored) -> Row:
    return Row(id, stored.version, stored.json)
