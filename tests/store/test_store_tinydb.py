"""The opened store by TinyDB's own API, for a person who looks in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tinydb import where
from tinydb.table import Document

from bot.store.base import Put
from bot.store.tiny import TinyStore
from tests.store.store_samples import TABLES, ids, journals, mention


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    data.mkdir()
    return data


@pytest.fixture
async def store(folder: Path) -> AsyncIterator[TinyStore]:
    opened = await TinyStore.open(folder, TABLES)
    yield opened
    await opened.close()


class TestLookingIn:
    async def test_tinydbs_own_questions_are_answered(self, store: TinyStore) -> None:
        await store.commit([mention(1), mention(2, watch="other")])
        table = store.db.table("mentions")
        assert len(table) == 2
        assert {str(document.doc_id) for document in table.all()} == {"m1", "m2"}
        assert [str(found.doc_id) for found in table.search(where("watch") == "other")] == ["m2"]
        found = table.get(doc_id="m1")  # type: ignore[call-overload]  # ids are text here
        assert found["watch"] == "acme"
        assert table.contains(where("watch") == "acme")
        assert store.db.tables() == {"mentions"}

    async def test_an_answer_is_never_stale_nor_shared(self, store: TinyStore) -> None:
        table = store.db.table("mentions")
        question = where("watch") == "acme"
        assert table.search(question) == []
        await store.commit([mention(1)])
        table.search(question)[0]["watch"] = "changed"
        assert table.search(question)[0]["watch"] == "acme"

    async def test_tinydbs_own_writes_are_commits(self, store: TinyStore, folder: Path) -> None:
        table = store.db.table("mentions")
        id = table.insert({"watch": "acme", "at": "2026-01-01"})
        assert await ids(store) == [str(id)]
        table.insert_multiple([Document({"watch": "acme", "at": "2027-01-01"}, doc_id=7)])
        assert await ids(store) == [str(id), "7"]
        table.update({"at": "2025-01-01"}, doc_ids=[7])
        table.upsert({"watch": "acme", "at": "2028-01-01"}, where("at") == "2026-01-01")
        assert await ids(store) == ["7", str(id)]
        table.remove(where("at") == "2025-01-01")
        await store.close()
        reopened = await TinyStore.open(folder, TABLES)
        assert await ids(reopened) == [str(id)]
        reopened.db.table("mentions").truncate()
        assert await ids(reopened) == []
        await reopened.close()

    async def test_a_dropped_table_is_gone_and_no_other(self, store: TinyStore) -> None:
        await store.commit([mention(1), Put(table="cursors", id="c", document={"page": 1})])
        store.db.drop_table("mentions")
        assert await ids(store) == []
        assert await store.get("cursors", "c") is not None
        store.db.drop_tables()
        assert await store.get("cursors", "c") is None

    async def test_a_write_touches_what_changes_and_nothing_else(
        self, store: TinyStore, folder: Path
    ) -> None:
        await store.commit([mention(n) for n in range(100)])
        [journal] = journals(folder)
        before = len(journal.read_bytes().rstrip(b"\0"))
        store.db.table("mentions").update({"text": "seen"}, doc_ids=["m5"])  # type: ignore[list-item]
        store.db.table("mentions").update({"watch": "acme"}, where("watch") == "acme")
        added = journal.read_bytes()[before:]
        assert added.count(b'"id":') == 1
        row = await store.get("mentions", "m5")
        assert row is not None
        assert row.version == 2
