"""An engine that failed is let alone for a while."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.domain.mention import Sentiment
from bot.engines.base import Felt
from bot.engines.resting import REST, Resting
from bot.errors import EngineError
from tests.builders import NOW

POST = Felt(text="My lamp broke.", language="en", sentiment=Sentiment(score=-0.6))


class Failing:
    """An engine whose server is down until it is up."""

    name = "failing"

    def __init__(self) -> None:
        self.up = False

    def wants(self, post: Felt) -> bool:
        return True

    async def read(self, posts: Sequence[Felt]) -> list[Sentiment | None]:
        if not self.up:
            raise EngineError("the model’s server answers 500")
        return [None for _ in posts]

    async def close(self) -> None:
        """It holds nothing."""


async def test_it_rests_after_a_failure_and_is_asked_again_then() -> None:
    now = NOW
    failing = Failing()
    engine = Resting(failing, lambda: now)
    assert engine.wants(POST)
    with pytest.raises(EngineError):
        await engine.read([POST])
    assert not engine.wants(POST)
    now = NOW + REST
    failing.up = True
    assert engine.wants(POST)
    assert await engine.read([POST]) == [None]
    assert engine.wants(POST)


async def test_a_clock_that_was_set_back_keeps_nothing_at_rest() -> None:
    now = NOW
    engine = Resting(Failing(), lambda: now)
    with pytest.raises(EngineError):
        await engine.read([POST])
    now = NOW - timedelta(days=300)
    assert engine.wants(POST)
