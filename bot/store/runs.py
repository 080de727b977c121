"""Sorted runs: where the documents of a table that is kept by day lie in its files.

A run tells of some documents, in columns of 8-byte integers: by id (key, place, check) and, for
each index, (group, position, place), all sorted. It is written once, mapped into memory, searched
by bisection, and in the end merged with others. A place is a file's number and an offset in it.

The keys are hashes: the id's CRC-32, and 64 bits of BLAKE2b for an index's group. Two ids of one
key are told apart where the document is read.
"""

from __future__ import annotations

import mmap
import os
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from math import isqrt
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from bot.store.base import Key, TableSpec
from bot.store.fields import Fields, FieldsReader, Group, position
from bot.store.files import TEMPORARY, breathe, sync

Column = NDArray[Any]
"""Integers of 8 bytes: positions are signed, all else is not."""

_OFFSET_BITS = 40
_KEY_BITS = 32
_BYTES = 8
_ID_COLUMNS, _PART_COLUMNS = 3, 3


def place(file: int, offset: int) -> int:
    """A document's place: the number of its file (up to 2²⁴), and its offset there (up to 1 TB)."""
    return file << _OFFSET_BITS | offset


def file_of(place: int) -> int:
    return place >> _OFFSET_BITS


def offset_of(place: int) -> int:
    return place & ((1 << _OFFSET_BITS) - 1)


