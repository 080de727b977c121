"""A table's days in their files: found by runs, read one document at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.store.base import Find, TableSpec
from bot.store.fields import group_of, position
from bot.store.handles import Handles
from bot.store.records import Stored, check_before, length_of, read_body
from bot.store.runs import Run, file_of, files_of, group_key, id_key, offset_of

_HEADER = 64
"""Bytes before a body in which its header lies."""

_GUESS = 2048
"""Bytes that most documents fit in."""

_PIECE = 1 << 17
"""Bytes of a file that are read at once, about."""


class Located(NamedTuple):
    """A document in its file."""

    place: int
    id: str
    stored: Stored


class Hit(NamedTuple):
    """What a query found, not read yet."""

    position: int
    place: int


class Archive:
    """The documents of one table that lie in files. It never changes, except that `dead` grows:
    places whose document was replaced or removed.

    `on_damage` is told of a document that is not as it was written, by its file and offset.
    """

    def __init__(
        self,
        spec: TableSpec,
        runs: Sequence[Run],
        dead: set[int],
        handles: Handles,
        on_damage: Callable[[int, int, int], None],
    ) -> None:
        self.spec = spec
        self.runs = runs
        self.dead = dead
        self._handles = handles
        self._on_damage = on_damage
        self._parts = {index: n for n, index in enumerate(spec.indexes)}

    def __len__(self) -> int:
        return sum(len(run) for run in self.runs) - len(self.dead)

    def with_dead(self, dead: set[int]) -> Archive:
        """The same archive as it was when `dead` was what is dead in it."""
        return Archive(self.spec, self.runs, dead, self._handles, self._on_damage)

    def locate(self, id: str) -> Located | None:
        """The document with this id."""
        key = id_key(id)
        for run in self.runs:
            n = run.first_of_key(key)
            while n < run.length and run.keys[n] == key:
                place = run.where[n]
                if place not in self.dead:
                    located = self._read(place, run.checks[n])
                    if located is not None and located.id == id:
                        return located
                n += 1
        return None

    def read(self, place: int) -> Located | None:
        """The document at a place; None where it is damaged."""
        return next(self.read_all((place,)), None)

    def read_all(self, places: Sequence[int], *, now: bool = False) -> Iterator[Located]:
        """The documents at places, which rise; those that are damaged are left out. What lies close
        together in a file is read in one piece. If they are wanted `now`, raises BlockingIOError
        where the disk would have to be waited for."""
        for first, last in _stretches(places):
            start = max(0, offset_of(places[first]) - _HEADER)
            end = offset_of(places[last - 1]) + _GUESS
            data = self._handles.read(file_of(places[first]), start, end - start, now=now)
            for place in places[first:last]:
                if located := self._within(data, offset_of(place) - start, place, now=now):
                    yield located

    def _within(self, data: bytes, at: int, place: int, *, now: bool) -> Located | None:
        """The document whose body begins `at` a place of `data`, or is to be read beyond it."""
        check = check_before(data, at)
        if check is None:
            self._on_damage(file_of(place), offset_of(place), 0)
            return None
        end = at + length_of(check)
        if len(data) < end:
            return self._read(place, check, now=now)
        return self._decoded(place, check, data[at:end])

    def select(self, query: Find) -> list[Hit]:
        """The places of what `query` describes, in its order by position alone; where there is a
        limit, with all that stand at the last position within it."""
        hits: list[Hit] = []
        for run in self.runs:
            hits += self._hits(run, query)
        return hits

    def count(self, query: Find) -> int:
        """How many documents `query` describes, whatever its limit."""
        groups = [self._group(run, query)[1] for run in self.runs]
        every = sum(map(len, groups))
        return every - sum(len(self.dead.intersection(group)) for group in groups if self.dead)

    def places(self) -> NDArray[np.uint64]:
        """The places of all documents, file after file."""
        if not self.runs:
            return np.empty(0, np.uint64)
        places = np.concatenate([run.places for run in self.runs])
        if self.dead:
            gone = np.fromiter(self.dead, np.uint64, len(self.dead))
            places = places[np.isin(places, gone, invert=True)]
        return np.sort(places)

    def files(self) -> list[int]:
        """The numbers of the files that hold any document."""
        numbers = files_of(self.places())  # in order, so that each comes in one piece
        firsts = np.flatnonzero(np.diff(numbers, prepend=np.uint64(0)))
        return [int(number) for number in numbers[firsts]]

    def _hits(self, run: Run, query: Find) -> Iterator[Hit]:
        live = map(Hit._make, self._live(run, query))
        if query.limit is None:
            yield from live
            return
        last: int | None = None
        for hit in islice(live, max(query.limit, 0)):
            last = hit.position
            yield hit
        for hit in live:
            if hit.position != last:
                return
            yield hit

    def _live(self, run: Run, query: Find) -> Iterator[tuple[int, int]]:
        """The position and place of what a query describes, in its order."""
        columns = self._group(run, query)
        found = zip(*(map(reversed, columns) if query.newest_first else columns), strict=True)
        if not self.dead:
            return found
        return (hit for hit in found if hit[1] not in self.dead)

    def _group(self, run: Run, query: Find) -> tuple[memoryview, memoryview]:
        """The positions, which rise, and the places of what a query describes, dead or alive."""
        return run.of_group(
            self._parts[self.spec.index(query.equal, query.order)],
            group_key(group_of([query.equal[name] for name in sorted(query.equal)])),
            None if query.since is None else position(query.since),
            None if query.before is None else position(query.before),
        )

    def _read(self, place: int, check: int, *, now: bool = False) -> Located | None:
        body = self._handles.read(file_of(place), offset_of(place), length_of(check), now=now)
        return self._decoded(place, check, body)

    def _decoded(self, place: int, check: int, body: bytes) -> Located | None:
        found = read_body(body, check)
        if found is None:
            self._on_damage(file_of(place), offset_of(place), length_of(check))
            return None
        return Located(place, *found)


def _stretches(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """From where to before where rising places lie in one file and close together."""
    first = 0
    for n in range(1, len(places)):
        is_close = places[n] - places[n - 1] < _GUESS  # of another file it is further
        if not is_close or places[n] - places[first] > _PIECE:
            yield first, n
            first = n
    if places:
        yield first, len(places)


def keeping(
    dead: frozenset[int], files: Mapping[int, object]
) -> Callable[[NDArray[np.uint64]], NDArray[np.bool_]]:
    """Tells of an array of places which are in one of `files` and not dead."""
    gone = np.fromiter(dead, np.uint64, len(dead))
    there = np.fromiter(files, np.uint64, len(files))

    def keep(places: NDArray[np.uint64]) -> NDArray[np.bool_]:
        stays = np.isin(files_of(places), there)
        return stays & np.isin(places, gone, invert=True) if dead else stays

    return keep
