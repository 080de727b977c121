"""Each store against a plain dict, through any order of commits, reopenings and compactions."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from msgspec.structs import replace

from bot.errors import Conflict
from bot.store.base import Find, Index, Put, Remove, Row, Store, TableSpec, Write, encoded
from bot.store.postgres import PostgresStore
from bot.store.tiny import TinyStore
from tests.postgres import made

T = TypeVar("T")

TABLES = (
    TableSpec("mentions", (Index(("watch",), "at"), Index((), "at")), day="at"),
    TableSpec("outbox", (Index((), "likes"),), numbers=("likes",)),
)
TIMES = ["2026-11-24T08:00:00Z", "2026-11-24T09:00:00Z", "2026-11-26T00:00:00Z"]
NAMES = st.sampled_from(["a", "b", "é😀", ""])
TABLE = st.sampled_from(["mentions", "outbox"])
EXPECTED = st.none() | st.integers(0, 3)
DOCUMENTS = st.fixed_dictionaries(
    {"text": st.text(st.characters(exclude_categories=["Cs"]), max_size=5)},
    optional={
        "watch": st.none() | st.sampled_from(["acme", "other"]),
        "at": st.none() | st.sampled_from(TIMES),
        "likes": st.none() | st.integers(-2, 2),
    },
)
WRITES = st.builds(Put, table=TABLE, id=NAMES, document=DOCUMENTS, expected=EXPECTED) | st.builds(
    Remove, table=TABLE, id=NAMES, expected=EXPECTED
)
QUERIES = st.builds(
    Find,
    table=st.just("mentions"),
    equal=st.just({}) | st.sampled_from(["acme", "other"]).map(lambda watch: {"watch": watch}),
    order=st.just("at"),
    since=st.none() | st.sampled_from(TIMES),
    before=st.none() | st.sampled_from(TIMES),
    newest_first=st.booleans(),
    limit=st.none() | st.integers(0, 3),
)


class StoreAgainstADict(RuleBasedStateMachine):
    """What every store does; a subclass says how one is opened."""

    store: Store

    @initialize()
    def begin(self) -> None:
        self.rows: dict[tuple[str, str], Row] = {}
        self.runner = asyncio.Runner()
        self.store = self.wait(self.opened())

    async def opened(self) -> Store:
        """A store on what was kept: nothing, at first."""
        raise NotImplementedError

    @rule(writes=st.lists(WRITES, min_size=1, max_size=4))
    def commit(self, writes: list[Write]) -> None:
        expected = carried_out(self.rows, writes)
        try:
            self.wait(self.store.commit(writes))
        except Conflict:
            assert expected is None
        else:
            assert expected is not None
            self.rows = expected

    @rule(query=QUERIES)
    def find(self, query: Find) -> None:
        for _ in range(2):  # it may remember what it read
            assert self.wait(self.store.find(query)) == found(self.rows, query)
        assert self.wait(self.store.count(query)) == len(found(self.rows, query))

    @rule()
    def reopen(self) -> None:
        self.wait(self.store.close())
        self.store = self.wait(self.opened())

    @invariant()
    def every_document_is_there_and_no_other(self) -> None:
        stored = {(spec.name, row.id): row for spec in TABLES for row in self._all(spec.name)}
        assert stored == self.rows
        for (table, id), row in self.rows.items():
            assert self.wait(self.store.get(table, id)) == row

    def _all(self, table: str) -> list[Row]:
        async def collected() -> list[Row]:
            return [row async for rows in self.store.rows(table) for row in rows]

        return self.wait(collected())

    def teardown(self) -> None:
        self.wait(self.store.close())
        self.runner.close()

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(coroutine)


class TinyStoreAgainstADict(StoreAgainstADict):
    """Its files are folded at every commit, or not before it is opened again."""

    compact_from = 1 << 40
    tables = TABLES

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())

    async def opened(self) -> TinyStore:
        opened = await TinyStore.open(self.folder, self.tables, compact_from=self.compact_from)
        assert opened.set_aside == ()
        return opened

    @rule(compact_from=st.sampled_from([0, 1 << 40]))
    def reopen_to_compact(self, compact_from: int) -> None:
        self.compact_from = compact_from
        self.reopen()

    @invariant()
    def tinydb_sees_the_same(self) -> None:
        assert isinstance(self.store, TinyStore)
        stored = {
            (table, str(document.doc_id)): dict(document)
            for table in self.store.db.tables()
            for document in self.store.db.table(table).all()
        }
        assert stored == {place: row.document for place, row in self.rows.items()}

    def teardown(self) -> None:
        super().teardown()
        shutil.rmtree(self.folder)


class RememberingStoreAgainstADict(TinyStoreAgainstADict):
    """It remembers some of what it read of its files, and not all."""

    tables = (replace(TABLES[0], remembered=2), TABLES[1])


class PostgresStoreAgainstADict(StoreAgainstADict):
    """Each example begins on empty tables."""

    url: str

    def __init__(self) -> None:
        super().__init__()
        with psycopg.connect(self.url) as connection:
            connection.execute("TRUNCATE mentions, outbox")

    async def opened(self) -> PostgresStore:
        return await PostgresStore.open(self.url, TABLES, migrated=False)


def carried_out(
    rows: dict[tuple[str, str], Row], writes: list[Write]
) -> dict[tuple[str, str], Row] | None:
    """The rows after the writes; None where one of them is a conflict."""
    after = dict(rows)
    for write in writes:
        before = after.pop((write.table, write.id), None)
        version = 0 if before is None else before.version
        if write.expected not in (None, version):
            return None
        if isinstance(write, Put):
            row = Row(id=write.id, version=version + 1, json=encoded(write.document))
            after[write.table, write.id] = row
    return after


def found(rows: dict[tuple[str, str], Row], query: Find) -> list[Row]:
    chosen = [
        row
        for (table, _), row in rows.items()
        if table == query.table
        and row.document.get(query.order) is not None
        and all(row.document.get(name) == value for name, value in query.equal.items())
        and (query.since is None or row.document[query.order] >= query.since)
        and (query.before is None or row.document[query.order] < query.before)
    ]
    chosen.sort(key=lambda row: (row.document[query.order], row.id), reverse=query.newest_first)
    return chosen[: query.limit]


TestTinyStoreAgainstADict = TinyStoreAgainstADict.TestCase
TestTinyStoreAgainstADict.settings = settings(max_examples=25, stateful_step_count=20)

TestRememberingStoreAgainstADict = RememberingStoreAgainstADict.TestCase
TestRememberingStoreAgainstADict.settings = settings(max_examples=25, stateful_step_count=20)


async def test_a_postgres_store_does_as_a_dict_does(postgres_schema: str) -> None:
    class Here(PostgresStoreAgainstADict):
        url = postgres_schema

    await (await made(postgres_schema, TABLES)).close()
    chosen = settings(max_examples=25, stateful_step_count=20)
    await asyncio.to_thread(run_state_machine_as_test, Here, settings=chosen)
