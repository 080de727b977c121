"""What is looked up once for all who ask: for a while, and only for as long as it is about the
same."""

from __future__ import annotations

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
