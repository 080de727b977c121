"""Whoever goes through thousands of things lets others have the event loop now and then."""

from __future__ import annotations

import asyncio

import pytest

from bot.services.turns import in_turns


class Rounds:
    """Counts how often the event loop comes round."""

    def __init__(self) -> None:
        self.count = 0
        self._counting = asyncio.create_task(self._count())

    async def _count(self) -> None:
        while True:
            await asyncio.sleep(0)
            self.count += 1

    def end(self) -> None:
        self._counting.cancel()


@pytest.mark.parametrize(("longest", "rounds"), [(0.0, 99), (60.0, 0)])
async def test_others_have_a_turn_as_often_as_it_is_said(longest: float, rounds: int) -> None:
    others = Rounds()
    assert [thing async for thing in in_turns(range(100), longest)] == list(range(100))
    assert others.count == rounds
    others.end()


async def test_who_waits_for_each_thing_gives_no_turn_beyond_that() -> None:
    others = Rounds()
    async for _ in in_turns(range(100), 0.0):
        await asyncio.sleep(0)
    assert others.count <= 101
    others.end()
