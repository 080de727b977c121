"""Days in files of their own: what is written where, dropped, made anew, and never lost."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest

from bot.store.base import Find, Put, Remove
from bot.store.tiny import TinyStore, look
from tests.store.store_samples import (
    ACME,
    NEVER,
    TABLES,
    day_files,
    fold,
    folded,
    ids,
    journals,
    mention,
)

A_DAY = 24 * 60
"""Numbers of mentions, a minute each, from one day to the next."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


async def filled(folder: Path, *numbers: int) -> TinyStore:
    """An open store whose mentions lie in the files of their days."""
    store = await TinyStore.open(folder, TABLES, compact_from=NEVER)
    await store.commit([mention(number) for number in numbers])
    await folded(store)
    return store


def names(folder: Path) -> list[str]:
    return [path.name[:10] for path in day_files(folder)]


def bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.jsonl"))


class TestFolding:
    async def test_each_day_has_a_file_and_the_journal_is_empty(self, folder: Path) -> None:
        store = await filled(folder, 0, 1, A_DAY, 2 * A_DAY)
        assert names(folder) == ["2026-11-24", "2026-11-25", "2026-11-26"]
        assert await ids(store) == ["m0", "m1", f"m{A_DAY}", f"m{2 * A_DAY}"]
        await store.close()
        assert sum(path.stat().st_size for path in journals(folder)) == 0

    async def test_documents_are_json_that_a_person_can_read(self, folder: Path) -> None:
        await (await filled(folder, 0)).close()
        [file] = day_files(folder)
        header, line = file.read_text(encoding="utf-8").splitlines()
        assert header.startswith("#v1 ")
        assert line.startswith('{"table":"mentions","id":"m0","version":1,"document":{"watch":')
        assert "Déçu 😞" in line

    async def test_an_edit_of_an_old_document_adds_to_its_day(self, folder: Path) -> None:
        store = await filled(folder, 0, 1, 2, 3)
        await store.commit([mention(0)])
        await folded(store)
        row = await store.get("mentions", "m0")
        assert row is not None
        assert row.version == 2
        assert names(folder) == ["2026-11-24"]
        assert await ids(store) == ["m0", "m1", "m2", "m3"]
        await store.close()

    async def test_a_document_that_moves_to_another_day_is_there_alone(self, folder: Path) -> None:
        store = await filled(folder, 0, 1, 2)
        moved = {"watch": "acme", "at": "2026-12-01T00:00:00Z"}
        await store.commit([Put(table="mentions", id="m1", document=moved)])
        await folded(store)
        assert await ids(store) == ["m0", "m2", "m1"]
        assert await store.count(ACME) == 3
        await store.close()

    async def test_a_file_that_is_mostly_dead_is_written_anew(self, folder: Path) -> None:
        store = await filled(folder, *range(20))
        [before] = day_files(folder)
        size = before.stat().st_size
        await store.commit([Remove(table="mentions", id=f"m{number}") for number in range(15)])
        await folded(store)
        [after] = day_files(folder)
        assert after != before
        assert after.stat().st_size < size / 2
        assert await ids(store) == [f"m{number}" for number in range(15, 20)]
        await store.close()
        store = await TinyStore.open(folder, TABLES)
        assert await ids(store) == [f"m{number}" for number in range(15, 20)]
        await store.close()

    async def test_a_document_written_again_and_again_takes_no_more_room(
        self, folder: Path
    ) -> None:
        store = await TinyStore.open(folder, TABLES, compact_from=0)
        for _ in range(100):
            await store.commit([mention(0), Put(table="cursors", id="c", document={"page": 1})])
        await folded(store)
        await store.close()
        assert bytes_in(folder) < 40_000
        store = await TinyStore.open(folder, TABLES, compact_from=NEVER)
        row, cursor = await store.get("mentions", "m0"), await store.get("cursors", "c")
        assert row is not None
        assert cursor is not None
        assert (row.version, cursor.version) == (100, 100)
        await store.close()

    async def test_a_limit_holds_over_files_and_memory_together(self, folder: Path) -> None:
        store = await filled(folder, 0, 2, 4, A_DAY)
        await store.commit([mention(1), mention(3), mention(2)])
        whole = ["m0", "m1", "m2", "m3", "m4", f"m{A_DAY}"]
        for limit in range(8):
            assert await ids_within(store, limit) == whole[:limit]
            assert await ids_within(store, limit, newest_first=True) == whole[::-1][:limit]
        await store.close()

    async def test_documents_of_one_moment_are_cut_by_their_ids(self, folder: Path) -> None:
        def at_once(number: int) -> Put:
            return Put(table="mentions", id=f"t{number}", document=mention(0).document)

        store = await TinyStore.open(folder, TABLES, compact_from=NEVER)
        await store.commit([at_once(number) for number in (5, 1, 4)])
        await folded(store)
        await store.commit([at_once(number) for number in (2, 3)])
        await folded(store)
        await store.commit([at_once(0)])
        whole = [f"t{number}" for number in range(6)]
        for limit in range(7):
            assert await ids_within(store, limit) == whole[:limit]
            assert await ids_within(store, limit, newest_first=True) == whole[::-1][:limit]
        await store.close()


