"""What is looked up once for all who ask: for a while, and only for as long as it is about the
same."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.services.sharing import Shared
from tests.builders import NOW

WATCHES, OTHERS = ("Lumo",), ("Lumo", "Halo")


class Looks:
    """Counts how often it was looked."""

    def __init__(self) -> None:
        self.made = 0

    async def __call__(self) -> int:
        self.made += 1
        return self.made


async def once_is(wanted: int, ask: Callable[[], Awaitable[int]]) -> None:
    """Ask again and again until that is the answer."""
    async with asyncio.timeout(5):
        while await ask() != wanted:  # noqa: ASYNC110  another task is to have its turn
            await asyncio.sleep(0)


async def test_whoever_asks_within_the_while_is_told_what_was_found() -> None:
    shared, look = Shared[int](timedelta(seconds=10)), Looks()
    assert await shared.of(look, NOW, WATCHES) == 1
    assert await shared.of(look, NOW + timedelta(seconds=10), WATCHES) == 1
    assert await shared.of(look, NOW + timedelta(seconds=11), WATCHES) == 2


async def test_what_was_changed_a_moment_ago_is_seen_at_once() -> None:
    shared, look = Shared[int](timedelta(seconds=10)), Looks()
    assert await shared.of(look, NOW, WATCHES) == 1
    assert await shared.of(look, NOW, OTHERS) == 2
    assert await shared.of(look, NOW, OTHERS) == 2


async def test_a_look_that_fell_over_is_made_again() -> None:
    shared, look = Shared[int](timedelta(seconds=10)), Looks()

    async def fall_over() -> int:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await shared.of(fall_over, NOW, WATCHES)
    assert await shared.of(look, NOW, WATCHES) == 1


async def test_nobody_waits_while_it_is_looked_for_again() -> None:
    shared = Shared[int](timedelta(seconds=10), oldest=timedelta(seconds=30))
    answers = asyncio.Queue[int]()
    answers.put_nowait(1)
    assert await shared.of(answers.get, NOW, WATCHES) == 1
    later = NOW + timedelta(seconds=11)
    assert await shared.of(answers.get, later, WATCHES) == 1
    assert await shared.of(answers.get, later, WATCHES) == 1
    answers.put_nowait(2)
    await once_is(2, lambda: shared.of(answers.get, later, WATCHES))


async def test_what_is_too_old_is_waited_for() -> None:
    shared = Shared[int](timedelta(seconds=10), oldest=timedelta(seconds=30))
    look = Looks()
    assert await shared.of(look, NOW, WATCHES) == 1
    assert await shared.of(look, NOW + timedelta(seconds=31), WATCHES) == 2


async def test_what_was_found_about_others_is_told_to_nobody_while_it_is_looked_for() -> None:
    shared = Shared[int](timedelta(seconds=10), oldest=timedelta(seconds=30))
    look = Looks()
    assert await shared.of(look, NOW, WATCHES) == 1
    assert await shared.of(look, NOW + timedelta(seconds=1), OTHERS) == 2


async def test_a_look_that_fell_over_while_something_older_was_told_is_made_again() -> None:
    shared, look = Shared[int](timedelta(seconds=10), oldest=timedelta(seconds=30)), Looks()
    later = NOW + timedelta(seconds=11)

    async def fall_over() -> int:
        raise RuntimeError

    assert await shared.of(look, NOW, WATCHES) == 1
    assert await shared.of(fall_over, later, WATCHES) == 1
    await once_is(2, lambda: shared.of(look, later, WATCHES))
