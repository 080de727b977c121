"""One suite for every store: what a service may rely on, whichever stands behind the contract."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from bot.errors import Conflict
from bot.store.base import Find, Index, Put, Remove, Store, TableSpec
from bot.store.tiny import TinyStore
from tests.contract.reference_store import ReferenceStore
from tests.postgres import made

TABLES = (
    TableSpec(
        "mentions",
        (
            Index(("watch",), "at"),
            Index(("watch", "language"), "at"),
            Index((), "at"),
            Index(("watch",), "likes"),
            Index(("post.author",), "at"),
        ),
        day="at",
        numbers=("likes",),
    ),
    TableSpec("cursors"),
)


@pytest.fixture(params=["reference", "tiny", "folded", "postgres"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    opened = await opened_as(request.param, tmp_path, request)
    yield opened
    await opened.close()


async def opened_as(kind: str, folder: Path, request: pytest.FixtureRequest) -> Store:
    """An empty store: `tiny` keeps its commits in the journal, `folded` folds after each."""
    if kind == "reference":
        return ReferenceStore(TABLES)
    if kind == "postgres":
        return await made(request.getfixturevalue("postgres_schema"), TABLES)
    return await TinyStore.open(folder, TABLES, compact_from=1 << 40 if kind == "tiny" else 0)


def mention(id: str, at: str, *, watch: str = "acme", expected: int | None = None) -> Put:
    return Put(
        table="mentions",
        id=id,
        document={"watch": watch, "language": "fr", "at": at, "text": f"« {id} » 😀\n#v1"},
        expected=expected,
    )


def by_watch(**options: object) -> Find:
    arguments = {"table": "mentions", "equal": {"watch": "acme"}, "order": "at", **options}
    return Find(**arguments)  # type: ignore[arg-type]


async def ids(store: Store, **options: object) -> list[str]:
    query = by_watch(**options)
    rows = await store.find(query)
    assert await store.count(query) == len(rows)
    return [row.id for row in rows]


class TestDocuments:
    async def test_what_was_committed_is_found_by_its_id(self, store: Store) -> None:
        put = mention("m1", "2026-11-24T08:00:00Z")
        await store.commit([put])
        row = await store.get("mentions", "m1")
        assert row is not None
        assert (row.id, row.version, row.document) == ("m1", 1, put.document)

    async def test_nothing_is_found_where_nothing_was_written(self, store: Store) -> None:
        assert await store.get("mentions", "m1") is None

    async def test_the_same_id_in_two_tables_is_two_documents(self, store: Store) -> None:
        await store.commit([Put(table="cursors", id="x", document={"page": 1})])
        assert await store.get("mentions", "x") is None

    async def test_every_write_raises_the_version(self, store: Store) -> None:
        for page in range(3):
            await store.commit([Put(table="cursors", id="c", document={"page": page})])
        row = await store.get("cursors", "c")
        assert row is not None
        assert (row.id, row.version, row.document) == ("c", 3, {"page": 2})

    async def test_a_put_replaces_the_whole_document(self, store: Store) -> None:
        await store.commit([Put(table="cursors", id="c", document={"page": 1, "etag": "a"})])
        await store.commit([Put(table="cursors", id="c", document={"page": 2})])
        row = await store.get("cursors", "c")
        assert row is not None
        assert row.document == {"page": 2}

    async def test_what_a_caller_does_to_a_document_stays_with_the_caller(
        self, store: Store
    ) -> None:
        mine = {"page": 1}
        await store.commit([Put(table="cursors", id="c", document=mine)])
        mine["page"] = 2
        first = await store.get("cursors", "c")
        assert first is not None
        first.document["page"] = 3
        second = await store.get("cursors", "c")
        assert second is not None
        assert second.document == {"page": 1}

    async def test_an_undeclared_table_is_refused(self, store: Store) -> None:
        with pytest.raises(ValueError, match="mentoins"):
            await store.get("mentoins", "m1")
        with pytest.raises(ValueError, match="mentoins"):
            await store.commit([Put(table="mentoins", id="m1", document={})])


class TestVersions:
    async def test_expecting_none_writes_whatever_stands_there(self, store: Store) -> None:
        await store.commit([mention("m1", "2026-11-24T08:00:00Z")])
        await store.commit([mention("m1", "2026-11-24T09:00:00Z", expected=None)])
        assert await ids(store, since="2026-11-24T09:00:00Z") == ["m1"]

    async def test_expecting_zero_creates_once(self, store: Store) -> None:
        await store.commit([mention("m1", "2026-11-24T08:00:00Z", expected=0)])
        with pytest.raises(Conflict) as conflict:
            await store.commit([mention("m1", "2026-11-24T08:00:00Z", expected=0)])
        error = conflict.value
        assert (error.table, error.id, error.expected, error.found) == ("mentions", "m1", 0, 1)

    async def test_an_old_version_is_a_conflict(self, store: Store) -> None:
        for _ in range(2):
            await store.commit([mention("m1", "2026-11-24T08:00:00Z")])
        with pytest.raises(Conflict):
            await store.commit([mention("m1", "2026-11-24T09:00:00Z", expected=1)])
        await store.commit([mention("m1", "2026-11-24T10:00:00Z", expected=2)])
        row = await store.get("mentions", "m1")
        assert row is not None
        assert (row.version, row.document["at"]) == (3, "2026-11-24T10:00:00Z")

    async def test_one_conflict_undoes_the_whole_commit(self, store: Store) -> None:
        await store.commit([mention("m1", "2026-11-24T08:00:00Z")])
        with pytest.raises(Conflict):
            await store.commit(
                [
                    mention("m2", "2026-11-24T09:00:00Z", expected=0),
                    Remove(table="mentions", id="m1"),
                    mention("m3", "2026-11-24T09:00:00Z", expected=7),
                ]
            )
        assert await ids(store) == ["m1"]

    async def test_writes_of_one_commit_see_each_other(self, store: Store) -> None:
        await store.commit(
            [
                mention("m1", "2026-11-24T08:00:00Z", expected=0),
                mention("m1", "2026-11-24T09:00:00Z", expected=1),
                mention("m2", "2026-11-24T08:00:00Z"),
                Remove(table="mentions", id="m2", expected=1),
            ]
        )
        row = await store.get("mentions", "m1")
        assert row is not None
        assert row.version == 2
        assert await ids(store) == ["m1"]

    async def test_who_lost_a_race_can_read_what_it_lost_to(self, store: Store) -> None:
        lost = 0

        async def count_up() -> None:
            nonlocal lost
            while True:
                row = await store.get("cursors", "c")
                number = row.document["number"] + 1 if row else 1
                expected = row.version if row else 0
                put = Put(table="cursors", id="c", document={"number": number}, expected=expected)
                try:
                    await store.commit([put])
                except Conflict:
                    lost += 1
                    continue
                return

        await asyncio.gather(*(count_up() for _ in range(10)))
        row = await store.get("cursors", "c")
        assert row is not None
        assert row.document["number"] == 10
        assert lost <= 45, "each loses at most once to each that won before it"

    async def test_two_claims_of_one_version_have_one_winner(self, store: Store) -> None:
        await store.commit([mention("m1", "2026-11-24T08:00:00Z")])

        async def claim(by: str) -> str:
            document = {"watch": "acme", "at": "2026-11-24T08:00:00Z", "by": by}
            await store.commit([Put(table="mentions", id="m1", document=document, expected=1)])
            return by

        claims = (claim(f"U{number}") for number in range(20))
        outcomes = await asyncio.gather(*claims, return_exceptions=True)
        winners = [outcome for outcome in outcomes if isinstance(outcome, str)]
        assert len(winners) == 1
        assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 19
        row = await store.get("mentions", "m1")
        assert row is not None
        assert (row.version, row.document["by"]) == (2, winners[0])


class TestRemoval:
    async def test_a_removed_document_is_gone_from_everywhere(self, store: Store) -> None:
        await store.commit([mention("m1", "2026-11-24T08:00:00Z")])
        await store.commit([Remove(table="mentions", id="m1", expected=1)])
        assert await store.get("mentions", "m1") is None
        assert await ids(store) == []

    async def test_removing_what_is_not_there_is_no_error(self, store: Store) -> None:
        await store.commit([Remove(table="mentions", id="m1")])
        await store.commit([Remove(table="mentions", id="m1", expected=0)])
        assert await store.get("mentions", "m1") is None

    async def test_removing_an_old_version_is_a_conflict(self, store: Store) -> None:
        await store.commit([mention("m1", "2026-11-24T08:00:00Z")])
        with pytest.raises(Conflict):
            await store.commit([Remove(table="mentions", id="m1", expected=2)])
        assert await ids(store) == ["m1"]

    async def test_what_is_written_after_a_removal_starts_anew(self, store: Store) -> None:
        for _ in range(2):
            await store.commit([mention("m1", "2026-11-24T08:00:00Z")])
        await store.commit([Remove(table="mentions", id="m1")])
        await store.commit([mention("m1", "2026-11-24T08:00:00Z", expected=0)])
        row = await store.get("mentions", "m1")
        assert row is not None
        assert row.version == 1


class TestFinding:
    @pytest.fixture(autouse=True)
    async def _five_mentions(self, store: Store) -> None:
        await store.commit(
            [
                mention("d", "2026-11-24T11:00:00Z"),
                mention("b", "2026-11-24T09:00:00Z"),
                mention("a", "2026-11-24T10:00:00Z"),
                mention("c", "2026-11-24T10:00:00Z"),
                mention("e", "2026-11-24T10:00:00Z", watch="other"),
            ]
        )

    async def test_documents_come_in_order_then_by_id(self, store: Store) -> None:
        assert await ids(store) == ["b", "a", "c", "d"]

    async def test_newest_first_is_the_same_order_backwards(self, store: Store) -> None:
        assert await ids(store, newest_first=True) == ["d", "c", "a", "b"]

    async def test_since_is_inclusive_and_before_exclusive(self, store: Store) -> None:
        bounds = {"since": "2026-11-24T10:00:00Z", "before": "2026-11-24T11:00:00Z"}
        assert await ids(store, **bounds) == ["a", "c"]
        assert await ids(store, newest_first=True, **bounds) == ["c", "a"]

    async def test_bounds_that_cross_find_nothing(self, store: Store) -> None:
        bounds = {"since": "2026-11-24T11:00:00Z", "before": "2026-11-24T09:00:00Z"}
        assert await ids(store, **bounds) == []

    async def test_a_limit_counts_from_the_side_asked_for(self, store: Store) -> None:
        assert await ids(store, limit=2) == ["b", "a"]
        assert await ids(store, limit=2, newest_first=True) == ["d", "c"]
        assert await ids(store, limit=2, since="2026-11-24T10:00:00Z") == ["a", "c"]
        assert await ids(store, limit=0) == []
        assert await ids(store, limit=99) == ["b", "a", "c", "d"]

    async def test_several_fields_and_none(self, store: Store) -> None:
        assert await ids(store, equal={"language": "fr", "watch": "other"}) == ["e"]
        assert await ids(store, equal={}) == ["b", "a", "c", "e", "d"]
        assert await ids(store, equal={"watch": "nobody's"}) == []

    async def test_numbers_order_as_numbers(self, store: Store) -> None:
        await store.commit(
            [
                Put(table="mentions", id=f"n{likes}", document={"watch": "acme", "likes": likes})
                for likes in (100, 9, -1)
            ]
        )
        assert await ids(store, order="likes") == ["n-1", "n9", "n100"]
        assert await ids(store, order="likes", since=0, before=100) == ["n9"]

    async def test_a_document_without_an_indexed_field_is_not_in_that_index(
        self, store: Store
    ) -> None:
        await store.commit(
            [
                Put(table="mentions", id="a", document={"watch": "acme", "at": None}),
                Put(
                    table="mentions", id="b", document={"watch": None, "at": "2026-11-24T07:00:00Z"}
                ),
                Put(table="mentions", id="c", document={"watch": "acme"}),
            ]
        )
        assert await ids(store) == ["d"]
        assert await ids(store, equal={}) == ["b", "e", "d"]

    async def test_a_document_that_changes_moves_within_the_index(self, store: Store) -> None:
        await store.commit([mention("b", "2026-11-24T12:00:00Z")])
        await store.commit([mention("d", "2026-11-24T11:00:00Z", watch="other")])
        assert await ids(store) == ["a", "c", "b"]
        assert await ids(store, equal={"watch": "other"}) == ["e", "d"]

    async def test_a_query_without_an_index_is_refused(self, store: Store) -> None:
        with pytest.raises(ValueError, match="index"):
            await store.find(by_watch(equal={"language": "fr"}))
        with pytest.raises(ValueError, match="index"):
            await store.count(by_watch(order="text"))
        with pytest.raises(ValueError, match="mentoins"):
            await store.find(by_watch(table="mentoins"))

    async def test_a_found_document_is_the_callers_own(self, store: Store) -> None:
        found = await store.find(by_watch(limit=1))
        found[0].document["text"] = "changed"
        again = await store.find(by_watch(limit=1))
        assert again[0].document["text"] != "changed"

    async def test_a_field_within_a_field_is_found_by_its_path(self, store: Store) -> None:
        def by(id: str, post: dict[str, str] | None) -> Put:
            document = {"watch": "acme", "at": "2026-11-24T08:00:00Z", "post": post}
            return Put(table="mentions", id=id, document=document)

        await store.commit(
            [by("p", {"author": "@léa"}), by("q", {"author": "@tom"}), by("r", None)]
        )
        assert await ids(store, equal={"post.author": "@léa"}) == ["p"]


class TestWholeTables:
    async def test_every_row_of_a_table_comes_once(self, store: Store) -> None:
        puts = [
            mention(f"m{n}", f"2026-{n % 12 + 1:02}-01T08:00:{n % 60:02}Z") for n in range(1, 1201)
        ]
        await store.commit(puts)
        await store.commit(
            [Remove(table="mentions", id="m7"), mention("m8", "2026-01-01T00:00:00Z")]
        )
        await store.commit([Put(table="cursors", id="c", document={"page": 1})])
        rows = [row async for batch in store.rows("mentions") for row in batch]
        assert sorted(row.id for row in rows) == sorted({put.id for put in puts} - {"m7"})
        assert next(row for row in rows if row.id == "m8").version == 2

    async def test_days_are_dropped_before_a_day(self, store: Store) -> None:
        await store.commit(
            [
                mention("old", "2026-11-22T23:59:59Z"),
                mention("kept", "2026-11-23T00:00:00Z"),
                mention("new", "2026-11-24T08:00:00Z"),
                Put(table="mentions", id="undated", document={"watch": "acme"}),
            ]
        )
        assert await store.drop_days("mentions", date(2026, 11, 23)) == 1
        assert await ids(store) == ["kept", "new"]
        assert await store.get("mentions", "old") is None
        assert await store.get("mentions", "undated") is not None
        assert await store.drop_days("mentions", date(2026, 11, 23)) == 0

    async def test_a_table_without_days_cannot_drop_them(self, store: Store) -> None:
        with pytest.raises(ValueError, match="day"):
            await store.drop_days("cursors", date(2026, 11, 23))

    async def test_whoever_keeps_what_was_read_can_tell_that_it_was_written_since(
        self, store: Store
    ) -> None:
        """Or nobody can, where others write as well."""
        cursors, told = store.changes("cursors"), [store.changes("mentions")]
        old, new = mention("a", "2026-11-22T08:00:00Z"), mention("b", "2026-11-24T08:00:00Z")
        for writes in ([old, new], [old], [Remove(table="mentions", id="b")]):
            await store.commit(writes)
            told.append(store.changes("mentions"))
        await store.drop_days("mentions", date(2026, 11, 23))
        told.append(store.changes("mentions"))
        assert len(set(told)) == (1 if told[0] is None else len(told))
        assert store.changes("cursors") == cursors

    async def test_a_purge_leaves_what_there_is(self, store: Store) -> None:
        await store.commit([mention("a", "2026-11-22T08:00:00Z")])
        await store.commit([mention("a", "2026-11-23T08:00:00Z"), mention("b", "2026-11-24")])
        await store.commit([Remove(table="mentions", id="b")])
        await store.purge()
        assert await ids(store) == ["a"]
        row = await store.get("mentions", "a")
        assert row is not None
        assert row.version == 2

    async def test_sizes_tell_what_is_held(self, store: Store) -> None:
        await store.commit(
            [
                mention("a", "2026-11-22T08:00:00Z"),
                mention("b", "2026-11-24T08:00:00Z"),
                Put(table="cursors", id="c", document={"page": 1}),
            ]
        )
        mentions, cursors = await store.sizes()
        assert (mentions.name, mentions.documents) == ("mentions", 2)
        assert (mentions.oldest, mentions.newest) == (date(2026, 11, 22), date(2026, 11, 24))
        assert (cursors.name, cursors.documents, cursors.oldest) == ("cursors", 1, None)
        assert mentions.bytes > cursors.bytes > 0
