"""What a watch heard lately, held in little memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest

from bot.domain.copies import BANDS, WITHIN
from bot.domain.known import Prints
from bot.services.prints import MOST, Heard, prints_of
from tests.builders import NOW


@pytest.fixture
def traced() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


def a_poll(number: int, mentions: int) -> Prints:
    """What a poll left that brought so many mentions."""
    ids = [f"{number:08}{mention:08}" for mention in range(mentions)]
    return prints_of("Lumo", NOW, ids, np.zeros((mentions, BANDS), np.uint32))


@pytest.mark.usefixtures("traced")
def test_of_a_watch_that_hears_much_only_the_latest_posts_take_memory() -> None:
    before, _ = tracemalloc.get_traced_memory()
    heard = Heard()
    heard.take(a_poll(number, MOST) for number in range(4))
    heard.forget(NOW - WITHIN)
    after, _ = tracemalloc.get_traced_memory()
    assert len(heard) == MOST
    assert after - before < 100 * MOST
