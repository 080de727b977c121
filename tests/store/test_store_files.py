"""A file in the place of another: the old one or the new one, whole, whatever happens between."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.store import files
from bot.store.base import TableSpec
from bot.store.files import TEMPORARY, replace_file
from bot.store.tiny import TinyStore

OLD, NEW = b"old\n", b"new, and longer\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "catalogue.json"
    path.write_bytes(OLD)
    return path


def test_whoever_reads_the_old_one_reads_it_to_its_end(file: Path) -> None:
    with file.open("rb") as reading:
        replace_file(file, NEW)
        assert reading.read() == OLD
    assert file.read_bytes() == NEW


def test_the_new_one_is_on_the_disk_before_it_takes_the_place_and_the_place_is_kept_after(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[str, bytes]] = []
    temporary = file.with_name(file.name + TEMPORARY)

    def synced(_: int) -> None:
        assert temporary.read_bytes() == NEW
        done.append(("the new one is synced", file.read_bytes()))

    def folder_synced(folder: Path) -> None:
        assert folder == file.parent
        done.append(("its name is synced", file.read_bytes()))

    monkeypatch.setattr(files, "sync", synced)
    monkeypatch.setattr(files, "sync_folder", folder_synced)
    replace_file(file, NEW)
    assert done == [("the new one is synced", OLD), ("its name is synced", NEW)]


def test_a_disk_that_fails_leaves_the_old_one(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "disk full")

    monkeypatch.setattr(files, "sync", full)
    with pytest.raises(OSError, match="disk full"):
        replace_file(file, NEW)
    assert file.read_bytes() == OLD


async def test_what_a_kill_left_half_written_is_swept_away(tmp_path: Path) -> None:
    tables = [TableSpec("cursors")]
    await (await TinyStore.open(tmp_path, tables)).close()
    stale = tmp_path / f"catalogue.json{TEMPORARY}"
    stale.write_bytes(b'{"half')
    await (await TinyStore.open(tmp_path, tables)).close()
    assert not stale.exists()
