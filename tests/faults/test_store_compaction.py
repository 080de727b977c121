"""The process dies at any point while an open store folds its journal into a new snapshot."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.errors import StoreReadOnly
from bot.store import journal
from bot.store.base import Find
from bot.store.journal import JOURNAL, SNAPSHOT, Journal, Tables
from bot.store.tiny import TinyStore
from tests.store.store_samples import ACME, NEVER, TABLES, ids, mention

SMALL = 100
"""Bytes: a journal of some commits is several times as large."""


class Points:
    """Copies the folder before and after each effect of a compaction, as a kill would leave it."""

    def __init__(self, folder: Path, copies: Path) -> None:
        self.folder = folder
        self.copies = copies
        self.taken: list[tuple[Path, int]] = []
        self.effects: list[str] = []
        self.acknowledged = 0

    def take(self) -> None:
        copy = self.copies / str(len(self.taken))
        acknowledged = self.acknowledged
        shutil.copytree(self.folder, copy)
        self.taken.append((copy, acknowledged))

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Every record written, every file replaced or synced, while a compaction runs."""
        compact, snapshot = Journal._compact, journal._snapshot
        replace, sync_folder, sync = Path.replace, journal._sync_folder, journal._sync
        running = False

        def around(name: str, effect: Callable[[], object]) -> None:
            if not running:
                effect()
                return
            self.effects.append(name)
            self.take()
            effect()
            self.take()

        def compacted(self_: Journal) -> None:
            nonlocal running
            running = True
            try:
                compact(self_)
            finally:
                running = False

        def records(number: int, tables: Tables) -> Iterator[bytes]:
            for record in snapshot(number, tables):
                self.take()
                yield record

        monkeypatch.setattr(Journal, "_compact", compacted)
        monkeypatch.setattr(journal, "_snapshot", records)
        monkeypatch.setattr(
            Path, "replace", lambda old, new: around("replace", lambda: replace(old, new))
        )
        monkeypatch.setattr(
            journal, "_sync_folder", lambda f: around("folder", lambda: sync_folder(f))
        )
        monkeypatch.setattr(journal, "_sync", lambda f: around("sync", lambda: sync(f)))


async def test_a_death_at_any_point_of_a_compaction_loses_no_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = Points(tmp_path / "data", tmp_path / "copies")
    store = await TinyStore.open(points.folder, TABLES, compact_from=SMALL)
    points.watch(monkeypatch)
    while len(points.taken) < 60:
        await store.commit([mention(points.acknowledged)])
        points.acknowledged += 1
    await store.close()
    monkeypatch.undo()
    assert (points.folder / SNAPSHOT).exists()
    for copy, acknowledged in points.taken:
        store = await TinyStore.open(copy, TABLES, compact_from=NEVER)
        assert store.set_aside == ()
        found = sorted(int(id.removeprefix("m")) for id in await ids(store))
        assert found == list(range(len(found))), f"commits in their order at {copy.name}"
        assert len(found) >= acknowledged
        assert {row.version for row in await store.find(ACME)} == {1}
        await store.commit([mention(len(found))])
        await store.close()
        store = await TinyStore.open(copy, TABLES, compact_from=NEVER)
        assert len(await ids(store)) == len(found) + 1, "and goes on from there"
        await store.close()


async def test_the_journal_is_emptied_once_the_snapshot_is_safe_from_a_power_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = Points(tmp_path / "data", tmp_path / "copies")
    store = await TinyStore.open(points.folder, TABLES, compact_from=SMALL)
    points.watch(monkeypatch)
    while not points.effects:
        await store.commit([mention(points.acknowledged)])
        points.acknowledged += 1
    await store.close()
    assert points.effects == ["sync", "replace", "folder", "sync"]
    before_emptied = points.taken[-3][0]
    assert (before_emptied / JOURNAL).stat().st_size > 0


@pytest.mark.parametrize("fault", [OSError(28, "disk full"), MemoryError(), RuntimeError("odd")])
async def test_a_compaction_that_fails_ends_no_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def fails(_: Journal) -> None:
        raise fault

    store = await TinyStore.open(tmp_path / "data", TABLES, compact_from=SMALL)
    monkeypatch.setattr(Journal, "_compact", fails)
    for number in range(60):
        await asyncio.wait_for(store.commit([mention(number)]), 5)
    await store.close()
    with pytest.raises(StoreReadOnly, match="closed"):
        await store.commit([mention(1)])
    store = await TinyStore.open(tmp_path / "data", TABLES, compact_from=NEVER)
    assert len(await ids(store)) == 60
    await store.close()


async def test_readers_and_writers_go_on_while_a_compaction_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compactions = 0
    compact = Journal._compact

    def counted(self: Journal) -> None:
        nonlocal compactions
        compact(self)
        compactions += 1

    monkeypatch.setattr(Journal, "_compact", counted)
    store = await TinyStore.open(tmp_path / "data", TABLES, compact_from=SMALL)

    async def write(writer: int) -> None:
        for number in range(40):
            await store.commit([mention(writer * 100 + number), mention(900 + number % 3)])

    async def read() -> None:
        known = 0
        while known < 4 * 40 + 3:
            found = len(await store.find(Find(table="mentions", equal=ACME.equal, order="at")))
            assert found >= known
            known = found
            await asyncio.sleep(0)

    await asyncio.gather(read(), *(write(writer) for writer in range(4)))
    await store.close()
    assert compactions > 1
    store = await TinyStore.open(tmp_path / "data", TABLES, compact_from=NEVER)
    assert len(await ids(store)) == 4 * 40 + 3
    await store.close()
