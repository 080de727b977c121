"""What several may do at once is decided anew, and not for ever."""

from __future__ import annotations

import pytest

from bot.errors import Conflict, ConversationError
from bot.services.races import won


class Attempts:
    """Fails as told, then comes to how often it was made."""

    def __init__(self, *troubles: Exception) -> None:
        self.troubles = list(troubles)
        self.made = 0

    async def __call__(self) -> int:
        self.made += 1
        if self.troubles:
            raise self.troubles.pop(0)
        return self.made


def lost() -> Conflict:
    return Conflict("mentions", "m1", 1, 2)


async def test_what_lost_a_race_is_decided_anew() -> None:
    assert await won(Attempts(lost(), lost())) == 3


async def test_who_always_loses_is_told_so() -> None:
    attempts = Attempts(*(lost() for _ in range(4)))
    with pytest.raises(Conflict):
        await won(attempts, tries=3)
    assert attempts.made == 3


async def test_what_is_refused_is_not_tried_again() -> None:
    attempts = Attempts(ConversationError("No."))
    with pytest.raises(ConversationError):
        await won(attempts)
    assert attempts.made == 1


async def test_where_a_table_settles_it_who_was_slower_gives_way_at_once() -> None:
    attempts = Attempts(lost(), Conflict("pairs", "p1", 1, 2), lost())
    with pytest.raises(Conflict, match="pairs"):
        await won(attempts, settles="pairs")
    assert attempts.made == 2
