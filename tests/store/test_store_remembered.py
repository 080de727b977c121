"""What a queue reads again and again is read once of its file, and made once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.store.handles import Handles
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore
from tests.builders import a_conversation
from tests.store import store_samples
from tests.store.store_samples import folded, ids, mention


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[Records]:
    records = Records(await TinyStore.open(tmp_path / "data", TABLES))
    yield records
    await records.close()


async def test_a_conversation_that_nobody_changed_is_made_once(records: Records) -> None:
    await records.commit([records.conversations.put("c", a_conversation(id="c"), 0)])
    [asked], [asked_again] = [
        await records.conversations.find({"state": "new"}, "opened") for _ in range(2)
    ]
    assert asked_again.value is asked.value


async def test_what_was_changed_is_read_as_it_is_now(records: Records) -> None:
    conversation = a_conversation(id="c")
    await records.commit([records.conversations.put("c", conversation, 0)])
    before = await records.conversations.get("c")
    claimed = replace(conversation, state="claimed", assignee="U1")
    await records.commit([records.conversations.put("c", claimed, 1)])
    after = await records.conversations.get("c")
    assert before is not None
    assert after is not None
    assert (before.value, before.version) == (conversation, 1)
    assert (after.value, after.version) == (claimed, 2)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the files that were read."""
    found = list[int]()
    read = Handles.read

    def noted(self: Handles, number: int, offset: int, length: int, *, now: bool = False) -> bytes:
        found.append(number)
        return read(self, number, offset, length, now=now)

    monkeypatch.setattr(Handles, "read", noted)
    return found


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[TinyStore]:
    """One that remembers three mentions."""
    mentions, cursors = store_samples.TABLES
    tables = (replace(mentions, remembered=3), cursors)
    opened = await TinyStore.open(tmp_path / "data", tables)
    yield opened
    await opened.close()


async def test_what_was_asked_for_before_is_not_read_again(
    store: TinyStore, reads: list[int]
) -> None:
    await store.commit([mention(number) for number in range(3)])
    await folded(store)
    assert await ids(store) == ["m0", "m1", "m2"]
    assert reads
    await store.commit([mention(1), mention(3)])
    reads.clear()
    assert await ids(store) == ["m0", "m1", "m2", "m3"]
    assert not reads


async def test_no_more_is_remembered_than_it_is_told_to(store: TinyStore, reads: list[int]) -> None:
    await store.commit([mention(number) for number in range(6)])
    await folded(store)
    for _ in range(2):
        reads.clear()
        assert await ids(store) == [f"m{number}" for number in range(6)]
        assert reads


async def test_what_was_replaced_is_let_go_as_it_is_folded(
    store: TinyStore, reads: list[int]
) -> None:
    await store.commit([mention(number) for number in range(3)])
    await folded(store)
    await ids(store)
    await store.commit([mention(0, watch="other"), mention(7)])
    await folded(store)
    reads.clear()
    assert await ids(store) == ["m1", "m2", "m7"]
    assert len(reads) == 1
    reads.clear()
    assert await ids(store) == ["m1", "m2", "m7"]
    assert not reads
