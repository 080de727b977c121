"""Going through many things without keeping others waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

T = TypeVar("T")

AT_ONCE = 50
"""Things that are looked at without a pause: with a few reads each, some milliseconds."""


async def in_turns(things: Iterable[T], at_once: int = AT_ONCE) -> AsyncIterator[T]:
    """The things one by one; after every so many whoever waits for the event loop has a turn, as a
    store that answers at once gives nobody one."""
    for number, thing in enumerate(things, 1):
        if number % at_once == 0:
            await asyncio.sleep(0)
        yield thing
