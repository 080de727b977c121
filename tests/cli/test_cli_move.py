"""`vigie move`: everything arrives and is compared; what is in the way is told, not overwritten."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from bot.assembly import open_store
from bot.cli import cli
from bot.config import PostgresAddress
from bot.config.store import store_of
from bot.store.base import Put, Row, Store, Write
from bot.store.lock import FolderLock
from bot.store.postgres import migrate
from bot.store.repositories import TABLES
from bot.store.tiny import TinyStore
from tests.builders import a_mention


def move(source: object, target: object, status: int = 0) -> str:
    """What the command says."""
    arguments = ["move", "--from", str(source), "--to", str(target)]
    ended = CliRunner(env={"COLUMNS": "200"}).invoke(cli, arguments)
    assert ended.exit_code == status, ended.output
    return ended.output


async def _fill(address: Path | PostgresAddress, documents: int) -> None:
    store = await open_store(address)
    for first in range(0, documents, 500):
        ids = [f"m{n}" for n in range(first, min(first + 500, documents))]
        await store.commit([Put(table="mentions", id=id, document=a_mention(id=id)) for id in ids])
    await store.commit([Put(table="mutes", id="Lumo", document={"until": "2026-11-25"})])
    await store.close()


async def _everything(store: Store) -> dict[str, Any]:
    pages = [page for spec in TABLES async for page in store.rows(spec.name)]
    rows: list[Row] = [row for page in pages for row in page]
    await store.close()
    return {row.id: row.document for row in rows}


def everything(store: object) -> dict[str, Any]:
    async def read() -> dict[str, Any]:
        return await _everything(await open_store(store_of(str(store), Path())))

    return asyncio.run(read())


@pytest.fixture
def source(tmp_path: Path) -> Path:
    asyncio.run(_fill(tmp_path / "source", 30))
    return tmp_path / "source"


@pytest.fixture
def database(postgres_url: str) -> str:
    asyncio.run(migrate(postgres_url))
    return postgres_url


def test_a_folder_moves_to_another(source: Path, tmp_path: Path) -> None:
    said = move(source, tmp_path / "target")
    assert "✓ the same" in said
    assert "differs" not in said
    assert everything(tmp_path / "target") == everything(source)
    assert len(everything(source)) == 31


def test_a_folder_moves_to_a_database_and_back(source: Path, database: str, tmp_path: Path) -> None:
    move(source, database)
    move(database, tmp_path / "back")
    assert everything(tmp_path / "back") == everything(source)


def test_a_database_that_was_not_migrated_is_told_so(source: Path, postgres_url: str) -> None:
    assert "vigie migrate" in move(source, postgres_url, status=1)


@contextmanager
def running_on(folder: Path) -> Iterator[None]:
    lock = FolderLock(folder)
    yield
    lock.release()


def test_a_folder_in_use_is_not_moved(source: Path, tmp_path: Path) -> None:
    with running_on(source):
        assert "in use by process" in move(source, tmp_path / "target", status=1)
    assert not (tmp_path / "target").exists()


def test_a_folder_in_use_is_not_moved_to(source: Path, tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    with running_on(tmp_path / "target"):
        assert "in use by process" in move(source, tmp_path / "target", status=1)


def test_a_database_in_use_is_not_moved_to(source: Path, database: str) -> None:
    async def move_beside_a_worker() -> str:
        worker = await open_store(PostgresAddress(database))
        try:
            await worker.get("mutes", "Lumo")  # connections come when they are needed
            return await asyncio.to_thread(move, source, database, 1)
        finally:
            await worker.close()

    assert "in use by a Vigie" in asyncio.run(move_beside_a_worker())


def test_a_database_with_a_worker_at_its_jobs_alone_is_not_moved_to(
    source: Path, database: str
) -> None:
    with psycopg.connect(database, application_name="vigie jobs"):
        assert "in use by a Vigie" in move(source, database, status=1)


def test_a_target_that_holds_something_else_is_told(source: Path, tmp_path: Path) -> None:
    asyncio.run(_fill(tmp_path / "target", 31))
    assert "mentions/m30" in move(source, tmp_path / "target", status=1)


def test_a_folder_of_other_things_is_not_moved_to(source: Path, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to-ada.txt").write_text("Dear Ada")
    assert "holds other things" in move(source, tmp_path / "letters", status=1)
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["to-ada.txt"]


def test_a_source_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "is no folder" in move(tmp_path / "nowhere", tmp_path / "target", status=2)
    assert list(tmp_path.iterdir()) == []


def test_a_place_is_not_moved_onto_itself(source: Path) -> None:
    assert "the same place" in move(source, source / ".." / "source", status=1)


def test_a_password_is_told_to_nobody(source: Path) -> None:
    nowhere = "postgresql://vigie:hush@127.0.0.1:1/vigie"
    assert "hush" not in move(source, nowhere, status=1)
    assert "hush" not in move(nowhere, source, status=1)
    assert "--to" in move(source, "mysql://vigie:hush@host/vigie", status=2)


def test_what_differs_in_the_end_is_told_and_fails(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = TinyStore.commit

    async def losing(store: TinyStore, writes: Sequence[Write]) -> None:
        await commit(store, [write for write in writes if write.id != "m7"])

    monkeypatch.setattr(TinyStore, "commit", losing)
    said = move(source, tmp_path / "target", status=1)
    assert "✗ differs: 29" in said
    assert "does not hold what" in said


def test_damaged_documents_stay_behind_and_are_told(source: Path, tmp_path: Path) -> None:
    [journal] = source.glob("journal-*.jsonl")
    with journal.open("r+b") as file:
        file.seek(journal.read_bytes().index(b"2026-11-25"))
        file.write(b"!")
    assert "is damaged at byte" in move(source, tmp_path / "target")
    assert len(everything(tmp_path / "target")) == 30


DIES = """
import os, signal, sys
from bot.store.postgres import PostgresStore
from bot.store.tiny import TinyStore
from bot.cli import cli

