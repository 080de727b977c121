"""What several people may do at the same moment: decided anew until it is the quickest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.errors import Conflict

T = TypeVar("T")

TRIES = 50
"""Every lost race means that somebody else's deed went through: more people than this do not act at
once."""


async def won(
    attempt: Callable[[], Awaitable[T]], tries: int = TRIES, *, settles: str | None = None
) -> T:
    """What `attempt` comes to, which reads, decides and commits: made again where Conflict says
    that somebody else was quicker. Raises Conflict where they were `tries` times, or at once where
    it is about the table that `settles` it, as then they did the same; and whatever else `attempt`
    raises, at once."""
    for _ in range(tries - 1):
        try:
            return await attempt()
        except Conflict as conflict:
            if conflict.table == settles:
                raise
    return await attempt()
