"""The sketches of what each watch heard lately, held in memory as far as they are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.domain.copies import BANDS, SCHEME, WITHIN, Sketch
from bot.domain.known import Prints
from bot.store.repositories import Repository

MOST = 2_000
"""Posts of a watch that others are held against, the latest: in 100 kB of memory, and some 10 µs a
look. A watch that hears more in two weeks knows copies of what is younger."""

CANDIDATES = 5
"""Of those that may be alike so many are looked at: those that share most bands."""

_OVERLAP = timedelta(minutes=1)
"""How far the clock of another worker may be behind."""

_WIDTH = BANDS * 4
_LITTLE_ENDIAN = np.dtype("<u4")


class Shelves(Protocol):
    """Where they are kept: `bot.store.repositories.Records` is such."""

    @property
    def prints(self) -> Repository[Prints]: ...


class Heard:
    """What one watch heard: ids of mentions, each with its sketch, oldest first."""

    def __init__(self) -> None:
        self.mentions: list[str] = []
        self._sketches = np.empty((0, BANDS), np.uint32)
        self._at = np.empty(0, np.int64)
        self._read: dict[str, datetime] = {}

    @property
    def read_until(self) -> datetime | None:
        """The time of the latest prints that were taken in."""
        return max(self._read.values(), default=None)

    def take(self, found: Iterable[Prints]) -> None:
        """Take in what polls left, oldest first, unless it is known."""
        new = [one for one in found if one.mentions[0] not in self._read and _is_whole(one)]
        if not new:
            return
        self._read.update((one.mentions[0], one.at) for one in new)
        self.mentions += [id for one in new for id in one.mentions]
        rows = np.frombuffer(b"".join(one.sketches for one in new), _LITTLE_ENDIAN)
        self._sketches = np.concatenate((self._sketches, rows.reshape(-1, BANDS)))
        times = [int(one.at.timestamp()) for one in new for _ in one.mentions]
        self._at = np.append(self._at, np.array(times, np.int64))

    def forget(self, before: datetime) -> None:
        """Leave out what was heard before a time, and all beyond `MOST`."""
        stale = int((self._at < before.timestamp()).sum())
        first = max(stale, len(self.mentions) - MOST)
        if first > 0:
            self.mentions = self.mentions[first:]
            self._sketches, self._at = self._sketches[first:], self._at[first:]
        if latest := self.read_until:
            bound = latest - 2 * _OVERLAP
            self._read = {id: at for id, at in self._read.items() if at >= bound}

    def like(self, sketch: Sketch) -> list[str]:
        """The mentions whose sketches share a band, those that share most first."""
        return [self.mentions[place] for place in _nearest(self._sketches, sketch)]


class Sheet:
    """The sketches of one poll's mentions (`most` at most), as they come."""

    def __init__(self, most: int) -> None:
        self.mentions: list[str] = []
        self._sketches = np.empty((most, BANDS), np.uint32)

    def add(self, id: str, sketch: Sketch) -> None:
        self._sketches[len(self.mentions)] = sketch
        self.mentions.append(id)

    def like(self, sketch: Sketch) -> list[str]:
        """As `Heard.like`, of those that came so far."""
        found = _nearest(self._sketches[: len(self.mentions)], sketch)
        return [self.mentions[place] for place in found]

    def prints(self, watch: str, at: datetime) -> Prints:
        """All that came, as it is kept."""
        rows = self._sketches[: len(self.mentions)]
        return Prints(
            watch=watch,
            at=at,
            scheme=SCHEME,
            mentions=tuple(self.mentions),
            sketches=rows.astype(_LITTLE_ENDIAN).tobytes(),
        )


class Memory:
    """What all watches heard, loaded when it is first asked for and followed from then on."""

    def __init__(self) -> None:
        self._heard: dict[str, Heard] = {}

    async def of(self, shelves: Shelves, watch: str, now: datetime) -> Heard:
        """What a watch heard in the last two weeks, with what other workers kept of it."""
        heard = self._heard.setdefault(watch, Heard())
        known = heard.read_until
        since = max(now - WITHIN, known - _OVERLAP) if known else now - WITHIN
        found = await shelves.prints.find(
            {"watch": watch}, "at", since=since, newest_first=True, limit=MOST
        )
        heard.take(kept.value for kept in reversed(found))
        heard.forget(now - WITHIN)
        return heard


def _is_whole(prints: Prints) -> bool:
    return prints.scheme == SCHEME and len(prints.sketches) == _WIDTH * len(prints.mentions)


def _nearest(rows: NDArray[np.uint32], sketch: Sketch) -> list[int]:
    """The places of the rows that share a number with a sketch: most first, then the latest."""
    met = (rows == sketch).any(axis=1).nonzero()[0]
    if not len(met):
        return []
    shared = (rows[met] == sketch).sum(axis=1)
    return [int(met[n]) for n in np.lexsort((-met, -shared))[:CANDIDATES]]