kind = PostgresStore if "://" in sys.argv[2] else TinyStore
left, commit = int(sys.argv[3]), kind.commit

async def dying(store, writes):
    global left
    await commit(store, writes)
    left -= 1
    if not left:
        os.kill(os.getpid(), int(sys.argv[4]))

kind.commit = dying
signal.signal(signal.SIGINT, signal.default_int_handler)  # a runner in the background ignores it
cli(["move", "--from", sys.argv[1], "--to", sys.argv[2]])
"""
"""The command, sent a signal after so many commits."""


def ended_by(signal_: int, source: Path, target: object, commits: int) -> tuple[int, str]:
    """The status and the words of a move that is sent a signal after so many commits."""
    arguments = [str(source), str(target), str(commits), str(int(signal_))]
    ended = subprocess.run(  # noqa: S603  (this very program)
        [sys.executable, "-c", DIES, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=50,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )
    return ended.returncode, ended.stdout.decode()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
@pytest.mark.parametrize("commits", [1, 2, 3])
def test_killed_in_mid_move_and_run_again_it_ends_the_same(tmp_path: Path, commits: int) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    asyncio.run(_fill(source, 1_700))
    status, _ = ended_by(signal.SIGKILL, source, target, commits)
    assert status == -signal.SIGKILL
    assert 0 < len(everything(target)) < 1_701
    assert "✓ the same" in move(source, target)
    assert everything(target) == everything(source)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_killed_in_mid_move_to_a_database_it_goes_on_as_well(tmp_path: Path, database: str) -> None:
    source = tmp_path / "source"
    asyncio.run(_fill(source, 1_700))
    status, _ = ended_by(signal.SIGKILL, source, database, 2)
    assert status == -signal.SIGKILL
    assert "✓ the same" in move(source, database)
    assert everything(database) == everything(source)


@pytest.mark.skipif(sys.platform == "win32", reason="a process is interrupted otherwise there")
def test_interrupted_it_says_that_it_can_go_on(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    asyncio.run(_fill(source, 1_700))
    status, said = ended_by(signal.SIGINT, source, target, 1)
    assert status == 1
    assert "Broken off. The same command goes on from here." in said
    assert "Traceback" not in said
    assert "✓ the same" in move(source, target)
