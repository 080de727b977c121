"""Moving from store to store: all arrives, nothing is overwritten, a move broken off goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.base import Put, Row, Store, Write
from bot.store.moving import Moved, MoveRefused, Step, Summary, digest, move
from bot.store.postgres import PostgresStore, migrate
from bot.store.repositories import TABLES
from bot.store.tiny import TinyStore
from tests.builders import a_mention


def in_silence(step: Step, table: str, count: int) -> None: ...


def mention(number: int) -> Put:
    id = f"m{number}"
    return Put(table="mentions", id=id, document=a_mention(id=id))


async def fill(store: Store, documents: int) -> None:
    for first in range(0, documents, 500):
        await store.commit([mention(n) for n in range(first, min(first + 500, documents))])


async def everything(store: Store, table: str = "mentions") -> dict[str, Any]:
    return {row.id: row.document async for rows in store.rows(table) for row in rows}


@pytest.fixture
async def source(tmp_path: Path) -> AsyncIterator[Store]:
    store = await TinyStore.open(tmp_path / "source", TABLES)
    yield store
    await store.close()


@pytest.fixture
async def target(tmp_path: Path) -> AsyncIterator[Store]:
    store = await TinyStore.open(tmp_path / "target", TABLES)
    yield store
    await store.close()


class PowerCut(Exception):
    """The end of a store that breaks off."""


class Breaking:
    """A store that takes so many commits and no more."""

    def __init__(self, store: Store, commits: int) -> None:
        self._store = store
        self._commits = commits

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def commit(self, writes: Sequence[Write]) -> None:
        if not self._commits:
            raise PowerCut
        self._commits -= 1
        await self._store.commit(writes)


async def test_everything_arrives_at_version_1(source: Store, target: Store) -> None:
    await fill(source, 3)
    await source.commit([mention(1)])
    await source.commit([Put(table="mutes", id="Lumo", document={"until": "2026-11-25"})])
    moved = await move(source, target, TABLES, in_silence)
    assert await everything(target) == await everything(source)
    assert await everything(target, "mutes") == {"Lumo": {"until": "2026-11-25"}}
    row = await target.get("mentions", "m1")
    assert row
    assert row.version == 1
    assert {m.table: m.written for m in moved if m.written} == {"mentions": 3, "mutes": 1}
    assert all(m.well for m in moved)


async def test_a_move_broken_off_goes_on_where_it_was(source: Store, target: Store) -> None:
    await fill(source, 1_700)
    with pytest.raises(PowerCut):
        await move(source, Breaking(target, 2), TABLES, in_silence)
    half = len(await everything(target))
    assert 0 < half < 1_700
    [moved] = [m for m in await move(source, target, TABLES, in_silence) if m.table == "mentions"]
    assert (moved.written, moved.source.documents, moved.well) == (1_700 - half, 1_700, True)
    assert await everything(target) == await everything(source)


async def test_a_move_done_again_writes_nothing(source: Store, target: Store) -> None:
    await fill(source, 10)
    await move(source, target, TABLES, in_silence)
    again = await move(source, target, TABLES, in_silence)
    assert sum(m.written for m in again) == 0
    assert all(m.well for m in again)


async def test_what_the_target_holds_otherwise_is_named_and_nothing_is_written(
    source: Store, target: Store
) -> None:
    await fill(source, 3)
    other = a_mention(id="m2", watch="Other")
    await target.commit([Put(table="mentions", id="m2", document=other)])
    with pytest.raises(MoveRefused, match=r"mentions/m2 .* otherwise"):
        await move(source, target, TABLES, in_silence)
    assert list(await everything(target)) == ["m2"]


async def test_what_the_target_holds_besides_is_named_and_nothing_is_written(
    source: Store, target: Store
) -> None:
    await fill(source, 3)
    await target.commit([Put(table="mutes", id="Lumo", document={})])
    with pytest.raises(MoveRefused, match=r"mutes/Lumo .* and the source does not"):
        await move(source, target, TABLES, in_silence)
    assert await everything(target) == {}


async def test_what_comes_into_the_target_meanwhile_stops_the_move(
    source: Store, target: Store
) -> None:
    await fill(source, 1_200)
    intruder = [Put(table="mentions", id=f"m{n}", document={"at": None}) for n in range(1_200)]
    told: list[str] = []

    class Watched:
        def __getattr__(self, name: str) -> Any:
            return getattr(target, name)

        async def commit(self, writes: Sequence[Write]) -> None:
            if not told:
                await target.commit(intruder)
                told.append("once")
            await target.commit(writes)

    with pytest.raises(MoveRefused, match="meanwhile"):
        await move(source, Watched(), TABLES, in_silence)


async def test_the_steps_are_told_document_by_document(source: Store, target: Store) -> None:
    await fill(source, 700)
    told: dict[str, int] = {}

    def tell(step: Step, table: str, count: int) -> None:
        told[step] = told.get(step, 0) + count

    await move(source, target, TABLES, tell)
    await move(source, target, TABLES, tell)
    assert told == {"look": 700, "write": 1_400, "verify": 1_400}


def test_a_target_that_lost_something_is_not_well() -> None:
    held = Summary().add([1, 2, 3])
    assert Moved(table="mutes", written=3, source=held, target=held).well
    assert not Moved(table="mutes", written=3, source=held, target=Summary().add([1, 2])).well
    assert not Moved(table="mutes", written=3, source=held, target=Summary().add([1, 2, 4])).well


async def test_to_a_database_and_back_all_is_as_it_was(
    source: Store, target: Store, postgres_url: str
) -> None:
    await fill(source, 1_200)
    awkward = {
        "text": "Déçu 😞 \u0000 \u2028",
        "score": 1.0,
        "tiny": 1e-300,
        "big": 2**60,
        "z": None,
    }
    await source.commit([Put(table="mutes", id="Lumo", document=awkward)])
    await migrate(postgres_url)
    database = await PostgresStore.open(postgres_url, TABLES)
    try:
        there = await move(source, database, TABLES, in_silence)
        back = await move(database, target, TABLES, in_silence)
    finally:
        await database.close()
    assert all(m.well for m in [*there, *back])
    assert await everything(target) == await everything(source)
    assert await everything(target, "mutes") == {"Lumo": awkward}


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
documents = st.dictionaries(st.text(), values, max_size=4)


def turned(value: Any) -> Any:
    """The same, with the keys of every object in the other order."""
    if isinstance(value, dict):
        return {key: turned(inner) for key, inner in reversed(value.items())}
    return [turned(inner) for inner in value] if isinstance(value, list) else value


@given(documents)
def test_a_digest_does_not_hang_on_order_or_spaces(document: dict[str, Any]) -> None:
    row = Row("m1", 1, msgspec.json.encode(document))
    other = Row("m1", 7, msgspec.json.format(msgspec.json.encode(turned(document))))
    assert digest(row) == digest(other)


@given(documents, documents)
def test_documents_that_differ_have_other_digests(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    first, second = msgspec.json.encode(one), msgspec.json.encode(other)
    same = msgspec.json.encode(one, order="sorted") == msgspec.json.encode(other, order="sorted")
    assert (digest(Row("m", 1, first)) == digest(Row("m", 1, second))) == same
    assert digest(Row("m", 1, first)) != digest(Row("n", 1, first))


@given(st.lists(st.integers(0, 2**128 - 1)), st.randoms())
def test_a_summary_knows_no_order(digests: list[int], random: Any) -> None:
    mixed = random.sample(digests, len(digests))
    cut = len(digests) // 2
    assert Summary().add(digests) == Summary().add(mixed[:cut]).add(mixed[cut:])
