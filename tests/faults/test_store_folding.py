"""The process dies at any point while an open store folds its journal into its days' files."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.errors import StoreReadOnly
from bot.store.base import Find, Put, Remove
from bot.store.fold import Fold
from bot.store.tiny import TinyStore
from tests.store.store_samples import ACME, NEVER, TABLES, folded, ids, mention

SMALL = 100
"""Bytes: every commit is more."""

EFFECTS = ("fsync", "replace", "unlink", "write", "ftruncate")


class Points:
    """Copies the folder before and after each effect of a fold, as a kill would leave it."""

    def __init__(self, folder: Path, copies: Path, most: int) -> None:
        self.folder = folder
        self.copies = copies
        self.most = most
        self.taken: list[tuple[Path, int]] = []
        self.effects: set[str] = set()
        self.acknowledged = 0
        self._copying = False

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in EFFECTS:
            monkeypatch.setattr(os, name, self._around(name, getattr(os, name)))

    def _around(self, name: str, effect: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **named: Any) -> Any:
            folding = threading.current_thread().name.startswith("vigie-fold")
            if not folding or self._copying or len(self.taken) >= self.most:
                return effect(*args, **named)
            self.effects.add(name)
            self._take()
            done = effect(*args, **named)
            self._take()
            return done

        return watched

    def _take(self) -> None:
        self._copying = True
        copy, acknowledged = self.copies / str(len(self.taken)), self.acknowledged
        shutil.copytree(self.folder, copy, copy_function=as_it_was)
        self.taken.append((copy, acknowledged))
        self._copying = False


def as_it_was(source: str, target: str) -> None:
    """A file as of one moment, as the journal is written meanwhile: read until it stays the same. A
    kill leaves no later page of a write without the earlier one, which a plain copy may see."""
    before = None
    while (now := Path(source).read_bytes()) != before:
        before = now
    Path(target).write_bytes(now)


def writes_of(number: int) -> list[Put | Remove]:
    """A mention more, an older one changed, moved to another day or removed, and a cursor."""
    writes: list[Put | Remove] = [mention(number), mention(number // 2)]
    if number % 3 == 0:
        writes.append(mention(number + 2000))
        document = {"watch": "acme", "at": f"2026-12-{number % 28 + 1:02}"}
        writes.append(Put(table="mentions", id=f"m{number}", document=document))
    if number % 5 == 0:
        writes.append(Remove(table="mentions", id=f"m{number // 3}"))
    writes.append(Put(table="cursors", id=str(number % 4), document={"number": number}))
    writes.append(Put(table="cursors", id="last", document={"number": number}))
    return writes


def after(commits: int) -> dict[str, int]:
    """The mentions there are after so many commits, with their versions."""
    versions: dict[str, int] = {}
    for number in range(1, commits + 1):
        for write in writes_of(number):
            if write.table == "mentions":
                before = versions.pop(write.id, 0)
                if isinstance(write, Put):
                    versions[write.id] = before + 1
    return versions


async def test_a_death_at_any_point_of_a_fold_loses_no_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = Points(tmp_path / "data", tmp_path / "copies", most=160)
    store = await TinyStore.open(points.folder, TABLES, compact_from=SMALL)
    points.watch(monkeypatch)
    while len(points.taken) < points.most:
        await store.commit(writes_of(points.acknowledged + 1))
        points.acknowledged += 1
    await store.close()
    monkeypatch.undo()
    assert {"fsync", "replace", "unlink", "write"} <= points.effects
    for copy, acknowledged in points.taken:
        store = await TinyStore.open(copy, TABLES, compact_from=NEVER)
        assert store.set_aside == (), copy.name
        last = await store.get("cursors", "last")
        commits = last.document["number"] if last else 0
        assert commits >= acknowledged
        await holds(store, after(commits))
        await store.commit(writes_of(commits + 1))
        await folded(store)
        await store.close()
        store = await TinyStore.open(copy, TABLES, compact_from=NEVER)
        assert store.set_aside == (), copy.name
        await holds(store, after(commits + 1))
        await store.close()


async def holds(store: TinyStore, versions: dict[str, int]) -> None:
    """Whether exactly these mentions are found, by every way there is."""
    found = {row.id: row.version for row in await store.find(ACME)}
    assert found == versions
    assert await store.count(ACME) == len(versions)
    rows = {row.id: row.version async for page in store.rows("mentions") for row in page}
    assert rows == versions
    for id in versions:
        row = await store.get("mentions", id)
        assert row is not None
        assert row.version == versions[id]
    assert (await store.sizes())[0].documents == len(versions)


@pytest.mark.parametrize("fault", [OSError(28, "disk full"), MemoryError(), RuntimeError("odd")])
async def test_a_fold_that_fails_ends_no_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def fails(*_: object) -> None:
        raise fault

    store = await TinyStore.open(tmp_path / "data", TABLES, compact_from=SMALL)
    with monkeypatch.context() as failing:
        failing.setattr(Fold, "run", fails)
        for number in range(60):
            await asyncio.wait_for(store.commit([mention(number)]), 5)
        assert len(await ids(store)) == 60
    await store.commit([mention(60)])
    await folded(store)
    assert len(await ids(store)) == 61
    await store.close()
    with pytest.raises(StoreReadOnly, match="closed"):
        await store.commit([mention(1)])
    store = await TinyStore.open(tmp_path / "data", TABLES, compact_from=NEVER)
    assert len(await ids(store)) == 61
    await store.close()


async def test_readers_and_writers_go_on_while_folds_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folds = 0
    run = Fold.run

    def counted(self: Fold, work: Any) -> Any:
        nonlocal folds
        folds += 1
        return run(self, work)

    monkeypatch.setattr(Fold, "run", counted)
    store = await TinyStore.open(tmp_path / "data", TABLES, compact_from=SMALL)

    async def write(writer: int) -> None:
        for number in range(40):
            await store.commit([mention(writer * 100 + number), mention(900 + number % 3)])

    async def read() -> None:
        known = 0
        while known < 4 * 40 + 3:
            rows = await store.find(Find(table="mentions", equal=ACME.equal, order="at"))
            assert len({row.id for row in rows}) == len(rows) >= known
            known = len(rows)
            if rows:
                assert await store.get("mentions", rows[0].id) is not None
            await asyncio.sleep(0)

    await asyncio.gather(read(), *(write(writer) for writer in range(4)))
    await store.close()
    assert folds > 1
    store = await TinyStore.open(tmp_path / "data", TABLES, compact_from=NEVER)
    assert len(await ids(store)) == 4 * 40 + 3
    await store.close()


async def test_what_is_being_folded_counts_as_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has left the journal's account, and is in no file yet."""
    begun, go_on = threading.Event(), threading.Event()
    run = Fold.run

    def held_up(self: Fold, work: Any) -> Any:
        begun.set()
        go_on.wait()
        return run(self, work)

    monkeypatch.setattr(Fold, "run", held_up)
    store = await TinyStore.open(tmp_path / "data", TABLES, compact_from=SMALL)
    try:
        await store.commit([Put(table="cursors", id="c", document={"read": "a" * SMALL})])
        await asyncio.to_thread(begun.wait)
        assert (await store.sizes())[1].bytes > SMALL
    finally:
        go_on.set()
        await store.close()