def files_of(places: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The number of each place's file."""
    return places >> np.uint64(_OFFSET_BITS)


def id_key(id: str) -> int:
    return zlib.crc32(id.encode())


def group_key(group: Group) -> int:
    """The key of an index's group."""
    written = msgspec.json.encode(group)
    return int.from_bytes(blake2b(written, digest_size=_BYTES).digest(), "little")


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One document: where its body lies, and its length and CRC (`bot.store.records`)."""

    id: str
    place: int
    check: int
    fields: Fields


class RunFile(msgspec.Struct, frozen=True):
    """A run's file, for the catalogue: its name, the length of its columns (ids, then each index)
    and its CRC-32."""

    name: str
    lengths: tuple[int, ...]
    crc: int


class Run:
    """The columns of one run, in memory or in a mapped file.

    `keys`, `where` (places) and `checks` tell of its `length` documents, in the order of the keys.
    """

    def __init__(self, columns: Sequence[Column], file: RunFile | None = None) -> None:
        self.columns = columns
        self.file = file
        views = [column.data for column in columns]
        self.keys, self.where, self.checks = views[:_ID_COLUMNS]
        self.length = len(self.keys)
        self._window = 2 * isqrt(self.length) + 4
        self._parts = [
            tuple(views[n : n + _PART_COLUMNS])
            for n in range(_ID_COLUMNS, len(views), _PART_COLUMNS)
        ]

    def __len__(self) -> int:
        return self.length

    @property
    def places(self) -> NDArray[np.uint64]:
        return self.columns[1].astype(np.uint64, copy=False)

    def first_of_key(self, key: int) -> int:
        """The first number whose key is not below this one: where the documents of this key begin,
        if there are any."""
        keys, length = self.keys, self.length
        # Hashes lie evenly: what is looked for is near where it would be if they did so exactly.
        guess = key * length >> _KEY_BITS
        low, high = max(guess - self._window, 0), min(guess + self._window, length)
        if (low and keys[low] >= key) or (high < length and keys[high] < key):
            low, high = 0, length
        return bisect_left(keys, key, low, high)

    def of_group(
        self, part: int, key: int, since: int | None, before: int | None
    ) -> tuple[memoryview, memoryview]:
        """The positions of the documents of a group, which rise, and the place of each."""
        groups, positions, places = self._parts[part]
        start, stop = bisect_left(groups, key), bisect_right(groups, key)
        if since is not None:
            start = bisect_left(positions, since, start, stop)
        if before is not None:
            stop = bisect_left(positions, before, start, max(start, stop))
        return positions[start:stop], places[start:stop]


def build(entries: Sequence[Entry], spec: TableSpec) -> Run:
    """The run of these documents of a table."""
    keys = np.fromiter((id_key(entry.id) for entry in entries), np.uint64, len(entries))
    places = np.fromiter((entry.place for entry in entries), np.uint64, len(entries))
    checks = np.fromiter((entry.check for entry in entries), np.uint64, len(entries))
    columns = _in_order(keys, places, checks)
    reader = FieldsReader(spec)
    for index in spec.indexes:
        columns += _part(entries, reader.placer(index))
    return Run(columns)


def write_run(
    runs: Sequence[Run],
    keep: Callable[[NDArray[np.uint64]], NDArray[np.bool_]],
    folder: Path,
    name: str,
) -> Run:
    """Write one run of all, durably, to `folder`/`name`, and map what was written; `keep` tells of
    an array of places which are to stay. Raises OSError."""
    crc = 0
    lengths: list[int] = []
    temporary = folder / f"{name}{TEMPORARY}"
    with temporary.open("wb") as file:
        for first in range(0, len(runs[0].columns), _PART_COLUMNS):
            for column in _merged_part(runs, first, keep):
                data = column.data.cast("B") if len(column) else memoryview(b"")
                crc = zlib.crc32(data, crc)
                file.write(data)
            lengths.append(len(column))
        file.flush()
        sync(file.fileno())
    temporary.replace(folder / name)
    return map_run(folder, RunFile(name, tuple(lengths), crc))


def _merged_part(
    runs: Sequence[Run], first: int, keep: Callable[[NDArray[np.uint64]], NDArray[np.bool_]]
) -> Iterator[Column]:
    """The columns from `first` on that belong together, one at a time, to need little memory."""
    columns = [[run.columns[first + n] for run in runs] for n in range(_PART_COLUMNS)]
    which = 1 if first == 0 else 2
    stays = keep(np.concatenate(columns[which]).astype(np.uint64, copy=False))
    keys = np.concatenate(columns[0])[stays]
    order = _order(keys, np.concatenate(columns[1])[stays] if first else None)
    yield keys[order]
    for column in columns[1:]:
        yield np.concatenate(column)[stays][order]


def map_run(folder: Path, file: RunFile) -> Run:
    """The run in a file that was written before. Raises OSError or ValueError where it is not
    there as it was written."""
    total = sum(_PART_COLUMNS * _BYTES * length for length in file.lengths)
    with (folder / file.name).open("rb") as opened:
        if os.fstat(opened.fileno()).st_size != total:
            raise ValueError(f"{file.name} has another size than was written")
        data = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) if total else b""
    columns: list[Column] = []
    offset = 0
    for part, length in enumerate(file.lengths):
        for n in range(_PART_COLUMNS):
            signed = part > 0 and n == 1
            kind = np.dtype("<i8") if signed else np.dtype("<u8")
            columns.append(np.frombuffer(data, kind, length, offset))
            offset += length * _BYTES
    return Run(columns, file)


def check_run(folder: Path, file: RunFile) -> bool:
    """Whether the file is as it was written."""
    crc = 0
    with (folder / file.name).open("rb") as opened:
        while piece := opened.read(1 << 20):
            crc = zlib.crc32(piece, crc)
    return crc == file.crc


def _part(
    entries: Sequence[Entry], placed: Callable[[Fields], tuple[Group, Key] | None]
) -> list[Column]:
    known: dict[Group, int] = {}
    found: list[tuple[int, int, int]] = []
    for number, entry in enumerate(entries):
        breathe(number)
        if (where := placed(entry.fields)) is None:
            continue
        group, order = where
        if (key := known.get(group)) is None:
            key = known[group] = group_key(group)
        found.append((key, position(order), entry.place))
    groups = np.fromiter((key for key, _, _ in found), np.uint64, len(found))
    positions = np.fromiter((at for _, at, _ in found), np.int64, len(found))
    places = np.fromiter((place for _, _, place in found), np.uint64, len(found))
    return _in_order(groups, positions, places, by=positions)


def _in_order(*columns: Column, by: Column | None = None) -> list[Column]:
    """Columns sorted by the first, and then `by` another."""
    order = _order(columns[0], by)
    return [column[order] for column in columns]


def _order(keys: Column, positions: Column | None) -> NDArray[np.intp]:
    if positions is None:
        return np.argsort(keys, kind="stable")
    return np.lexsort((positions, keys))
