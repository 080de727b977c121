from __future__ import annotations

import threading

import pytest

from bot.errors import SourceGarbled
from bot.sources.aside import Aside


async def test_an_answer_that_takes_too_long_to_be_read_is_garbled() -> None:
    release = threading.Event()
    with pytest.raises(SourceGarbled, match="too long to be read"):
        await Aside(seconds=0.02).read(release.wait)
    release.set()


async def test_an_answer_that_can_be_read_is() -> None:
    assert await Aside(seconds=5).read(lambda: 7) == 7
