"""The scale store: PostgreSQL, shared by several workers.

A commit is one transaction. It locks the rows that it is going to change, always in the same
order, decides on their versions as the embedded store does, and writes what comes of it with one
statement a table and kind.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any, NamedTuple, Self

import psycopg
from psycopg import errors
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from bot.errors import Conflict, StoreBehind, StoreUnavailable
from bot.store.base import Find, Remove, Row, TableSize, TableSpec, Write
from bot.store.postgres_schema import behind, check_migrated, migrate
from bot.store.postgres_table import After, Again, Connection, PostgresTable, Values, checked_id

__all__ = ["PostgresStore", "behind", "migrate"]

CONNECTIONS = 10
"""Connections of one worker at most."""

_PATIENCE = 10.0
"""Seconds to wait for a connection."""

_INLINE = 200
"""So many documents are encoded on the event loop (below 1 ms); more, in a thread."""

_PAGE = 500
_DROPPED_AT_ONCE = 10_000
_TRIES = 5

_Place = tuple[str, str]


class _Prepared(NamedTuple):
    write: Write
    values: Values | None


class PostgresStore:
    """`Store` over PostgreSQL: transactions, versions, indexes; as many writers as there are.

    Use `open`.
    """

    def __init__(self, pool: AsyncConnectionPool[Connection], tables: Sequence[TableSpec]) -> None:
        self._pool = pool
        self._tables = {spec.name: PostgresTable(spec) for spec in tables}

    @classmethod
    async def open(
        cls,
        url: str,
        tables: Sequence[TableSpec],
        *,
        connections: int = CONNECTIONS,
        migrated: bool = True,
    ) -> Self:
        """Connect. Raises StoreUnavailable where the database cannot be reached, StoreBehind where
        its tables are not this Vigie's (unless `migrated` is False: then nobody looks)."""
        pool = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=connections,
            open=False,
            timeout=_PATIENCE,
            kwargs={"autocommit": True, "connect_timeout": int(_PATIENCE)},
        )
        try:
            await pool.open(wait=True, timeout=_PATIENCE)
            if migrated:
                async with pool.connection() as connection:
                    await check_migrated(connection)
        except PoolTimeout:
            await pool.close()
            raise StoreUnavailable(await _why_not(url)) from None
        except BaseException:
            await pool.close()
            raise
        return cls(pool, tables)

    async def get(self, table: str, id: str) -> Row | None:
        """See `Store`. Raises ValueError for a table that was not declared."""
        rows = await self._read(self._table(table).get, (checked_id(id),))
        return _row(*rows[0]) if rows else None

    async def find(self, query: Find) -> list[Row]:
        """See `Store`."""
        rows = await self._read(*self._table(query.table).find(query))
        if len(rows) <= _INLINE:
            return [_row(*row) for row in rows]
        return await asyncio.to_thread(lambda: [_row(*row) for row in rows])

    async def count(self, query: Find) -> int:
        """See `Store`."""
        [(count,)] = await self._read(*self._table(query.table).count(query))
        return int(count) if query.limit is None else min(int(count), max(query.limit, 0))

    async def commit(self, writes: Sequence[Write]) -> None:
        """See `Store`. Raises ValueError for a table that was not declared or an indexed field
        that is not as declared, TypeError where a document is not JSON, StoreUnavailable where the
        database cannot be reached: then it is not known whether the commit was carried out."""
        few = len(writes) <= _INLINE
        prepared = (
            self._prepared(writes) if few else await asyncio.to_thread(self._prepared, writes)
        )
        for tries_left in reversed(range(_TRIES)):
            try:
                async with self._connection() as connection, connection.transaction():
                    await self._carry_out(connection, prepared)
            except (Again, errors.DeadlockDetected, errors.SerializationFailure) as fault:
                if not tries_left:
                    raise StoreUnavailable("too many others write the same documents") from fault
            else:
                return

    async def rows(self, table: str) -> AsyncIterator[Sequence[Row]]:
        """See `Store`."""
        page = self._table(table).page
        last: str | None = None
        while True:
            rows = await self._read(page, (last, last, _PAGE))
            if not rows:
                return
            last = rows[-1][0]
            yield [_row(*row) for row in rows]

    async def drop_days(self, table: str, before: date) -> int:
        """See `Store`."""
        known = self._table(table)
        if known.spec.day is None:
            raise ValueError(f"{table} is not kept by day")
        dropped = 0
        while True:
            async with self._connection() as connection:
                cursor = await connection.execute(known.drop, (before, _DROPPED_AT_ONCE))
                dropped += cursor.rowcount
                if cursor.rowcount < _DROPPED_AT_ONCE:
                    return dropped

    async def sizes(self) -> list[TableSize]:
        """See `Store`; bytes are of the table with its indexes."""
        found = []
        for table in self._tables.values():
            [(documents, size, oldest, newest)] = await self._read(table.size, ())
            found.append(
                TableSize(
                    name=table.spec.name,
                    documents=documents,
                    bytes=size,
                    oldest=oldest,
                    newest=newest,
                )
            )
        return found

    async def close(self) -> None:
        """Close the connections. Closed already is well."""
        await self._pool.close()

    def _table(self, name: str) -> PostgresTable:
        if name not in self._tables:
            known = ", ".join(self._tables)
            raise ValueError(f"there is no table {name!r}; {known} are declared")
        return self._tables[name]

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        try:
            async with self._pool.connection() as connection:
                yield connection
        except PoolTimeout as fault:
            raise StoreUnavailable("the database cannot be reached") from fault
        except (errors.DeadlockDetected, errors.SerializationFailure):
            raise
        except (psycopg.OperationalError, psycopg.InterfaceError) as fault:
            raise StoreUnavailable(f"the database broke off: {_first_line(fault)}") from fault
        except (errors.UndefinedTable, errors.UndefinedColumn) as fault:
            raise StoreBehind(
                f"the database's tables are not this Vigie's ({_first_line(fault)}): "
                "run `vigie migrate`"
            ) from fault

    async def _read(self, query: bytes, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """The rows of a query; asked once more where the connection had died meanwhile."""
        for tries_left in (1, 0):
            try:
                async with self._connection() as connection:
                    cursor = await connection.execute(query, values)
                    return await cursor.fetchall()
            except StoreUnavailable:
                if not tries_left:
                    raise
        raise AssertionError

    def _prepared(self, writes: Sequence[Write]) -> list[_Prepared]:
        return [_Prepared(write, self._table(write.table).values(write)) for write in writes]

    async def _carry_out(self, connection: Connection, prepared: Sequence[_Prepared]) -> None:
        versions = await self._locked(connection, prepared)
        for table, documents in _decided(prepared, versions):
            await self._table(table).write(connection, documents)

    async def _locked(
        self, connection: Connection, prepared: Sequence[_Prepared]
    ) -> dict[_Place, int]:
        """The versions of all documents that may be there, which nobody else changes from now on.

        What is only ever to be created is not looked for: the insert itself tells if it is there.
        """
        wanted: dict[str, set[str]] = {}
        for write, _ in prepared:
            if write.expected != 0 or isinstance(write, Remove):
                wanted.setdefault(write.table, set()).add(write.id)
        found: dict[_Place, int] = {}
        for table in sorted(wanted):
            ids = sorted(wanted[table])
            cursor = await connection.execute(self._table(table).lock, (ids,))
            found.update({(table, id): version for id, version in await cursor.fetchall()})
        return found


def _decided(
    prepared: Sequence[_Prepared], versions: Mapping[_Place, int]
) -> list[tuple[str, dict[str, After]]]:
    """What the writes leave of each document, by table, in the tables' order. Raises Conflict."""
    after: dict[str, dict[str, After]] = {}
    for write, values in prepared:
        documents = after.setdefault(write.table, {})
        known = documents.get(write.id)
        before = known.before if known else versions.get((write.table, write.id), 0)
        found = known.version if known else before
        if write.expected not in (None, found):
            raise Conflict(write.table, write.id, write.expected, found)
        only_new = known.only_new if known else write.expected == 0
        version = found + 1 if values else 0
        documents[write.id] = After(before, version, values, only_new)
    return sorted(after.items())


def _row(id: str, version: int, document: str) -> Row:
    return Row(id, version, document.encode())


def _first_line(fault: Exception) -> str:
    """What PostgreSQL said, without the address that it was said about."""
    return str(fault).partition("\n")[0][:200]


async def _why_not(url: str) -> str:
    """Why the database cannot be reached, in words without its password."""
    try:
        await (await psycopg.AsyncConnection.connect(url, connect_timeout=5)).close()
    except psycopg.Error as fault:
        return f"the database cannot be reached: {_first_line(fault)}"
    return "the database cannot be reached just now"
