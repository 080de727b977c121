"""The two files of a data folder: reopened, compacted, cut, and damaged."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.errors import StoreDamaged
from bot.store import journal
from bot.store.base import Remove
from bot.store.journal import JOURNAL, SNAPSHOT, Journal
from bot.store.tiny import TinyStore
from tests.store.store_samples import ACME, NEVER, TABLES, compact, fill, ids, mention


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


def flip(file: Path, position: int) -> None:
    data = bytearray(file.read_bytes())
    data[position] ^= 1
    file.write_bytes(data)


def bounds_of(data: bytes) -> list[int]:
    """Where records begin, and where the last one ends."""
    return [at for at in range(len(data)) if data.startswith(b"#v1 ", at)] + [len(data)]


def around(bounds: list[int], size: int) -> Iterator[int]:
    """The bytes within three of a bound."""
    return (at for at in range(size) if any(abs(at - bound) <= 3 for bound in bounds))


class TestReopening:
    async def test_everything_is_as_it_was(self, folder: Path) -> None:
        await fill(folder, 3)
        store = await TinyStore.open(folder, TABLES)
        await store.commit([mention(1), Remove(table="mentions", id="m2")])
        before = await store.find(ACME)
        await store.close()
        store = await TinyStore.open(folder, TABLES)
        assert await store.find(ACME) == before
        assert [(row.id, row.version) for row in before] == [("m0", 1), ("m1", 2)]
        await store.close()

    async def test_a_table_that_is_declared_no_more_is_kept(self, folder: Path) -> None:
        await fill(folder, 2)
        store = await TinyStore.open(folder, TABLES[1:], compact_from=0)
        await store.close()
        store = await TinyStore.open(folder, TABLES)
        assert await ids(store) == ["m0", "m1"]
        await store.close()

    async def test_a_copied_folder_is_a_backup(
        self, store: TinyStore, folder: Path, tmp_path: Path
    ) -> None:
        await store.commit([mention(1)])
        backup = tmp_path / "backup"
        shutil.copytree(folder, backup)
        copy = await TinyStore.open(backup, TABLES)
        assert await ids(copy) == ["m1"]
        await copy.close()


class TestCompaction:
    async def test_the_journal_becomes_a_snapshot_at_opening(self, folder: Path) -> None:
        await fill(folder, 250)
        store = await TinyStore.open(folder, TABLES, compact_from=0)
        assert (folder / JOURNAL).stat().st_size == 0
        assert len(await ids(store)) == 250
        await store.commit([mention(0)])
        await store.close()
        store = await TinyStore.open(folder, TABLES, compact_from=NEVER)
        row = await store.get("mentions", "m0")
        assert row is not None
        assert row.version == 2
        await store.close()

    async def test_a_journal_smaller_than_the_snapshot_is_left(self, folder: Path) -> None:
        await fill(folder, 50)
        await compact(folder)
        await fill(folder, 1)
        size = (folder / JOURNAL).stat().st_size
        await compact(folder)
        assert (folder / JOURNAL).stat().st_size == size > 0

    async def test_a_kill_before_the_journal_is_emptied_repeats_nothing(self, folder: Path) -> None:
        store = await TinyStore.open(folder, TABLES, compact_from=NEVER)
        await store.commit([mention(1), mention(2)])
        await store.commit([Remove(table="mentions", id="m1")])
        await store.close()
        old_journal = (folder / JOURNAL).read_bytes()
        await compact(folder)
        (folder / JOURNAL).write_bytes(old_journal)
        store = await TinyStore.open(folder, TABLES, compact_from=NEVER)
        assert [(row.id, row.version) for row in await store.find(ACME)] == [("m2", 1)]
        await store.close()

    async def test_what_a_kill_left_half_written_is_swept(self, folder: Path) -> None:
        await fill(folder, 2)
        stale = folder / f"{SNAPSHOT}.tmp"
        stale.write_bytes(b"#v1 9 ")
        store = await TinyStore.open(folder, TABLES)
        assert not stale.exists()
        assert await ids(store) == ["m0", "m1"]
        await store.close()

    async def test_the_journal_of_an_open_store_does_not_grow_for_ever(self, folder: Path) -> None:
        store = await TinyStore.open(folder, TABLES, compact_from=200)
        for _ in range(200):
            await store.commit([mention(0)])
        await store.commit([mention(1)])
        await store.close()
        written = (folder / SNAPSHOT).stat().st_size + (folder / JOURNAL).stat().st_size
        assert written < 20 * len(json.dumps(mention(0).document)) + 200 * journal.GROWTH
        store = await TinyStore.open(folder, TABLES, compact_from=NEVER)
        row = await store.get("mentions", "m0")
        assert row is not None
        assert row.version == 200
        assert await ids(store) == ["m0", "m1"]
        await store.close()

    async def test_a_disk_too_full_to_compact_is_still_read(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await fill(folder, 3)

        def full(_: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(journal, "_sync", full)
        store = await TinyStore.open(folder, TABLES, compact_from=0)
        assert await ids(store) == ["m0", "m1", "m2"]
        assert not (folder / f"{SNAPSHOT}.tmp").exists()
        await store.close()


class TestDamage:
    async def test_a_cut_at_any_record_keeps_the_commits_before_it(self, folder: Path) -> None:
        await fill(folder, 4)
        data = (folder / JOURNAL).read_bytes()
        bounds = bounds_of(data)
        for cut in around(bounds, len(data)):
            (folder / JOURNAL).write_bytes(data[:cut])
            whole = sum(bound <= cut for bound in bounds[1:])
            opened = Journal(folder, compact_from=NEVER)
            assert set(opened.tables.get("mentions", {})) == {f"m{n}" for n in range(whole)}
            assert opened.set_aside == []
            assert (folder / JOURNAL).stat().st_size == bounds[whole]
            opened.close()

    async def test_a_flip_around_any_record_costs_that_record(self, folder: Path) -> None:
        await fill(folder, 4)
        data = (folder / JOURNAL).read_bytes()
        bounds = bounds_of(data)
        for place in around(bounds, len(data)):
            (folder / JOURNAL).write_bytes(data)
            (folder / SNAPSHOT).unlink(missing_ok=True)
            flip(folder / JOURNAL, place)
            hit = sum(bound <= place for bound in bounds[1:])
            opened = Journal(folder, compact_from=NEVER)
            assert set(opened.tables["mentions"]) == {f"m{n}" for n in range(4)} - {f"m{hit}"}
            [aside] = opened.set_aside
            assert (aside.offset, aside.length) == (bounds[hit], bounds[hit + 1] - bounds[hit])
            opened.close()

    async def test_damage_is_reported_once_and_kept_to_look_at(self, folder: Path) -> None:
        await fill(folder, 3)
        data = (folder / JOURNAL).read_bytes()
        second = data.index(b"#v1 2")
        flip(folder / JOURNAL, second + 60)
        store = await TinyStore.open(folder, TABLES, compact_from=NEVER)
        assert await ids(store) == ["m0", "m2"]
        [aside] = store.set_aside
        assert (aside.file, aside.offset) == (folder / JOURNAL, second)
        assert f"damaged at byte {second}" in str(aside)
        assert aside.copy.read_bytes().startswith(b"#v1 2")
        await store.commit([mention(4)])
        await store.close()
        store = await TinyStore.open(folder, TABLES)
        assert await ids(store) == ["m0", "m2", "m4"]
        assert store.set_aside == ()
        await store.close()

    async def test_a_damaged_piece_of_a_snapshot_costs_that_piece(self, folder: Path) -> None:
        await fill(folder, 50)
        store = await TinyStore.open(folder, TABLES, compact_from=0)
        await store.commit([mention(n) for n in range(50, 60)])
        await store.close()
        flip(folder / SNAPSHOT, (folder / SNAPSHOT).stat().st_size // 2)
        store = await TinyStore.open(folder, TABLES)
        assert await ids(store) == [f"m{n}" for n in range(50, 60)]
        assert len(store.set_aside) == 1
        await store.close()

    async def test_a_snapshot_cut_between_records_is_noticed(self, folder: Path) -> None:
        await fill(folder, 3)
        await compact(folder)
        data = (folder / SNAPSHOT).read_bytes()
        cut = data.rindex(b"#v1 ")
        (folder / SNAPSHOT).write_bytes(data[:cut])
        store = await TinyStore.open(folder, TABLES)
        assert await ids(store) == ["m0", "m1", "m2"]
        assert [aside.offset for aside in store.set_aside] == [cut]
        await store.close()

    @pytest.mark.parametrize("alien", [b"", b'{"_default": {}}', b"#v2 1 0 00000000 00000000\n"])
    async def test_a_snapshot_that_is_not_vigies_is_refused(
        self, folder: Path, alien: bytes
    ) -> None:
        (folder / SNAPSHOT).write_bytes(alien)
        with pytest.raises(StoreDamaged, match=SNAPSHOT):
            await TinyStore.open(folder, TABLES)
        assert (folder / SNAPSHOT).read_bytes() == alien