async def ids_within(store: TinyStore, limit: int, *, newest_first: bool = False) -> list[str]:
    query = Find(
        table="mentions", equal=ACME.equal, order="at", limit=limit, newest_first=newest_first
    )
    return [row.id for row in await store.find(query)]


class TestDropping:
    async def test_a_dropped_day_is_a_removed_file(self, folder: Path) -> None:
        store = await filled(folder, 0, 1, A_DAY, 2 * A_DAY)
        assert await store.drop_days("mentions", date(2026, 11, 26)) == 3
        assert names(folder) == ["2026-11-26"]
        assert await ids(store) == [f"m{2 * A_DAY}"]
        assert await store.get("mentions", "m0") is None
        await store.commit([mention(0)])
        row = await store.get("mentions", "m0")
        assert row is not None
        assert row.version == 1, "nothing of it was left"
        await store.close()

    async def test_what_is_dropped_stays_dropped(self, folder: Path) -> None:
        store = await filled(folder, 0)
        await store.commit([mention(1), mention(A_DAY)])
        assert await store.drop_days("mentions", date(2026, 11, 25)) == 2
        await store.close()
        store = await TinyStore.open(folder, TABLES)
        assert await ids(store) == [f"m{A_DAY}"]
        await store.close()

    async def test_writers_go_on_while_days_are_dropped(self, folder: Path) -> None:
        store = await filled(folder, *range(50))
        new = [mention(A_DAY + number) for number in range(50)]
        dropped, *_ = await asyncio.gather(
            store.drop_days("mentions", date(2026, 11, 25)), *(store.commit([put]) for put in new)
        )
        assert dropped == 50
        assert await ids(store) == [put.id for put in new]
        await store.close()


class TestWhatIsMissing:
    @pytest.mark.parametrize("missing", ["catalogue.json", "index"])
    async def test_what_can_be_made_anew_is(self, folder: Path, missing: str) -> None:
        store = await filled(folder, *range(10), A_DAY)
        await store.commit([Remove(table="mentions", id="m3"), mention(4), mention(99)])
        await folded(store)
        await store.commit([mention(5)])
        expected = [(row.id, row.version) for row in await store.find(ACME)]
        await store.close()
        gone = folder / missing
        for path in [gone] if gone.is_file() else list(gone.iterdir()):
            path.unlink()
        for _ in range(2):
            store = await TinyStore.open(folder, TABLES, compact_from=NEVER)
            assert [(row.id, row.version) for row in await store.find(ACME)] == expected
            await store.commit([mention(4)])
            expected = [(id, version + (id == "m4")) for id, version in expected]
            await folded(store)
            await store.close()

    async def test_a_damaged_document_is_told_of_and_the_others_are_served(
        self, folder: Path
    ) -> None:
        await (await filled(folder, *range(5))).close()
        [file] = day_files(folder)
        data = bytearray(file.read_bytes())
        data[data.index(b'"id":"m2"') + 40] ^= 1
        file.write_bytes(data)
        store = await TinyStore.open(folder, TABLES)
        assert not store.set_aside
        assert await ids(store) == ["m0", "m1", "m3", "m4"]
        assert await store.get("mentions", "m2") is None
        [aside] = store.set_aside
        assert aside.file == file
        assert b'"m2"' in aside.copy.read_bytes()
        await store.commit([mention(2)])
        assert await ids(store) == ["m0", "m1", "m2", "m3", "m4"]
        await store.close()

    async def test_days_that_nobody_asks_for_are_not_read(self, folder: Path) -> None:
        await (await filled(folder, 0, A_DAY)).close()
        for file in day_files(folder):
            file.unlink()
        store = await TinyStore.open(folder, TABLES)
        assert await store.count(ACME) == 2
        await store.close()

    async def test_a_look_sees_files_and_journal_together(self, folder: Path) -> None:
        store = await filled(folder, 0, 1, A_DAY)
        await store.commit([mention(1), mention(2 * A_DAY), Remove(table="mentions", id="m0")])
        [mentions, _], damages = await asyncio.to_thread(look, folder, TABLES)
        assert (mentions.documents, damages) == (3, ())
        assert (mentions.oldest, mentions.newest) == (date(2026, 11, 24), date(2026, 11, 26))
        assert mentions == (await store.sizes())[0]
        await store.close()

    async def test_an_index_that_is_declared_later_is_made(self, folder: Path) -> None:
        bare = (TABLES[0].__class__("mentions", (), day="at"), TABLES[1])
        store = await TinyStore.open(folder, bare)
        await store.commit([mention(0), mention(1)])
        await store.drop_days("mentions", date.min)
        await store.close()
        await fold(folder)
        store = await TinyStore.open(folder, TABLES)
        assert await ids(store) == ["m0", "m1"]
        await store.close()
