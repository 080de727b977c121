"""Documents that were read of files, kept in memory by where they lie."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from threading import Lock

from bot.store.archive import Hit, Located


class Remembered:
    """So many documents at most; of more, those are let go that were read first.

    A file is never written over, so whatever is remembered of a place is what lies there. Safe to
    use from any thread.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._documents: dict[int, Located] = {}
        self._lock = Lock()

    def among(self, hits: Iterable[Hit]) -> tuple[list[tuple[Hit, Located]], list[Hit]]:
        """Those of some hits that are remembered, and those that are to be read."""
        known, unknown = list[tuple[Hit, Located]](), list[Hit]()
        for hit in hits:
            if located := self._documents.get(hit.place):
                known.append((hit, located))
            else:
                unknown.append(hit)
        return known, unknown

    def keep(self, read: Sequence[Located]) -> None:
        """Remember what was read."""
        with self._lock:
            for located in read:
                self._documents[located.place] = located
            beyond = max(0, len(self._documents) - self._most)
            for place in list(islice(self._documents, beyond)):
                del self._documents[place]

    def let_go(self, is_gone: Callable[[int], bool]) -> None:
        """Remember nothing of the places that are gone."""
        with self._lock:
            for place in [place for place in self._documents if is_gone(place)]:
                del self._documents[place]
