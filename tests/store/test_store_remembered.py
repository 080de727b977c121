"""What a queue reads again and again is made once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore
from tests.builders import a_conversation


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
