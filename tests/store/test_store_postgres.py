"""What the scale store adds to the contract: migrations, several writers, connections that die."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest

from bot.errors import Conflict, StoreBehind, StoreUnavailable
from bot.store.base import Find, Index, Put, TableSpec
from bot.store.postgres import PostgresStore, behind, migrate
from bot.store.postgres_schema import ddl, migrations
from bot.store.repositories import TABLES
from tests.postgres import made
from tests.store.store_samples import ACME, mention
from tests.store.store_samples import TABLES as SAMPLES


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[psycopg.AsyncConnection]:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        yield connection


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    opened = await made(postgres_url, SAMPLES)
    yield opened
    await opened.close()


async def shape_of(url: str, schema: str) -> tuple[list[Any], list[Any]]:
    """All columns and indexes of a schema, as PostgreSQL tells them."""
    async with connected(url) as connection:
        columns = await connection.execute(
            "SELECT table_name, column_name, data_type, collation_name, is_nullable "
            "FROM information_schema.columns WHERE table_schema = %s "
            "AND table_name NOT LIKE 'vigie%%' ORDER BY 1, 2",
            (schema,),
        )
        indexes = await connection.execute(
            "SELECT tablename, indexname, replace(indexdef, schemaname || '.', '') "
            "FROM pg_indexes WHERE schemaname = %s AND tablename NOT LIKE 'vigie%%' ORDER BY 1, 2",
            (schema,),
        )
        return await columns.fetchall(), await indexes.fetchall()


class TestMigrations:
    async def test_they_make_the_tables_that_this_vigie_needs(self, postgres_url: str) -> None:
        """A table or an index that is declared without a step that makes it fails here."""
        await migrate(postgres_url)
        async with connected(postgres_url) as connection:
            await connection.execute("CREATE SCHEMA wanted")
            await connection.execute("SET search_path TO wanted")
            for spec in TABLES:
                await connection.execute(ddl(spec).encode())
        assert await shape_of(postgres_url, "public") == await shape_of(postgres_url, "wanted")

    async def test_each_is_applied_once_whoever_asks(self, postgres_url: str) -> None:
        everything = [f"{step.number:04} {step.name}" for step in migrations()]
        assert await behind(postgres_url) == everything
        applied = await asyncio.gather(*(migrate(postgres_url) for _ in range(4)))
        assert sorted(applied) == [[], [], [], everything]
        assert await behind(postgres_url) == []

    async def test_a_database_that_is_behind_is_refused_in_words(self, postgres_url: str) -> None:
        with pytest.raises(StoreBehind, match="run `vigie migrate`"):
            await PostgresStore.open(postgres_url, TABLES)
        await migrate(postgres_url)
        await (await PostgresStore.open(postgres_url, TABLES)).close()

    async def test_a_database_of_a_newer_vigie_is_refused_in_words(self, postgres_url: str) -> None:
        await migrate(postgres_url)
        async with connected(postgres_url) as connection:
            await connection.execute("INSERT INTO vigie_migrations VALUES (999, 'flying', 'x')")
        with pytest.raises(StoreBehind, match=r"newer Vigie .*flying"):
            await PostgresStore.open(postgres_url, TABLES)
        with pytest.raises(StoreBehind, match="newer"):
            await migrate(postgres_url)

    async def test_a_step_that_was_another_is_noticed(self, postgres_url: str) -> None:
        await migrate(postgres_url)
        async with connected(postgres_url) as connection:
            await connection.execute("UPDATE vigie_migrations SET checksum = 'changed'")
        with pytest.raises(StoreBehind, match="is not the one of this Vigie"):
            await migrate(postgres_url)

    async def test_a_step_that_fails_leaves_nothing_of_itself(self, postgres_url: str) -> None:
        async with connected(postgres_url) as connection:
            await connection.execute("CREATE TABLE outbox (taken integer)")
        with pytest.raises(psycopg.errors.DuplicateTable):
            await migrate(postgres_url)
        assert len(await behind(postgres_url)) == len(migrations())
        columns, _ = await shape_of(postgres_url, "public")
        assert len(columns) == 1

    async def test_tables_that_went_missing_are_told_of(self, postgres_url: str) -> None:
        await migrate(postgres_url)
        store = await PostgresStore.open(postgres_url, TABLES)
        async with connected(postgres_url) as connection:
            await connection.execute("DROP TABLE mutes")
        with pytest.raises(StoreBehind, match="vigie migrate"):
            await store.get("mutes", "acme")
        await store.close()


class TestSeveralWriters:
    async def test_counters_counted_by_two_workers_lose_nothing(
        self, store: PostgresStore, postgres_url: str
    ) -> None:
        other = await PostgresStore.open(postgres_url, SAMPLES, migrated=False)

        async def count_up(worker: PostgresStore) -> None:
            while True:
                row = await worker.get("cursors", "c")
                number = row.document["number"] + 1 if row else 1
                expected = row.version if row else 0
                put = Put(table="cursors", id="c", document={"number": number}, expected=expected)
                try:
                    await worker.commit([put])
                except Conflict:
                    continue
                return

        await asyncio.gather(*(count_up(worker) for worker in (store, other) * 10))
        row = await store.get("cursors", "c")
        assert row is not None
        assert (row.version, row.document) == (20, {"number": 20})
        await other.close()

    async def test_commits_that_touch_the_same_rows_in_another_order_both_go_through(
        self, store: PostgresStore
    ) -> None:
        numbers = list(range(30))
        await store.commit([mention(number) for number in numbers])

        async def rewrite(order: list[int]) -> None:
            for _ in range(5):
                await store.commit([mention(number) for number in order])

        await asyncio.gather(rewrite(numbers), rewrite(numbers[::-1]), rewrite(numbers[::2]))
        rows = await store.find(ACME)
        assert [row.version for row in rows] == [16 if n % 2 == 0 else 11 for n in numbers]

    async def test_the_same_new_documents_from_two_sides_are_there_once(
        self, store: PostgresStore
    ) -> None:
        def puts(expected: int | None) -> list[Put]:
            return [
                Put(table="cursors", id=str(n), document={"n": n}, expected=expected)
                for n in range(50)
            ]

        outcomes = await asyncio.gather(
            *(store.commit(puts(0)[::step]) for step in (1, -1)), return_exceptions=True
        )
        assert [type(outcome) for outcome in outcomes if outcome] == [Conflict]
        await asyncio.gather(store.commit(puts(None)), store.commit(puts(None)[::-1]))
        row = await store.get("cursors", "7")
        assert row is not None
        assert row.version == 3


class TestConnections:
    async def test_a_database_that_cannot_be_reached_is_told_without_its_password(self) -> None:
        url = "postgresql://vigie:s3cret@127.0.0.1:1/vigie"
        with pytest.raises(StoreUnavailable) as unavailable:
            await migrate(url)
        assert "s3cret" not in str(unavailable.value)
        assert "cannot be reached" in str(unavailable.value)

    async def test_reading_goes_on_when_the_connections_were_cut(
        self, store: PostgresStore, postgres_url: str
    ) -> None:
        await store.commit([mention(1)])
        await cut(postgres_url)
        assert [row.id for row in await store.find(ACME)] == ["m1"]

    async def test_a_commit_that_is_cut_off_is_whole_or_not_there(
        self, store: PostgresStore, postgres_url: str
    ) -> None:
        puts = [mention(number) for number in range(3000)]
        commit = asyncio.create_task(store.commit(puts))
        while not commit.done():
            await cut(postgres_url)
        outcome = (await asyncio.gather(commit, return_exceptions=True))[0]
        assert outcome is None or isinstance(outcome, StoreUnavailable)
        assert await store.count(ACME) in ({3000} if outcome is None else {0, 3000})
        await store.commit(puts)
        assert await store.count(ACME) == 3000

    async def test_a_commit_given_up_on_leaves_no_connection_in_the_middle(
        self, store: PostgresStore
    ) -> None:
        for number in range(20):
            commit = asyncio.create_task(store.commit([mention(n) for n in range(200)]))
            for _ in range(number):
                await asyncio.sleep(0)
            commit.cancel()
            await asyncio.gather(commit, return_exceptions=True)
        await store.commit([mention(1)])
        assert await store.count(ACME) in {1, 200}


async def cut(url: str) -> int:
    """End every other connection to the database; how many there were at work."""
    async with connected(url) as connection:
        ended = await connection.execute(
            "SELECT count(*) FILTER (WHERE state <> 'idle' AND pg_terminate_backend(pid)), "
            "count(*) FILTER (WHERE state = 'idle' AND pg_terminate_backend(pid)) "
            "FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        row = await ended.fetchone()
        return int(row[0]) if row else 0


class TestWhatIsOdd:
    async def test_a_nul_in_a_text_is_kept_and_in_an_id_or_a_key_refused(
        self, store: PostgresStore
    ) -> None:
        odd = {"watch": "acme", "at": "2026-11-24T08:00:00Z", "text": "a\0b 😀"}
        await store.commit([Put(table="mentions", id="odd", document=odd)])
        row = await store.get("mentions", "odd")
        assert row is not None
        assert row.document == odd
        for wrong in (
            Put(table="mentions", id="a\0b", document={}),
            Put(table="mentions", id="c", document={"watch": "a\0b"}),
        ):
            with pytest.raises(ValueError, match="NUL"):
                await store.commit([mention(1), wrong])
        assert await store.get("mentions", "m1") is None

    async def test_names_and_values_are_data(self, store: PostgresStore) -> None:
        hostile = "'; DROP TABLE mentions; -- %s {} \\"
        document = {"watch": hostile, "at": "2026-11-24T08:00:00Z"}
        await store.commit([Put(table="mentions", id=hostile, document=document)])
        query = Find(table="mentions", equal={"watch": hostile}, order="at")
        assert [row.id for row in await store.find(query)] == [hostile]

    def test_every_index_has_a_name_that_postgresql_can_hold(self) -> None:
        names = [
            line.split('"')[1]
            for spec in TABLES
            for line in ddl(spec).splitlines()
            if "INDEX" in line
        ]
        assert len(set(names)) == len(names)
        assert all(len(name.encode()) < 64 for name in names)

    def test_a_dotted_path_is_a_column(self) -> None:
        spec = TableSpec("t", (Index(("post.author",), "at"),), day="at")
        assert '"post_author" text COLLATE "C"' in ddl(spec)
