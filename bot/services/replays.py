"""What was looked back on a moment ago, as people look at a sensitivity again and again while they
choose it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from bot.domain.replay import Replay

KEPT = 16


class Replays:
    """The last replays, by what was asked; the one that was not wanted for longest goes first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Replay] = OrderedDict()

    def get(self, asked: Hashable) -> Replay | None:
        """What came of it, where that is known."""
        found = self._kept.get(asked)
        if found is not None:
            self._kept.move_to_end(asked)
        return found

    def keep(self, asked: Hashable, found: Replay) -> None:
        """Remember it for the next who asks the same."""
        self._kept[asked] = found
        self._kept.move_to_end(asked)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
