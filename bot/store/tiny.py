"""The embedded store: TinyDB with a journal under it, opened by one process.

A folder holds `snapshot.jsonl`, `journal.jsonl`, `lock`, and `damaged` where something had to be
set aside. Copied while no commit is underway it is a backup.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
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
from bot.store.base import Find, Remove, Row, TableSize, TableSpec, Write
from bot.store.journal import SetAside
from bot.store.records import Stored
from bot.store.storage import Found, JournalStorage
from bot.store.view import Draft

T = TypeVar("T")

COMPACT_FROM = 64 * 1024
_INLINE = 200
"""So many documents are encoded or decoded on the event loop (below 1 ms); more, in a thread."""


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
        draft = Draft(storage.stored(self.name))
        updater(draft)
        storage.submit(draft.writes(self.name)).result()


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

        The journal is compacted where it is larger than twice the snapshot and `compact_from`
        bytes. Raises StoreLocked where another process has the folder, StoreDamaged where its
        snapshot is not Vigie's, StoreReadOnly where it cannot be written, ValueError where a
        stored document does not fit the declared indexes.
        """
        try:
            return cls(
                await asyncio.to_thread(JournaledDB, folder, tables, compact_from=compact_from)
            )
        except OSError as refusal:
            raise StoreReadOnly(f"the data folder cannot be used: {refusal}") from refusal

    @property
    def set_aside(self) -> Sequence[SetAside]:
        """What could not be read at opening, with its place."""
        return self._storage.set_aside

    async def get(self, table: str, id: str) -> Row | None:
        """See `Store`. Raises ValueError for a table that was not declared."""
        self._storage.check_declared(table)
        stored = self._storage.stored(table).get(id)
        return None if stored is None else _row(id, stored)

    async def find(self, query: Find) -> list[Row]:
        """See `Store`."""
        found = await self._soon(partial(self._storage.find, query))
        if len(found) <= _INLINE:
            return _rows(found)
        return await asyncio.to_thread(_rows, found)

    async def count(self, query: Find) -> int:
        """See `Store`."""
        return await self._soon(partial(self._storage.count, query))

    async def commit(self, writes: Sequence[Write]) -> None:
        """See `Store`. Raises ValueError for a table that was not declared, or where an indexed
        field cannot be compared; TypeError where a document is not JSON.

        Cancelled, it may still be carried out.
        """
        for write in writes:
            self._storage.check_declared(write.table)
        try:
            submit = partial(self._storage.submit, writes)
            small = len(writes) <= _INLINE
            done = await (self._soon(submit) if small else asyncio.to_thread(submit))
        except Conflict:
            await self._until_visible()
            raise
        await asyncio.wrap_future(done)

    async def _soon(self, call: Callable[[], T]) -> T:
        """What a short call returns: made here, or, where it would have to wait for the writer,
        in a thread that can."""
        with self._storage.at_hand() as free:
            if free:
                return call()
        return await asyncio.to_thread(call)

    async def _until_visible(self) -> None:
        """Whoever lost to a commit that is still being written can read it before trying again."""
        if last := self._storage.last_commit:
            await asyncio.gather(asyncio.wrap_future(last), return_exceptions=True)

    async def rows(self, table: str) -> AsyncIterator[Sequence[Row]]:
        """See `Store`."""
        self._storage.check_declared(table)
        found = iter(list(self._storage.stored(table).items()))
        while batch := list(islice(found, 500)):
            yield [_row(id, stored) for id, stored in batch]

    async def drop_days(self, table: str, before: date) -> int:
        """See `Store`."""
        spec = self._storage.spec(table)
        if spec.day is None:
            raise ValueError(f"{table} is not kept by day")
        removed: list[Write] = [
            Remove(table=table, id=row.id)
            async for batch in self.rows(table)
            for row in batch
            if (day := row.document.get(spec.day)) and str(day)[:10] < before.isoformat()
        ]
        await self.commit(removed)
        return len(removed)

    async def sizes(self) -> list[TableSize]:
        """See `Store`."""
        found = []
        for spec in self._storage.specs():
            rows = [row async for batch in self.rows(spec.name) for row in batch]
            days = sorted(
                str(row.document[spec.day])[:10]
                for row in rows
                if spec.day and row.document.get(spec.day)
            )
            found.append(
                TableSize(
                    name=spec.name,
                    documents=len(rows),
                    bytes=sum(len(row.json) for row in rows),
                    oldest=date.fromisoformat(days[0]) if days else None,
                    newest=date.fromisoformat(days[-1]) if days else None,
                )
            )
        return found

    async def close(self) -> None:
        """Write what is underway, and let the folder go. Closed already is well."""
        await asyncio.to_thread(self.db.close)


def _rows(found: Iterable[Found]) -> list[Row]:
    return [_row(id, stored) for id, stored in found]


def _row(id: str, stored: Stored) -> Row:
    return Row(id=id, version=stored.version, json=stored.json)
