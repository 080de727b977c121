"""The scale store: PostgreSQL, shared by several workers.

A commit is one transaction. It locks the rows that it is going to change, always in the same
order, decides on their versions as the embedded store does, and writes what comes of it with a
statement for many rows. Whoever comes second waits for the first, and then sees what it wrote.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any, Self, TypeVar

import psycopg
from psycopg.rows import AsyncRowFactory, args_row, tuple_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from bot.errors import Conflict, StoreUnavailable
from bot.store.base import Find, Row, TableSize, TableSpec, Write
from bot.store.damage import SetAside
from bot.store.postgres_commit import Place, Ready, Step, ready, steps, table_of
from bot.store.postgres_faults import CONNECT_TIMEOUT, LOST_RACES, connected, told
from bot.store.postgres_schema import behind, check_migrated, migrate
from bot.store.postgres_table import PostgresTable, Statement

__all__ = ["PostgresStore", "behind", "migrate"]

CONNECTIONS = 10
"""Connections of one worker at most."""

_PATIENCE = 10.0
"""Seconds to wait for a connection."""

_LOST_AFTER = 30
"""Seconds after which a database that vanished is given up; and a worker that stands still in
mid-commit, by the database."""

_INLINE = 100
"""So many writes are encoded on the event loop (about 2 ms); more, in a thread."""

_PAGE = 500
"""Rows that are taken over at once (about 1 ms on the event loop)."""

_DROPPED_AT_ONCE = 5_000
_TRIES = 5

_Connection = psycopg.AsyncConnection[tuple[Any, ...]]

T = TypeVar("T")


class PostgresStore:
    """`Store` over PostgreSQL: transactions, versions, indexes; as many writers as there are.

    Every call raises ValueError for a table that was not declared and for text with a NUL in an
    id or an indexed field, StoreUnavailable where the database cannot be reached, or refuses.
    Use `open`.
    """

    def __init__(self, pool: AsyncConnectionPool[_Connection], tables: Sequence[TableSpec]) -> None:
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
        its tables are not this Vigie's (unless `migrated` is False: then nobody looks), ConfigError
        where `url` is no address."""
        async with await connected(url) as connection:
            if migrated:
                await check_migrated(connection)
        pool = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=connections,
            open=False,
            name="vigie",
            timeout=_PATIENCE,
            configure=_configure,
            kwargs={
                "autocommit": True,
                "application_name": "vigie",
                "connect_timeout": CONNECT_TIMEOUT,
                "keepalives_idle": _LOST_AFTER,
                "tcp_user_timeout": _LOST_AFTER * 1000,
            },
        )
        await pool.open()
        return cls(pool, tables)

    @property
    def set_aside(self) -> Sequence[SetAside]:
        """See `Store`: nothing, PostgreSQL looks after what it keeps."""
        return ()

    async def get(self, table: str, id: str) -> Row | None:
        """See `Store`."""
        rows = await self._rows(table_of(self._tables, table).get(id))
        return rows[0] if rows else None

    async def find(self, query: Find) -> list[Row]:
        """See `Store`."""
        return await self._rows(table_of(self._tables, query.table).find(query))

    async def count(self, query: Find) -> int:
        """See `Store`."""
        count: int
        [(count,)] = await self._read(table_of(self._tables, query.table).count(query), tuple_row)
        return count

    def changes(self, table: str) -> None:
        """See `Store`: other workers write to every table."""

    async def commit(self, writes: Sequence[Write]) -> None:
        """See `Store`. Raises ValueError where an indexed field is not as declared, TypeError
        where a document is not JSON. After StoreUnavailable it is not known whether the commit was
        carried out; a disk that is full, or a server that only reads, is told by it too."""
        many = len(writes) > _INLINE
        commit = await _decide(many, lambda: ready(writes, self._tables))
        await self._persistently(lambda: self._attempt(commit, many))

    async def rows(self, table: str) -> AsyncIterator[Sequence[Row]]:
        """See `Store`."""
        known = table_of(self._tables, table)
        last = None
        while rows := await self._rows(known.page(last, _PAGE)):
            last = rows[-1].id
            yield rows

    async def drop_days(self, table: str, before: date) -> int:
        """See `Store`; some thousand documents a transaction, so that others get their turn."""
        known = table_of(self._tables, table)
        if known.spec.day is None:
            raise ValueError(f"{table} is not kept by day")
        statement = known.drop(before, _DROPPED_AT_ONCE)
        dropped = 0
        while gone := await self._persistently(lambda: self._executed(statement)):
            dropped += gone
        return dropped

    async def purge(self) -> None:
        """See `Store`: the files are PostgreSQL's, which lets go of old rows in its own time."""

    async def forget_damaged(self) -> None:
        """See `Store`: nothing is set aside."""

    async def sizes(self) -> list[TableSize]:
        """See `Store`; bytes are of the table with its indexes."""
        return [await self._size(table) for table in self._tables.values()]

    async def close(self) -> None:
        """Close the connections. Closed already is well."""
        await self._pool.close()

    async def _size(self, table: PostgresTable) -> TableSize:
        [(documents, size, oldest, newest)] = await self._read(table.size(), tuple_row)
        return TableSize(
            name=table.spec.name, documents=documents, bytes=size, oldest=oldest, newest=newest
        )

    async def _rows(self, statement: Statement) -> list[Row]:
        return await self._read(statement, args_row(_row))

    async def _read(self, statement: Statement, made: AsyncRowFactory[T]) -> list[T]:
        """What a query returns, `made` of its rows."""

        async def once() -> list[T]:
            async with self._connection() as connection:
                cursor = connection.cursor(row_factory=made)
                await cursor.execute(*statement)
                found: list[T] = []
                while rows := await cursor.fetchmany(_PAGE):
                    found += rows
                    await asyncio.sleep(0)
                return found

        return await self._persistently(once)

    async def _executed(self, statement: Statement) -> int:
        async with self._connection() as connection:
            return (await connection.execute(*statement)).rowcount

    async def _attempt(self, commit: Ready, many: bool) -> None:
        written = False
        try:
            async with self._connection() as connection, connection.transaction():
                versions = await _locked(connection, commit)
                decided = await _decide(many, lambda: steps(commit, versions, self._tables))
                for step in decided:
                    await self._carry_out(connection, step)
                written = True
        except _Broken as fault:
            if written:  # and whether the database heard of it, nobody can tell
                raise StoreUnavailable(str(fault)) from fault.__cause__
            raise

    async def _carry_out(self, connection: _Connection, step: Step) -> None:
        cursor = await connection.execute(*step.statement)
        if not step.creates:
            return
        created = {id for (id,) in await cursor.fetchall()}
        for id in sorted(step.creates.keys() - created):
            found = await self._found(connection, step.table, id)
            if not (found and step.creates[id]):
                raise _Again
            raise Conflict(step.table, id, 0, found)

    async def _found(self, connection: _Connection, table: str, id: str) -> int:
        cursor = await connection.execute(*self._tables[table].version(id))
        found = await cursor.fetchone()
        return found[0] if found else 0

    async def _persistently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Attempt what may lose a race, or meet a connection that died while nobody used it."""
        for tries_left in reversed(range(_TRIES)):
            try:
                return await attempt()
            except _Broken as fault:
                if not tries_left:
                    raise StoreUnavailable(str(fault)) from fault.__cause__
                await self._pool.check()
            except (_Again, *LOST_RACES) as fault:
                if not tries_left:
                    raise StoreUnavailable("too many write the same documents") from fault
        raise AssertionError

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[_Connection]:
        """A connection. What breaks it is raised as `_Broken`, what the database refuses in
        Vigie's errors, what may succeed at once as it is."""
        try:
            async with self._pool.connection() as connection:
                try:
                    yield connection
                except psycopg.Error as fault:
                    if connection.broken:
                        raise _Broken(str(told(fault))) from fault
                    raise
        except PoolTimeout:
            raise StoreUnavailable("the database cannot be reached, or is too busy") from None
        except LOST_RACES:
            raise
        except psycopg.Error as fault:
            raise told(fault) from fault


class _Again(Exception):
    """Somebody was faster, and nothing was written."""


class _Broken(Exception):
    """The connection was lost."""


async def _configure(connection: _Connection) -> None:
    await connection.execute(
        "SELECT set_config('idle_in_transaction_session_timeout', %s, false)", (f"{_LOST_AFTER}s",)
    )


async def _decide(many: bool, decide: Callable[[], T]) -> T:
    """Off the event loop where it takes long."""
    return await asyncio.to_thread(decide) if many else decide()


async def _locked(connection: _Connection, commit: Ready) -> dict[Place, int]:
    """The versions of the documents that are there, which nobody else changes from now on."""
    found: dict[Place, int] = {}
    for table, statement in commit.locks:
        cursor = await connection.execute(*statement)
        found |= {(table, id): version for id, version in await cursor.fetchall()}
    return found


def _row(id: str, version: int, document: str) -> Row:
    return Row(id, version, document.encode())
