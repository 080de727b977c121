"""The migrations make the tables that the repositories need, once, and say where they do not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from bot.errors import ConfigError, StoreBehind, StoreUnavailable
from bot.store import postgres_schema
from bot.store.base import Find
from bot.store.postgres import PostgresStore, behind, migrate
from bot.store.postgres_schema import Migration, ddl, migrations
from bot.store.postgres_table import PostgresTable
from bot.store.repositories import TABLES

Connection = psycopg.AsyncConnection[tuple[object, ...]]

COLUMNS = """
SELECT table_name, column_name, data_type, collation_name, is_nullable
FROM information_schema.columns WHERE table_schema = current_schema()
"""
INDEXES = "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = current_schema()"


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Connection]:
    async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as connection:
        yield connection


async def schema_of(connection: Connection) -> set[tuple[object, ...]]:
    """Each column and each index, without the names that are free."""
    indexes = [
        (table, str(made).partition(" USING ")[2], "UNIQUE" in str(made).partition(" ON ")[0])
        for table, made in await rows(connection, INDEXES)
    ]
    return {
        row for row in [*await rows(connection, COLUMNS), *indexes] if row[0] != "vigie_migrations"
    }


async def rows(connection: Connection, query: str) -> list[tuple[object, ...]]:
    return await (await connection.execute(query.encode())).fetchall()


async def test_the_migrations_make_what_the_repositories_need(
    postgres_url: str, database: Connection
) -> None:
    await migrate(postgres_url)
    await database.execute("CREATE SCHEMA needed")
    migrated = await schema_of(database)
    await database.execute("SET search_path = needed")
    for spec in TABLES:
        await database.execute(ddl(spec).encode())
    assert migrated == await schema_of(database)


async def test_every_declared_index_answers_its_query_in_order(
    postgres_url: str, database: Connection
) -> None:
    await migrate(postgres_url)
    for choice in ("seqscan", "bitmapscan", "sort"):
        await database.execute(f"SET enable_{choice} = off".encode())
    for spec in TABLES:
        for index in spec.indexes:
            equal = dict.fromkeys(index.equal, "x")
            query = Find(table=spec.name, equal=equal, order=index.order, newest_first=True)
            statement, values = PostgresTable(spec).find(query)
            cursor = await database.execute(b"EXPLAIN " + statement, values)
            plan = " ".join(str(line) for (line,) in await cursor.fetchall())
            assert "Index Scan Backward" in plan, index
            assert "Sort" not in plan, index


def test_the_migrations_are_numbered_from_one_without_a_gap() -> None:
    assert [step.number for step in migrations()] == list(range(1, len(migrations()) + 1))


async def test_a_migrated_database_can_be_opened_and_needs_nothing_more(postgres_url: str) -> None:
    every = [str(step) for step in migrations()]
    assert await behind(postgres_url) == every
    assert await migrate(postgres_url) == every
    assert await behind(postgres_url) == []
    assert await migrate(postgres_url) == []
    store = await PostgresStore.open(postgres_url, TABLES)
    sizes = await store.sizes()
    await store.close()
    assert [(size.name, size.documents) for size in sizes] == [(spec.name, 0) for spec in TABLES]


async def test_where_several_migrate_at_once_each_step_is_applied_once(postgres_url: str) -> None:
    applied = await asyncio.gather(*(migrate(postgres_url) for _ in range(4)))
    assert sorted(map(len, applied)) == [0, 0, 0, len(migrations())]


async def test_schemas_of_one_database_are_migrated_apart(
    postgres_url: str, database: Connection
) -> None:
    await database.execute("CREATE SCHEMA own")
    own = f"{postgres_url}{'&' if '?' in postgres_url else '?'}options=-csearch_path%3Down"
    await migrate(own)
    assert await behind(own) == []
    assert len(await behind(postgres_url)) == len(migrations())


async def test_a_database_that_is_behind_is_not_opened(postgres_url: str) -> None:
    words = f"is at migration 0, this Vigie needs {len(migrations())}: run `vigie migrate`"
    with pytest.raises(StoreBehind, match=words):
        await PostgresStore.open(postgres_url, TABLES)


async def test_a_database_of_a_newer_vigie_is_neither_opened_nor_migrated(
    postgres_url: str, database: Connection
) -> None:
    await migrate(postgres_url)
    await database.execute("INSERT INTO vigie_migrations VALUES (99, 'moods', 'x')")
    with pytest.raises(StoreBehind, match=r"newer Vigie \(its migration 99, “moods”"):
        await PostgresStore.open(postgres_url, TABLES)
    with pytest.raises(StoreBehind, match="newer Vigie"):
        await migrate(postgres_url)


async def test_a_database_whose_migrations_were_others_is_not_opened(
    postgres_url: str, database: Connection
) -> None:
    await migrate(postgres_url)
    await database.execute("UPDATE vigie_migrations SET checksum = 'other'")
    with pytest.raises(StoreBehind, match="migration 1, “tables”, is not this Vigie's"):
        await PostgresStore.open(postgres_url, TABLES)


async def test_a_table_that_is_gone_is_told_as_such(
    postgres_url: str, database: Connection
) -> None:
    await migrate(postgres_url)
    store = await PostgresStore.open(postgres_url, TABLES)
    await database.execute("DROP TABLE mutes")
    with pytest.raises(StoreBehind, match=r"mutes.*vigie migrate"):
        await store.get("mutes", "m")
    await store.close()


async def test_a_step_that_fails_leaves_nothing_and_those_before_it_stay(
    postgres_url: str, database: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = Migration(1, "good", "CREATE TABLE one (id int)")
    bad = Migration(2, "bad", "CREATE TABLE two (id int); SELECT * FROM three")
    mended = Migration(2, "mended", "CREATE TABLE two (id int)")
    monkeypatch.setattr(postgres_schema, "migrations", lambda: [good, bad])
    with pytest.raises(StoreBehind, match="three"):
        await migrate(postgres_url)
    assert await behind(postgres_url) == ["0002 bad"]
    assert await rows(database, "SELECT to_regclass('one'), to_regclass('two')") == [("one", None)]
    monkeypatch.setattr(postgres_schema, "migrations", lambda: [good, mended])
    assert await migrate(postgres_url) == ["0002 mended"]


async def test_who_may_not_make_tables_is_told_so(postgres_url: str, database: Connection) -> None:
    [(name,)] = await rows(database, "SELECT current_database()")
    await database.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
    with pytest.raises(StoreUnavailable, match="refuses"):
        await migrate(postgres_url)


async def test_who_may_not_read_what_was_applied_is_told_so(postgres_url: str) -> None:
    await migrate(postgres_url)
    stranger = make_conninfo(postgres_url, options="-crole=pg_monitor")
    with pytest.raises(StoreUnavailable, match="refuses: permission denied"):
        await PostgresStore.open(stranger, TABLES)
    with pytest.raises(StoreUnavailable, match="refuses: permission denied"):
        await behind(stranger)


async def test_an_address_that_leads_nowhere_is_told_without_its_password() -> None:
    with pytest.raises(StoreUnavailable, match="cannot be reached") as refusal:
        await migrate("postgresql://me:hush@127.0.0.1:1/me")
    assert "hush" not in str(refusal.value)
    with pytest.raises(ConfigError) as fault:
        await behind("postgresql://me:hush%zz@127.0.0.1/me")
    assert "hush" not in str(fault.value)
