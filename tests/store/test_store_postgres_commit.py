"""What a commit locks and writes, without a database."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Conflict
from bot.store.base import Index, Put, Remove, TableSpec, Write
from bot.store.postgres_commit import Ready, Step, ready, steps
from bot.store.postgres_table import PostgresTable

TABLES = {
    spec.name: PostgresTable(spec)
    for spec in (TableSpec("cursors"), TableSpec("mentions", (Index((), "at"),), day="at"))
}
PUTS = st.builds(
    Put,
    table=st.sampled_from(sorted(TABLES)),
    id=st.text(st.sampled_from("aé😀\ufffd"), max_size=2),
    document=st.just({}),
    expected=st.none() | st.integers(0, 2),
)


def put(id: str, page: int = 1, expected: int | None = None) -> Put:
    return Put(table="cursors", id=id, document={"page": page}, expected=expected)


def remove(id: str) -> Remove:
    return Remove(table="cursors", id=id)


def locked(commit: Ready) -> list[tuple[str, object]]:
    return [(table, statement.values[0]) for table, statement in commit.locks]


def decided(writes: Sequence[Write], **versions: int) -> list[Step]:
    met = {("cursors", id): version for id, version in versions.items()}
    return steps(ready(writes, TABLES), met, TABLES)


@given(st.lists(PUTS), st.randoms())
def test_locks_are_taken_in_the_same_order_whatever_that_of_the_writes(
    puts: list[Put], random: object
) -> None:
    shuffled = puts[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert ready(shuffled, TABLES).locks == ready(puts, TABLES).locks


def test_what_is_only_to_be_created_is_not_locked() -> None:
    assert locked(ready([put("a", expected=0), put("b", expected=0)], TABLES)) == []
    writes: list[Write] = [put("c", expected=0), put("b"), remove("a"), put("d", expected=3)]
    assert locked(ready(writes, TABLES)) == [("cursors", '{"a","b","d"}')]


def test_ids_are_locked_in_the_order_of_their_bytes() -> None:
    [(_, ids)] = locked(ready([put("😀"), put("\ufffd"), put("é")], TABLES))
    assert ids == '{"é","\ufffd","😀"}'


def test_a_document_that_is_written_twice_reaches_the_database_once() -> None:
    [step] = decided([put("a", 1, expected=0), put("a", 2, expected=1)])
    assert step.statement.values == ['{"a"}', "{2}", r'{"{\"page\":2}"}']
    assert step.creates == {"a": True}


def test_a_document_that_is_written_and_removed_again_does_not() -> None:
    assert decided([put("a", expected=0), remove("a")]) == []
    assert decided([remove("a")]) == []


def test_one_that_is_removed_and_written_again_begins_anew_in_its_row() -> None:
    [step] = decided([remove("a"), put("a", 5)], a=7)
    assert b"UPDATE" in step.statement.query
    assert step.statement.values == ['{"a"}', "{1}", r'{"{\"page\":5}"}']


def test_versions_are_decided_before_anything_is_written() -> None:
    with pytest.raises(Conflict, match="cursors/b is at version 2, not 1"):
        decided([put("a"), put("b", expected=1)], b=2)


def test_an_undeclared_table_is_refused_with_the_names_of_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"mentoins.*cursors, mentions"):
        ready([Put(table="mentoins", id="m", document={})], TABLES)
