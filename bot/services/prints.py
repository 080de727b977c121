"""The sketches of what each watch heard lately, held in memory as far as they are asked for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

import numpy as np

from bot.domain.copies import BANDS, SCHEME, WITHIN, Sketches
from bot.domain.known import Prints
from bot.services.numbering import BEHIND
from bot.store.repositories import Repository

MOST = 2_000
"""Posts of a watch that others are held against, the latest: in 100 kB of memory, and some 20 µs a
look. A watch that hears more in two weeks knows copies of what is younger."""

MOST_OF_ALL = 200_000
"""Posts of all watches together that are held, in 15 MB. The others are read from the store when
their watch has news, in some milliseconds: of 10,000 watches most have hardly any."""

_A_WATCH = 10
"""A watch takes as much memory as so many posts, beside its posts."""

_WIDTH = BANDS * 4
_LITTLE_ENDIAN = np.dtype("<u4")


class Shelves(Protocol):
    """Where they are kept: `bot.store.repositories.Records` is such."""

    @property
    def prints(self) -> Repository[Prints]: ...


class Heard:
    """What one watch heard: ids of mentions, each with its sketch, oldest first. Packed, some 75
    bytes each: of 10,000 watches it is a million."""

    def __init__(self) -> None:
        self._ids = ""
        self.sketches: Sketches = np.empty((0, BANDS), np.uint32)
        self._at = np.empty(0, np.int64)
        self._read: dict[str, datetime] = {}

    def __len__(self) -> int:
        return len(self._at)

    @property
    def mentions(self) -> list[str]:
        """The ids, made anew each time."""
        return self._ids.split()

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
        self._ids = " ".join([self._ids, *(id for one in new for id in one.mentions)])
        rows = np.frombuffer(b"".join(one.sketches for one in new), _LITTLE_ENDIAN)
        self.sketches = np.concatenate((self.sketches, rows.reshape(-1, BANDS)))
        times = [int(one.at.timestamp()) for one in new for _ in one.mentions]
        self._at = np.append(self._at, np.array(times, np.int64))

    def forget(self, before: datetime) -> None:
        """Leave out what was heard before a time, and all beyond `MOST`."""
        stale = int((self._at < before.timestamp()).sum())
        first = max(stale, len(self) - MOST)
        if first > 0:
            self._ids = " ".join(self.mentions[first:])
            # Copied, as a part of an array holds all of it.
            self.sketches, self._at = self.sketches[first:].copy(), self._at[first:].copy()
        if latest := self.read_until:
            bound = latest - 2 * BEHIND
            self._read = {id: at for id, at in self._read.items() if at >= bound}


class Memory:
    """What watches heard, loaded when it is first asked for and followed from then on; of those
    that had no news for longest it is let go where they all heard more than `most` posts."""

    def __init__(self, most: int = MOST_OF_ALL) -> None:
        self._most = most
        self._heard = OrderedDict[str, Heard]()
        self._posts = 0
        """That are held, with those for which a watch stands."""

    @property
    def watches(self) -> int:
        """How many it is held of."""
        return len(self._heard)

    async def of(self, shelves: Shelves, watch: str, now: datetime) -> Heard:
        """What a watch heard in the last two weeks, with what other workers kept of it."""
        heard = self._held(watch)
        known = heard.read_until
        since = max(now - WITHIN, known - BEHIND) if known else now - WITHIN
        found = await shelves.prints.find(
            {"watch": watch}, "at", since=since, newest_first=True, limit=MOST
        )
        before = len(heard)
        heard.take(kept.value for kept in reversed(found))
        heard.forget(now - WITHIN)
        if self._heard.get(watch) is heard:  # it was not let go while its news were read
            self._posts += len(heard) - before
            self._let_go()
        return heard

    def _held(self, watch: str) -> Heard:
        if watch not in self._heard:
            self._heard[watch] = Heard()
            self._posts += _A_WATCH
        self._heard.move_to_end(watch)
        return self._heard[watch]

    def _let_go(self) -> None:
        while self._posts > self._most:
            _, heard = self._heard.popitem(last=False)
            self._posts -= len(heard) + _A_WATCH


def prints_of(watch: str, at: datetime, mentions: Sequence[str], rows: Sketches) -> Prints:
    """What a poll leaves of the mentions that others may copy, each with its row."""
    return Prints(
        watch=watch,
        at=at,
        scheme=SCHEME,
        mentions=tuple(mentions),
        sketches=rows.astype(_LITTLE_ENDIAN).tobytes(),
    )


def _is_whole(prints: Prints) -> bool:
    return prints.scheme == SCHEME and len(prints.sketches) == _WIDTH * len(prints.mentions)
