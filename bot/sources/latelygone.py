"""Posts of which a source told in passing that they are gone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

TOLD_FOR = timedelta(hours=1)
"""So long all watches are told, of which each polls in its time."""

_MOST = 1_000


class LatelyGone:
    """Remembers their ids for a while: what one watch read may serve the others."""

    def __init__(self) -> None:
        self._at: dict[str, datetime] = {}

    def note(self, ids: Iterable[str], now: datetime) -> None:
        """Keep some more; the first word of each counts."""
        for id in ids:
            self._at.setdefault(id, now)
        while len(self._at) > _MOST:
            del self._at[next(iter(self._at))]

    def ids(self, now: datetime) -> tuple[str, ...]:
        """Those that are to be told."""
        return tuple(id for id, at in self._at.items() if abs(now - at) <= TOLD_FOR)
