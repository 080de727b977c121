"""What one commit does to the rows of the scale store. Deciding it needs no database.

The writes are made ready, the versions that they meet are handed in, and what they leave of each
document becomes statements of some hundred rows each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from bot.errors import Conflict
from bot.store.base import Remove, Write
from bot.store.postgres_table import NewRow, PostgresTable, Statement, Values

AT_ONCE = 1_000
"""Rows of one statement at most."""

Place = tuple[str, str]
"""A document's table and id."""


class Ready(NamedTuple):
    """A commit's writes with what they put into rows, and the locks that it takes first."""

    writes: Sequence[tuple[Write, Values | None]]
    locks: Sequence[tuple[str, Statement]]


class After(NamedTuple):
    """What a commit leaves of a document: `version` 0 and no values where it is removed. It was
    at `before`, 0 where it was not there; `only_new` says that it must not have been."""

    before: int
    version: int
    values: Values | None
    only_new: bool


class Step(NamedTuple):
    """A statement; an insert with the documents that it is to create, by id, and for each whether
    it is a conflict where it is there (else somebody created it meanwhile)."""

    table: str
    statement: Statement
    creates: Mapping[str, bool]


def ready(writes: Sequence[Write], tables: Mapping[str, PostgresTable]) -> Ready:
    """Raises ValueError for a table not among `tables`, or a document that its table cannot hold,
    TypeError where one is not JSON."""
    prepared = [(write, table_of(tables, write.table).values(write)) for write in writes]
    wanted: dict[str, set[str]] = {}
    for write in writes:
        # What is only to be created is not looked for: the insert tells whether it is there.
        if write.expected != 0 or isinstance(write, Remove):
            wanted.setdefault(write.table, set()).add(write.id)
    # Always in the same order, so that no two commits wait for each other.
    locks = [(name, tables[name].lock(sorted(ids))) for name, ids in sorted(wanted.items())]
    return Ready(prepared, locks)


def steps(
    commit: Ready, versions: Mapping[Place, int], tables: Mapping[str, PostgresTable]
) -> list[Step]:
    """What carries out a commit that meets `versions`. Raises Conflict."""
    return [
        step
        for name, documents in sorted(_decided(commit.writes, versions).items())
        for step in _of_table(tables[name], documents)
    ]


def table_of(tables: Mapping[str, PostgresTable], name: str) -> PostgresTable:
    """The table of this name. Raises ValueError where it was not declared."""
    if name not in tables:
        raise ValueError(f"there is no table {name!r}; {', '.join(tables)} are declared")
    return tables[name]


def _decided(
    writes: Sequence[tuple[Write, Values | None]], versions: Mapping[Place, int]
) -> dict[str, dict[str, After]]:
    after: dict[str, dict[str, After]] = {}
    for write, values in writes:
        documents = after.setdefault(write.table, {})
        known = documents.get(write.id)
        before = known.before if known else versions.get((write.table, write.id), 0)
        found = known.version if known else before
        if write.expected not in (None, found):
            raise Conflict(write.table, write.id, write.expected, found)
        only_new = known.only_new if known else write.expected == 0
        documents[write.id] = After(before, found + 1 if values else 0, values, only_new)
    return after


def _of_table(table: PostgresTable, documents: Mapping[str, After]) -> Iterator[Step]:
    new: list[NewRow] = []
    changed: list[NewRow] = []
    gone: list[str] = []
    for id, after in sorted(documents.items()):
        if after.values is None:
            gone += [id] if after.before else []
        else:
            (changed if after.before else new).append((id, after.version, after.values))
    for rows in _batches(new):
        creates = {id: documents[id].only_new for id, _, _ in rows}
        yield Step(table.spec.name, table.insert(rows), creates)
    for rows in _batches(changed):
        yield Step(table.spec.name, table.update(rows), {})
    if gone:
        yield Step(table.spec.name, table.delete(gone), {})


def _batches(rows: list[NewRow]) -> Iterator[list[NewRow]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]
