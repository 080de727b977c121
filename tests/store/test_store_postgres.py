"""What is particular to PostgreSQL: several writers, lost connections, what a column can hold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigError, Conflict, StoreUnavailable
from bot.store import postgres, postgres_commit
from bot.store.base import Find, Index, Put, Remove, TableSpec
from bot.store.postgres import PostgresStore
from bot.store.postgres_table import array, element
from tests.postgres import made

TABLES = (
    TableSpec(
        "mentions",
        (Index(("watch",), "at"), Index(("watch",), "likes")),
        day="at",
        numbers=("likes",),
    ),
    TableSpec("cursors"),
)
AT = "2026-11-24T08:00:00Z"


@pytest.fixture
async def store(postgres_schema: str) -> AsyncIterator[PostgresStore]:
    opened = await made(postgres_schema, TABLES)
    yield opened
    await opened.close()


@pytest.fixture
async def other(store: PostgresStore, postgres_schema: str) -> AsyncIterator[PostgresStore]:
    """Another worker's store, on the same database."""
    opened = await PostgresStore.open(postgres_schema, TABLES, migrated=False)
    yield opened
    await opened.close()


def mention(id: str, *, expected: int | None = None, **fields: object) -> Put:
    document = {"watch": "acme", "at": AT, **fields}
    return Put(table="mentions", id=id, document=document, expected=expected)


async def ids(store: PostgresStore, watch: str = "acme") -> list[str]:
    found = await store.find(Find(table="mentions", equal={"watch": watch}, order="at"))
    return [row.id for row in found]


class TestWhatAColumnCanHold:
    async def test_a_documents_json_is_kept_byte_for_byte(self, store: PostgresStore) -> None:
        put = mention("m", text="a\0b \\ \" é 😀 \u2028 {NULL} 'x", nested={"b": 1.50, "a": []})
        await store.commit([put])
        row = await store.get("mentions", "m")
        assert row is not None
        assert row.document == put.document
        assert b"\\u0000" in row.json

    @pytest.mark.parametrize(
        "put",
        [
            mention("a\0b"),
            mention("m", watch="a\0b"),
            mention("m", watch=7),
            mention("m", likes="many"),
            mention("m", likes=1 << 63),
            mention("m", at="soon"),
        ],
        ids=["NUL in the id", "NUL in a field", "no text", "no number", "too large", "no time"],
    )
    async def test_what_no_column_can_hold_is_refused_with_all_of_its_commit(
        self, store: PostgresStore, put: Put
    ) -> None:
        with pytest.raises(ValueError, match=r"mentions|NUL"):
            await store.commit([mention("good"), put])
        assert await ids(store) == []

    async def test_a_key_too_long_for_an_index_is_refused_without_being_quoted(
        self, store: PostgresStore
    ) -> None:
        key = "".join(chr(0x4E00 + n * 7919 % 20_000) for n in range(9_000))  # hardly compressible
        with pytest.raises(ValueError, match="cannot hold") as refusal:
            await store.commit([mention("good"), mention("m", watch=key)])
        assert key[:10] not in str(refusal.value)
        assert await ids(store) == []

    async def test_a_question_with_a_nul_is_refused(self, store: PostgresStore) -> None:
        with pytest.raises(ValueError, match="NUL"):
            await store.get("mentions", "a\0b")
        with pytest.raises(ValueError, match="NUL"):
            await ids(store, "a\0b")

    @given(st.lists(st.none() | st.text(st.characters(exclude_characters="\0", codec="utf-8"))))
    def test_an_array_is_read_as_it_was_written(
        self, postgres_server: str, texts: list[str | None]
    ) -> None:
        with psycopg.connect(postgres_server) as connection:
            read = connection.execute("SELECT %s::text[]", (array(map(element, texts)),))
            assert read.fetchone() == (texts,)

    def test_numbers_and_days_are_elements_too(self) -> None:
        assert array(map(element, [-1, None, date(2026, 11, 24)])) == "{-1,NULL,2026-11-24}"


