"""Connections that die, commits that are given up or meet another: nothing half done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import pytest

from bot.errors import Conflict, StoreUnavailable
from bot.store import postgres
from bot.store.base import Put, TableSpec
from bot.store.postgres import PostgresStore
from tests.postgres import made

TABLES = (TableSpec("cursors"),)

Connection = psycopg.AsyncConnection[tuple[object, ...]]

THE_STORES = (
    "FROM pg_stat_activity WHERE application_name = 'vigie' AND datname = current_database()"
)
CREATES_A = """INSERT INTO cursors VALUES ('a', 1, '{"page": 1}')"""
DIES_AT_COMMIT = """
CREATE SEQUENCE deaths;  -- counts on, whatever is rolled back
CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM nextval('deaths');
    PERFORM pg_terminate_backend(pg_backend_pid());
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON cursors DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.id = 'fatal') EXECUTE FUNCTION die();
"""


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    """A store with one connection, so that what is left behind on it is met again."""
    await (await made(postgres_url, TABLES)).close()
    opened = await PostgresStore.open(postgres_url, TABLES, migrated=False, connections=1)
    yield opened
    await opened.close()


@pytest.fixture
async def beside(store: PostgresStore, postgres_url: str) -> AsyncIterator[Connection]:
    """A connection to the same database that is not the store's."""
    async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as connection:
        yield connection


@asynccontextmanager
async def closing(store: PostgresStore) -> AsyncIterator[PostgresStore]:
    try:
        yield store
    finally:
        await store.close()


def put(id: str, page: int = 1) -> Put:
    return Put(table="cursors", id=id, document={"page": page})


async def kept(store: PostgresStore) -> dict[str, int]:
    rows = [row async for rows in store.rows("cursors") for row in rows]
    return {row.id: row.document["page"] for row in rows}


async def wait(beside: Connection, commits: int = 1) -> None:
    """Until so many commits of the store wait for a lock."""
    waiting = f"SELECT count(*) {THE_STORES} AND wait_event_type = 'Lock'"
    async with asyncio.timeout(10):
        while True:
            await beside.execute("SELECT pg_stat_clear_snapshot()")  # else it looks once
            if await one(beside, waiting) == commits:
                return
            await asyncio.sleep(0.005)


async def one(connection: Connection, query: str) -> object:
    row = await (await connection.execute(query.encode())).fetchone()
    assert row is not None
    return row[0]


async def kill_connections(beside: Connection) -> None:
    assert await one(beside, f"SELECT bool_and(pg_terminate_backend(pid, 5000)) {THE_STORES}")


async def test_connections_that_died_unused_are_not_noticed(
    store: PostgresStore, beside: Connection
) -> None:
    await store.commit([put("a")])
    await kill_connections(beside)
    assert await kept(store) == {"a": 1}
    await kill_connections(beside)
    await store.commit([put("b")])
    assert await kept(store) == {"a": 1, "b": 1}


async def test_not_even_where_there_were_more_of_them_than_it_is_tried(
    store: PostgresStore, beside: Connection, postgres_url: str
) -> None:
    await store.commit([put("a")])
    opening = PostgresStore.open(postgres_url, TABLES, migrated=False, connections=8)
    async with closing(await opening) as wide:
        async with beside.transaction():
            await beside.execute("SELECT FROM cursors WHERE id = 'a' FOR UPDATE")
            commits = [asyncio.create_task(wide.commit([put("a")])) for _ in range(8)]
            await wait(beside, commits=8)
        await asyncio.gather(*commits)
        await kill_connections(beside)
        assert await kept(wide) == {"a": 1}


async def test_a_worker_that_stands_still_in_mid_commit_loses_its_locks(
    store: PostgresStore, beside: Connection, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_LOST_AFTER", 1)
    await store.commit([put("a")])
    opening = PostgresStore.open(postgres_url, TABLES, migrated=False)
    async with closing(await opening) as still, still._pool.connection() as connection:
        await connection.execute("BEGIN")
        await connection.execute("UPDATE cursors SET version = 7")
        await store.commit([put("a", 2)])
        with pytest.raises(psycopg.Error):
            await connection.execute("COMMIT")
    assert await kept(store) == {"a": 2}


async def test_a_commit_that_loses_its_connection_midway_is_carried_out_on_another(
    store: PostgresStore, beside: Connection
) -> None:
    await store.commit([put("a")])
    async with beside.transaction():
        await beside.execute("SELECT FROM cursors WHERE id = 'a' FOR UPDATE")
        commit = asyncio.create_task(store.commit([put("new"), put("a", 2)]))
        await wait(beside)
        await kill_connections(beside)
    await commit
    assert await kept(store) == {"a": 2, "new": 1}


async def test_a_commit_that_loses_its_connection_at_the_end_says_that_nobody_knows(
    store: PostgresStore, beside: Connection
) -> None:
    await beside.execute(DIES_AT_COMMIT)
    with pytest.raises(StoreUnavailable, match="broke off"):
        await store.commit([put("a"), put("fatal")])
    assert await one(beside, "SELECT last_value FROM deaths") == 1, "it was not tried again"
    await store.commit([put("b")])
    assert await kept(store) == {"b": 1}


async def test_a_commit_that_is_given_up_leaves_nothing_behind(
    store: PostgresStore, beside: Connection
) -> None:
    await store.commit([put("a")])
    async with beside.transaction():
        await beside.execute("SELECT FROM cursors WHERE id = 'a' FOR UPDATE")
        commit = asyncio.create_task(store.commit([put("new"), put("a", 2)]))
        await wait(beside)
        commit.cancel()
        with pytest.raises(asyncio.CancelledError):
            await commit
        assert await kept(store) == {"a": 1}
    await store.commit([put("a", 3)])
    assert await kept(store) == {"a": 3}


async def test_a_commit_overwrites_what_was_created_since_it_looked(
    store: PostgresStore, beside: Connection
) -> None:
    async with beside.transaction():
        await beside.execute(CREATES_A)
        commit = asyncio.create_task(store.commit([put("a", 2), put("b")]))
        await wait(beside)
    await commit
    row = await store.get("cursors", "a")
    assert row is not None
    assert (row.version, row.document) == (2, {"page": 2})
    assert await kept(store) == {"a": 2, "b": 1}


async def test_a_commit_that_may_only_create_loses_to_who_was_faster(
    store: PostgresStore, beside: Connection
) -> None:
    new = Put(table="cursors", id="a", document={"page": 2}, expected=0)
    async with beside.transaction():
        await beside.execute(CREATES_A)
        commit = asyncio.create_task(store.commit([put("b"), new]))
        await wait(beside)
    with pytest.raises(Conflict, match="cursors/a is at version 1, not 0"):
        await commit
    assert await kept(store) == {"a": 1}


async def test_a_creation_that_is_taken_back_holds_nobody_up(
    store: PostgresStore, beside: Connection
) -> None:
    new = Put(table="cursors", id="a", document={"page": 2}, expected=0)
    async with beside.transaction(force_rollback=True):
        await beside.execute(CREATES_A)
        commit = asyncio.create_task(store.commit([new]))
        await wait(beside)
    await commit
    assert await kept(store) == {"a": 2}


async def test_a_database_that_only_reads_says_so(store: PostgresStore, beside: Connection) -> None:
    database = await one(beside, "SELECT current_database()")
    await beside.execute(
        f"ALTER DATABASE {database} SET default_transaction_read_only = on".encode()
    )
    await kill_connections(beside)
    with pytest.raises(StoreUnavailable, match=r"refuses: .*read-only"):
        await store.commit([put("a")])
    assert await kept(store) == {}
