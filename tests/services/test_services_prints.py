"""What a watch heard lately, held in little memory."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest

from bot.domain.copies import BANDS, WITHIN
from bot.domain.known import Prints
from bot.services.base import Services
from bot.services.prints import MOST, Heard, Memory, prints_of
from tests.builders import NOW


@pytest.fixture
def traced() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


def a_poll(number: int, mentions: int, watch: str = "Lumo") -> Prints:
    """What a poll left that brought so many mentions."""
    ids = [f"{number:08}{mention:08}" for mention in range(mentions)]
    return prints_of(watch, NOW, ids, np.zeros((mentions, BANDS), np.uint32))


async def keep(services: Services, *polls: Prints) -> None:
    put = services.records.prints.put
    await services.records.commit([put(one.mentions[0] + one.watch, one, 0) for one in polls])


@pytest.mark.usefixtures("traced")
def test_of_a_watch_that_hears_much_only_the_latest_posts_take_memory() -> None:
    before, _ = tracemalloc.get_traced_memory()
    heard = Heard()
    heard.take(a_poll(number, MOST) for number in range(4))
    heard.forget(NOW - WITHIN)
    after, _ = tracemalloc.get_traced_memory()
    assert len(heard) == MOST
    assert after - before < 100 * MOST


async def test_of_many_watches_those_that_had_news_last_are_held(services: Services) -> None:
    watches, memory = [f"Brand {number}" for number in range(20)], Memory(most=300)
    await keep(services, *(a_poll(1, 50, watch) for watch in watches))
    for watch in watches:
        assert len(await memory.of(services.records, watch, NOW)) == 50
        assert memory.watches <= 5
    assert memory.watches == 5


async def test_what_was_let_go_is_read_again_with_its_news(services: Services) -> None:
    memory = Memory(most=100)
    await keep(services, a_poll(1, 50), a_poll(1, 50, "Nova"))
    for watch in ("Lumo", "Nova"):
        await memory.of(services.records, watch, NOW)
    await keep(services, a_poll(2, 7))
    assert len(await memory.of(services.records, "Lumo", NOW)) == 57


async def test_what_is_let_go_while_it_is_read_is_whole_for_whoever_asked(
    services: Services,
) -> None:
    watches, memory = [f"Brand {number}" for number in range(20)], Memory(most=100)
    await keep(services, *(a_poll(1, 50, watch) for watch in watches))
    asked = (memory.of(services.records, watch, NOW) for watch in watches * 3)
    assert {len(heard) for heard in await asyncio.gather(*asked)} == {50}
    assert memory.watches == 1
    assert len(await memory.of(services.records, "Brand 3", NOW)) == 50


async def test_a_watch_that_heard_more_than_may_be_held_is_read_each_time(
    services: Services,
) -> None:
    memory = Memory(most=20)
    await keep(services, a_poll(1, 50))
    for _ in range(2):
        assert len(await memory.of(services.records, "Lumo", NOW)) == 50
    assert memory.watches == 0