class TestManyDocuments:
    async def test_one_commit_creates_changes_and_removes_in_many_statements(
        self, store: PostgresStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(postgres_commit, "AT_ONCE", 30)
        await store.commit([mention(f"m{n:03}", likes=n) for n in range(200)])
        await store.commit(
            [
                *(mention(f"m{n:03}", watch="other", expected=1) for n in range(50, 150)),
                *(Remove(table="mentions", id=f"m{n:03}", expected=1) for n in range(50)),
                *(mention(f"n{n:03}", expected=0) for n in range(100)),
            ]
        )
        assert await ids(store, "other") == [f"m{n:03}" for n in range(50, 150)]
        assert await ids(store) == [
            *(f"m{n:03}" for n in range(150, 200)),
            *(f"n{n:03}" for n in range(100)),
        ]

    async def test_a_conflict_among_many_undoes_them_all(self, store: PostgresStore) -> None:
        await store.commit([mention("m150")])
        with pytest.raises(Conflict, match="mentions/m150 is at version 1, not 0"):
            await store.commit([mention(f"m{n:03}", expected=0) for n in range(200)])
        assert await ids(store) == ["m150"]

    async def test_more_than_a_page_is_found_whole_and_in_order(
        self, store: PostgresStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(postgres, "_PAGE", 7)
        named = [f"m{n:02}" for n in range(50)]
        await store.commit([mention(id) for id in named])
        assert await ids(store) == named
        assert [row.id async for rows in store.rows("mentions") for row in rows] == named

    async def test_days_are_dropped_some_at_a_time_until_none_is_left(
        self, store: PostgresStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(postgres, "_DROPPED_AT_ONCE", 7)
        await store.commit([mention(f"m{n:02}") for n in range(50)])
        await store.commit([mention("new", at="2026-11-25T00:00:00Z")])
        assert await store.drop_days("mentions", date(2026, 11, 25)) == 50
        assert await ids(store) == ["new"]


class TestSeveralWorkers:
    async def test_of_those_who_claim_one_version_one_wins(
        self, store: PostgresStore, other: PostgresStore
    ) -> None:
        await store.commit([mention("m")])
        claims = [
            worker.commit([mention("m", by=f"U{n}", expected=1)])
            for n, worker in enumerate([store, other] * 10)
        ]
        outcomes = await asyncio.gather(*claims, return_exceptions=True)
        assert outcomes.count(None) == 1
        assert {type(outcome) for outcome in outcomes if outcome} == {Conflict}
        row = await other.get("mentions", "m")
        assert row is not None
        assert row.document["by"] == f"U{outcomes.index(None)}"

    async def test_of_those_who_create_one_document_one_wins(
        self, store: PostgresStore, other: PostgresStore
    ) -> None:
        creations = [w.commit([mention("m", expected=0)]) for w in [store, other] * 5]
        outcomes = await asyncio.gather(*creations, return_exceptions=True)
        assert outcomes.count(None) == 1
        assert {type(outcome) for outcome in outcomes if outcome} == {Conflict}

    async def test_no_count_is_lost_where_all_raise_ten_counters(
        self, store: PostgresStore, other: PostgresStore
    ) -> None:
        async def raise_all(worker: PostgresStore, counters: Sequence[str]) -> None:
            while True:
                rows = [await worker.get("cursors", id) for id in counters]
                puts = [
                    Put(
                        table="cursors",
                        id=id,
                        document={"number": row.document["number"] + 1 if row else 1},
                        expected=row.version if row else 0,
                    )
                    for id, row in zip(counters, rows, strict=True)
                ]
                try:
                    return await worker.commit(puts)
                except Conflict:
                    continue

        names = [f"c{n}" for n in range(10)]
        turns = [names, names[::-1]] * 4
        await asyncio.gather(*(raise_all(w, n) for w in (store, other) for n in turns))
        rows = [await store.get("cursors", name) for name in names]
        assert [row.document["number"] for row in rows if row] == [16] * 10

    async def test_commits_that_touch_the_same_in_another_order_do_not_stop_each_other(
        self, store: PostgresStore, other: PostgresStore
    ) -> None:
        def writes(order: int) -> list[Put]:
            return [mention(f"m{n}") for n in range(20)][::order]

        for _ in range(10):
            await asyncio.gather(
                *(w.commit(writes(order)) for w in (store, other) for order in (1, -1))
            )
        row = await store.get("mentions", "m0")
        assert row is not None
        assert row.version == 40

    async def test_documents_that_are_written_while_their_days_are_dropped_hold_nobody_up(
        self, store: PostgresStore, other: PostgresStore
    ) -> None:
        for _ in range(10):
            await asyncio.gather(
                store.commit([mention(f"m{n}") for n in range(20)][::-1]),
                other.drop_days("mentions", date(2026, 11, 25)),
            )
        await other.drop_days("mentions", date(2026, 11, 25))
        assert await ids(store) == []


class TestOpening:
    async def test_a_server_that_is_not_there_is_told_without_the_password(self) -> None:
        with pytest.raises(StoreUnavailable, match="cannot be reached") as refusal:
            await PostgresStore.open("postgresql://me:hush@127.0.0.1:1/me", TABLES)
        assert "hush" not in str(refusal.value)
        assert refusal.value.__cause__ is None

    async def test_an_address_that_cannot_be_read_is_not_quoted(self) -> None:
        with pytest.raises(ConfigError, match="no address") as refusal:
            await PostgresStore.open("postgresql://me:hush%zz@127.0.0.1/me", TABLES)
        assert "hush" not in str(refusal.value)

    async def test_a_store_does_not_show_its_address(self, store: PostgresStore) -> None:
        shown = f"{store!r} {store._pool!r}"
        assert "postgresql://" not in shown

    async def test_a_closed_store_is_unavailable_and_may_be_closed_again(
        self, store: PostgresStore
    ) -> None:
        await store.close()
        await store.close()
        with pytest.raises(StoreUnavailable):
            await store.get("mentions", "m")
