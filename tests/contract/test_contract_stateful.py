"""TinyStore against a plain dict, through any order of commits, reopenings and compactions."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.errors import Conflict
from bot.store.base import Find, Index, Put, Remove, Row, TableSpec, Write, encoded
from bot.store.tiny import TinyStore

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
    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.rows: dict[tuple[str, str], Row] = {}
        self.runner = asyncio.Runner()
        self.store = self._await(TinyStore.open(self.folder, TABLES))

    @rule(writes=st.lists(WRITES, min_size=1, max_size=4))
    def commit(self, writes: list[Write]) -> None:
        expected = carried_out(self.rows, writes)
        try:
            self._await(self.store.commit(writes))
        except Conflict:
            assert expected is None
        else:
            assert expected is not None
            self.rows = expected

    @rule(query=QUERIES)
    def find(self, query: Find) -> None:
        assert self._await(self.store.find(query)) == found(self.rows, query)
        assert self._await(self.store.count(query)) == len(found(self.rows, query))

    @rule(compact_from=st.sampled_from([0, 1 << 40]))
    def reopen(self, compact_from: int) -> None:
        self._await(self.store.close())
        opening = TinyStore.open(self.folder, TABLES, compact_from=compact_from)
        self.store = self._await(opening)
        assert self.store.set_aside == ()

    @invariant()
    def every_document_is_there_and_no_other(self) -> None:
        stored = {
            (table, str(document.doc_id)): dict(document)
            for table in self.store.db.tables()
            for document in self.store.db.table(table).all()
        }
        assert stored == {place: row.document for place, row in self.rows.items()}
        for (table, id), row in self.rows.items():
            assert self._await(self.store.get(table, id)) == row

    def teardown(self) -> None:
        self._await(self.store.close())
        self.runner.close()
        shutil.rmtree(self.folder)

    def _await(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(coroutine)


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


TestStoreAgainstADict = StoreAgainstADict.TestCase
TestStoreAgainstADict.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
