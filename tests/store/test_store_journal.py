"""The journals of a data folder: reopened, cut, damaged, and inherited."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import StoreDamaged
from bot.store.base import Put, Remove, encoded
from bot.store.damage import SetAside
from bot.store.journal import read_journals
from bot.store.records import Change, Stored, encode_record
from bot.store.tiny import TinyStore, look
from tests.store.store_samples import ACME, NEVER, TABLES, fill, ids, journals, mention


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    data.mkdir()
    return data


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


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def documents_in(folder: Path) -> tuple[set[str], list[SetAside]]:
    damages: list[SetAside] = []
    records = read_journals(folder, 1, 0, damages, mending=True)
    return {change.id for record in records for change in record.changes}, damages


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

    async def test_a_copied_folder_is_a_backup(self, folder: Path, tmp_path: Path) -> None:
        store = await TinyStore.open(folder, TABLES)
        await store.commit([mention(1)])
        backup = tmp_path / "backup"
        shutil.copytree(folder, backup)
        copy = await TinyStore.open(backup, TABLES)
        assert await ids(copy) == ["m1"]
        await copy.close()
        await store.close()

    async def test_a_closed_journal_holds_records_and_nothing_else(self, folder: Path) -> None:
        await fill(folder, 2)
        [journal] = journals(folder)
        lines = journal.read_bytes().splitlines()
        assert [line[:4] for line in lines] == [b"#v1 ", b'{"ta'] * 2

    async def test_a_folder_is_looked_into_while_a_vigie_runs_on_it(self, folder: Path) -> None:
        store = await TinyStore.open(folder, TABLES)
        await store.commit([mention(1), mention(2)])
        before = contents(folder)
        sizes, damages = look(folder, TABLES)
        assert [(size.name, size.documents) for size in sizes] == [("mentions", 2), ("cursors", 0)]
        assert not damages
        assert contents(folder) == before
        await store.close()


class TestDamage:
    async def test_a_cut_at_any_record_keeps_the_commits_before_it(self, folder: Path) -> None:
        await fill(folder, 4)
        [journal] = journals(folder)
        data = journal.read_bytes()
        bounds = bounds_of(data)
        for cut in around(bounds, len(data)):
            for zeros in (b"", bytes(100)):
                journal.write_bytes(data[:cut] + zeros)
                whole = sum(bound <= cut for bound in bounds[1:])
                found, damages = documents_in(folder)
                assert found == {f"m{n}" for n in range(whole)}
                assert damages == []
                assert journal.stat().st_size == bounds[whole]

    async def test_a_flip_around_any_record_costs_that_record(self, folder: Path) -> None:
        await fill(folder, 4)
        [journal] = journals(folder)
        data = journal.read_bytes()
        bounds = bounds_of(data)
        for place in around(bounds, len(data)):
            journal.write_bytes(data)
            flip(journal, place)
            hit = sum(bound <= place for bound in bounds[1:])
            found, [aside] = documents_in(folder)
            assert found == {f"m{n}" for n in range(4)} - {f"m{hit}"}
            assert (aside.offset, aside.length) == (bounds[hit], bounds[hit + 1] - bounds[hit])

    async def test_a_journal_that_was_cut_short_after_the_next_was_begun_is_damaged(
        self, folder: Path
    ) -> None:
        await fill(folder, 3)
        [first] = journals(folder)
        second = folder / "journal-000002.jsonl"
        second.write_bytes(b"")
        first.write_bytes(first.read_bytes()[:-10])
        found, [aside] = documents_in(folder)
        assert found == {"m0", "m1"}
        assert aside.file == first

    async def test_damage_is_reported_once_and_kept_to_look_at(self, folder: Path) -> None:
        await fill(folder, 3)
        [journal] = journals(folder)
        second = journal.read_bytes().index(b"#v1 2")
        flip(journal, second + 60)
        assert [str(aside.file) for aside in look(folder, TABLES)[1]] == [str(journal)]
        store = await TinyStore.open(folder, TABLES, compact_from=NEVER)
        assert await ids(store) == ["m0", "m2"]
        [aside] = store.set_aside
        assert (aside.file, aside.offset) == (journal, second)
        assert f"damaged at byte {second}" in str(aside)
        assert aside.copy.read_bytes().startswith(b"#v1 2")
        await store.commit([mention(4)])
        await store.close()
        store = await TinyStore.open(folder, TABLES)
        assert await ids(store) == ["m0", "m2", "m4"]
        assert store.set_aside == ()
        await store.close()


def record(number: int, *puts: Put) -> bytes:
    return encode_record(
        number, [Change(put.table, put.id, Stored(number, encoded(put.document))) for put in puts]
    )


class TestInheritance:
    """Vigie 0.1 kept a snapshot and one journal."""

    async def test_an_older_folder_is_taken_over(self, folder: Path) -> None:
        snapshot = [record(2), record(2, mention(1), mention(2)), record(2)]
        (folder / "snapshot.jsonl").write_bytes(b"".join(snapshot))
        journal = [record(1, mention(9)), record(2, mention(2)), record(3, mention(3))]
        (folder / "journal.jsonl").write_bytes(b"".join(journal))
        store = await TinyStore.open(folder, TABLES, compact_from=NEVER)
        assert await ids(store) == ["m1", "m2", "m3"]
        await store.commit([mention(4)])
        await store.close()
        assert not (folder / "snapshot.jsonl").exists()
        store = await TinyStore.open(folder, TABLES)
        rows = await store.find(ACME)
        assert [(row.id, row.version) for row in rows] == [
            ("m1", 2),
            ("m2", 2),
            ("m3", 3),
            ("m4", 1),
        ]
        await store.close()

    @pytest.mark.parametrize("alien", [b"", b'{"_default": {}}', b"#v2 1 0 00000000 00000000\n"])
    async def test_a_snapshot_that_is_not_vigies_is_refused(
        self, folder: Path, alien: bytes
    ) -> None:
        (folder / "snapshot.jsonl").write_bytes(alien)
        with pytest.raises(StoreDamaged, match="snapshot"):
            await TinyStore.open(folder, TABLES)
        assert (folder / "snapshot.jsonl").read_bytes() == alien
