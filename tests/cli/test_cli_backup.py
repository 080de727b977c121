"""`vigie backup` and `vigie restore`: the same documents, while others are written."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import cli
from bot.store.base import Find, Put
from bot.store.repositories import TABLES
from bot.store.tiny import TinyStore
from tests.builders import NOW, a_mention

MENTIONS = [a_mention(id=f"m{number}", at=NOW) for number in range(300)]


def vigie(*arguments: str) -> Result:
    return CliRunner(env={"VIGIE_CONFIG": "absent.toml"}).invoke(cli, list(arguments))


async def held(folder: Path) -> set[str]:
    """The ids of the mentions in a folder."""
    store = await TinyStore.open(folder, TABLES)
    found = await store.find(Find(table="mentions", equal={"watch": "Lumo"}, order="at"))
    await store.close()
    return {row.id for row in found}


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    store = await TinyStore.open(tmp_path / "data", TABLES)
    await store.commit([Put(table="mentions", id=each.id, document=each) for each in MENTIONS])
    await store.close()
    return tmp_path / "data"


def test_what_was_backed_up_and_restored_is_what_was_held(folder: Path, tmp_path: Path) -> None:
    ended = vigie("backup", str(tmp_path / "copy"), "--store", str(folder))
    assert ended.exit_code == 0, ended.output
    assert "holds the same" in ended.output
    ended = vigie("restore", str(tmp_path / "copy"), "--store", str(tmp_path / "again"))
    assert ended.exit_code == 0, ended.output
    assert asyncio.run(held(tmp_path / "again")) == {each.id for each in MENTIONS}
    assert {path.name for path in tmp_path.iterdir()} == {"data", "copy", "again"}


def test_a_backup_is_of_one_commit_while_vigie_writes(folder: Path, tmp_path: Path) -> None:
    """Each commit writes two documents; a copy never holds one of them alone."""
    begun, stop = threading.Event(), threading.Event()
    writing = threading.Thread(target=asyncio.run, args=(_write_pairs(folder, begun, stop),))
    writing.start()
    try:
        assert begun.wait(10)
        for number in range(3):
            target = tmp_path / f"copy{number}"
            ended = vigie("backup", str(target), "--store", str(folder))
            assert ended.exit_code == 0, ended.output
            mine = {id for id in asyncio.run(held(target)) if "of" in id}
            assert {id.split(" of ")[1] for id in mine if id.startswith("a")} == {
                id.split(" of ")[1] for id in mine if id.startswith("b")
            }
            assert mine
    finally:
        stop.set()
        writing.join()


async def _write_pairs(folder: Path, begun: threading.Event, stop: threading.Event) -> None:
    store = await TinyStore.open(folder, TABLES)
    number = 0
    while not stop.is_set():
        pair = [a_mention(id=f"{name} of {number}", at=NOW) for name in ("a", "b")]
        await store.commit([Put(table="mentions", id=each.id, document=each) for each in pair])
        number += 1
        begun.set()
    await store.close()


def test_nothing_is_overwritten(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "mine.txt").write_text("dear to me")
    ended = vigie("backup", str(tmp_path / "copy"), "--store", str(folder))
    assert ended.exit_code == 1
    assert "is there already" in ended.output
    assert (tmp_path / "copy" / "mine.txt").read_text() == "dear to me"
    ended = vigie("restore", str(tmp_path / "copy"), "--store", str(folder))
    assert ended.exit_code == 2
    assert asyncio.run(held(folder)) == {each.id for each in MENTIONS}


def test_a_database_is_left_to_its_own_tool(tmp_path: Path) -> None:
    ended = vigie("backup", str(tmp_path / "copy"), "--store", "postgresql://localhost/vigie")
    assert ended.exit_code == 1
    assert "pg_dump" in ended.output


def test_what_is_damaged_is_not_called_the_same(folder: Path, tmp_path: Path) -> None:
    [journal] = folder.glob("journal-*.jsonl")
    written = bytearray(journal.read_bytes())
    written[len(written) // 2] ^= 1
    journal.write_bytes(bytes(written) + written)  # not at the end, where it would be torn
    ended = vigie("backup", str(tmp_path / "copy"), "--store", str(folder))
    assert ended.exit_code == 0, ended.output
    assert "damaged pieces are not in the copy" in ended.output
    assert "holds all that can be read" in ended.output
