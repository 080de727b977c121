"""What the embedded store adds to the contract: one writer, shared syncs, honest failures."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import cast

import pytest

from bot.errors import Conflict, StoreDamaged, StoreLocked, StoreReadOnly
from bot.store import journal
from bot.store.base import Put
from bot.store.storage import JournalStorage
from bot.store.tiny import TinyStore
from tests.store.store_samples import ACME, TABLES, ids, mention


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


class TestOneWriter:
    async def test_a_second_opening_is_refused_in_words(
        self, store: TinyStore, folder: Path
    ) -> None:
        with pytest.raises(StoreLocked) as locked:
            await TinyStore.open(folder, TABLES)
        assert str(folder) in str(locked.value)
        assert str(os.getpid()) in str(locked.value)

    async def test_the_folder_is_free_after_closing(self, store: TinyStore, folder: Path) -> None:
        await store.close()
        await (await TinyStore.open(folder, TABLES)).close()
        await store.close()

    async def test_an_opening_that_fails_lets_the_folder_go(self, folder: Path) -> None:
        (folder / "snapshot.jsonl").write_bytes(b"alien")
        with pytest.raises(StoreDamaged):
            await TinyStore.open(folder, TABLES)
        (folder / "snapshot.jsonl").unlink()
        await (await TinyStore.open(folder, TABLES)).close()

    async def test_commits_underway_at_closing_are_kept(self, folder: Path) -> None:
        store = await TinyStore.open(folder, TABLES)
        underway = [asyncio.create_task(store.commit([mention(n)])) for n in range(10)]
        await asyncio.sleep(0)
        await store.close()
        await asyncio.gather(*underway)
        with pytest.raises(StoreReadOnly, match="closed"):
            await store.commit([mention(11)])
        store = await TinyStore.open(folder, TABLES)
        assert len(await ids(store)) == 10
        await store.close()


class Gate:
    """Stands where the disk is synced: counts, and holds the writer until it is opened."""

    def __init__(self) -> None:
        self.syncs = 0
        self.reached = threading.Event()
        self.open = threading.Event()

    def __call__(self, _: int) -> None:
        self.syncs += 1
        self.reached.set()
        assert self.open.wait(10)


class TestCommitting:
    @pytest.fixture
    def gate(self, store: TinyStore, monkeypatch: pytest.MonkeyPatch) -> Gate:
        gate = Gate()
        monkeypatch.setattr(journal, "sync", gate)
        return gate

    async def test_commits_that_wait_together_share_one_sync(
        self, store: TinyStore, gate: Gate
    ) -> None:
        first = asyncio.create_task(store.commit([mention(0)]))
        assert await asyncio.to_thread(gate.reached.wait, 10)
        others = [asyncio.create_task(store.commit([mention(n)])) for n in range(1, 60)]
        await asyncio.sleep(0)
        gate.open.set()
        await asyncio.gather(first, *others)
        assert gate.syncs == 2
        assert len(await ids(store)) == 60

    async def test_nothing_is_seen_before_it_is_on_disk(self, store: TinyStore, gate: Gate) -> None:
        commit = asyncio.create_task(store.commit([mention(1)]))
        assert await asyncio.to_thread(gate.reached.wait, 10)
        assert await store.get("mentions", "m1") is None
        assert await ids(store) == []
        assert not commit.done()
        gate.open.set()
        await commit
        assert await ids(store) == ["m1"]

    async def test_versions_count_what_is_still_on_its_way(
        self, store: TinyStore, gate: Gate
    ) -> None:
        first = asyncio.create_task(store.commit([mention(1)]))
        assert await asyncio.to_thread(gate.reached.wait, 10)
        late = [Put(table="mentions", id="m1", document={}, expected=0)]
        second = asyncio.create_task(store.commit(late))
        await asyncio.sleep(0)
        gate.open.set()
        with pytest.raises(Conflict):
            await second
        await first

    async def test_a_commit_given_up_on_is_still_carried_out(
        self, store: TinyStore, gate: Gate
    ) -> None:
        commit = asyncio.create_task(store.commit([mention(1)]))
        assert await asyncio.to_thread(gate.reached.wait, 10)
        commit.cancel()
        with pytest.raises(asyncio.CancelledError):
            await commit
        gate.open.set()
        await store.commit([mention(2)])
        assert await ids(store) == ["m1", "m2"]

    async def test_many_documents_at_once_take_the_same_way(self, store: TinyStore) -> None:
        await store.commit([mention(n) for n in range(1000)])
        assert await store.count(ACME) == 1000
        assert len(await store.find(ACME)) == 1000

    async def test_what_cannot_be_compared_or_is_not_json_is_refused_and_harms_nothing(
        self, store: TinyStore
    ) -> None:
        await store.commit([mention(1)])
        for wrong in ({"watch": "acme", "at": "soon"}, {"watch": ["acme"]}, {"watch": "a\0b"}):
            with pytest.raises(ValueError, match="mentions"):
                await store.commit([Put(table="mentions", id="m2", document=wrong)])
        with pytest.raises(TypeError, match="object is not JSON"):
            await store.commit([Put(table="cursors", id="c", document={"page": object()})])
        await store.commit([mention(3)])
        assert await ids(store) == ["m1", "m3"]


def disk_full(file: int, data: bytes) -> None:
    os.write(file, data[: len(data) // 2])
    raise OSError(errno.ENOSPC, "No space left on device")


def disk_gone(_: int) -> None:
    raise OSError(errno.EIO, "Input/output error")


class TestDiskFailures:
    @pytest.mark.parametrize(("part", "fault"), [("write_all", disk_full), ("sync", disk_gone)])
    async def test_a_failed_write_makes_the_store_read_only(
        self,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        part: str,
        fault: Callable[..., None],
    ) -> None:
        store = await TinyStore.open(folder, TABLES)
        await store.commit([mention(1)])
        with monkeypatch.context() as failing:
            failing.setattr(journal, part, fault)
            outcomes = await asyncio.gather(
                *(store.commit([mention(n)]) for n in range(2, 6)), return_exceptions=True
            )
        assert [type(outcome) for outcome in outcomes] == [StoreReadOnly] * 4
        with pytest.raises(StoreReadOnly, match=r"space left|output error"):
            await store.commit([mention(7)])
        assert await ids(store) == ["m1"]
        await store.close()
        store = await TinyStore.open(folder, TABLES)
        assert await ids(store) == ["m1"]
        await store.commit([mention(8)])
        await store.close()

    @pytest.mark.skipif(os.name == "nt", reason="folders have no such permission on Windows")
    async def test_a_folder_that_cannot_be_made_is_said_in_words(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("not a folder")
        with pytest.raises(StoreReadOnly, match="file"):
            await TinyStore.open(tmp_path / "file" / "data", TABLES)


async def test_the_loop_goes_on_while_a_large_commit_is_being_shown(store: TinyStore) -> None:
    """The writer holds the documents for as long as it shows a commit: nobody waits in the loop."""
    storage = cast(JournalStorage, store.db.storage)
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        assert storage.take_turn()
        held.set()
        let_go.wait(10)
        storage.end_turn()

    holder = threading.Thread(target=hold)
    holder.start()
    await asyncio.to_thread(held.wait, 10)
    deeds = [
        asyncio.ensure_future(store.find(ACME)),
        asyncio.ensure_future(store.count(ACME)),
        asyncio.ensure_future(store.commit([mention(1)])),
    ]
    done, _ = await asyncio.wait(deeds, timeout=0.05)
    assert done == set()
    let_go.set()
    await asyncio.wait_for(asyncio.gather(*deeds), 10)
    holder.join()
    assert [row.id for row in await store.find(ACME)] == ["m1"]
