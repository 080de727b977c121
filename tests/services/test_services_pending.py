"""What is open, known without being read again, and never as it was."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any, get_args

import pytest

from bot.domain.conversation import OPEN, State
from bot.domain.queue import ordered
from bot.services import conversations
from bot.services.base import Services
from tests.builders import a_conversation

STATES: tuple[State, ...] = get_args(State)


class Reads:
    """How often the conversations of a state were asked for."""

    def __init__(self, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        repository = services.records.conversations
        find = repository.find

        async def counted(equal: Mapping[str, Any], order: str, **how: Any) -> Any:
            self.count += 1
            return await find(equal, order, **how)

        monkeypatch.setattr(repository, "find", counted)


async def test_it_is_read_once_however_many_ask_and_again_once_one_was_written(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = services.records
    await records.commit([records.conversations.put("c1", a_conversation(id="c1", state="new"))])
    reads = Reads(services, monkeypatch)
    seen = await asyncio.gather(*(conversations.queue(services) for _ in range(20)))
    assert [[one.id for one in queue] for queue in seen] == [["c1"]] * 20
    assert reads.count == len(OPEN)
    await conversations.claim(services, "c1", "U1")
    [claimed] = await conversations.queue(services)
    assert (claimed.state, claimed.assignee) == ("claimed", "U1")
    assert reads.count > len(OPEN)


@pytest.mark.parametrize("seed", range(5))
async def test_after_whatever_was_written_it_is_what_the_store_holds(
    services: Services, seed: int
) -> None:
    chance, there = Random(seed), dict[str, Any]()
    put, remove = services.records.conversations.put, services.records.conversations.remove
    for _ in range(60):
        id = f"c{chance.randrange(8)}"
        if id in there and chance.random() < 0.2:
            await services.records.commit([remove(id)])
            del there[id]
        else:
            due = services.now() + timedelta(minutes=chance.randrange(100))
            there[id] = a_conversation(id=id, state=chance.choice(STATES), due=due)
            await services.records.commit([put(id, there[id])])
        open_ = ordered(one for one in there.values() if one.is_open)
        assert list(await services.pending.read(services.records)) == open_
