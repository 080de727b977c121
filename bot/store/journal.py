"""The journals of a data folder: the commits that are not in its other files yet.

A journal holds the records of `bot.store.records`. Commits are appended to the last one; when it
has grown a new one is begun, and the old ones are removed once all in them lies elsewhere. What a
kill tore off the end of the last one was never acknowledged, and is cut off.

A journal is filled with zeros ahead of its records: to sync what lies within a file takes about
half as long as to make the file longer. The zeros are cut off when it is closed.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from io import FileIO
from pathlib import Path

from bot.errors import StoreDamaged
from bot.store.damage import SetAside, set_aside
from bot.store.files import sync, sync_folder, write_all
from bot.store.records import Damage, Record, placed_records

_AHEAD = 1 << 20
"""Bytes of zeros written at a time."""

_OLDEST = ("snapshot.jsonl", "journal.jsonl")
"""The files of a folder that Vigie 0.1 wrote, in the order in which they are read."""

logger = logging.getLogger(__name__)


def journal_path(folder: Path, number: int) -> Path:
    return folder / f"journal-{number:06}.jsonl"


def numbered_journals(folder: Path) -> list[int]:
    """The numbers of the journals that there are, in order."""
    return sorted(int(path.stem.partition("-")[2]) for path in folder.glob("journal-*.jsonl"))


def inherited(folder: Path) -> list[Path]:
    """Files of an earlier version, to be read before the journals."""
    return [path for name in _OLDEST if (path := folder / name).exists()]


class Journal:
    """The last journal of `folder`, appended to. Raises OSError where it cannot be written."""

    def __init__(self, folder: Path, number: int) -> None:
        self._folder = folder
        self.number = number
        self._file = self._opened()
        self._size = self._filled = self._file.seek(0, os.SEEK_END)

    @property
    def size(self) -> int:
        """Bytes in the last journal."""
        return self._size

    def append(self, records: bytes) -> None:
        """Write whole records; when this returns, they survive a power cut.

        Raises OSError, and then takes back what was written of them.
        """
        if self._size + len(records) > self._filled:
            self._fill(len(records))
        try:
            self._file.seek(self._size)
            write_all(self._file.fileno(), records)
            sync(self._file.fileno())
        except OSError:
            with suppress(OSError):
                self._file.truncate(self._size)
                sync(self._file.fileno())
            self._filled = self._size
            raise
        self._size += len(records)
        self._filled = max(self._filled, self._size)

    def rotate(self) -> None:
        """Begin the next journal. Raises OSError, and then goes on with the present one."""
        before, size, number = self._file, self._size, self.number
        try:
            self.number = number + 1
            self._file = self._opened()
        except OSError:
            self.number = number
            raise
        self._size = self._filled = self._file.seek(0, os.SEEK_END)
        before.truncate(size)
        before.close()

    def remove_before(self, number: int) -> None:
        """Remove the journals before `number`, the oldest first, and what earlier versions left."""
        for path in inherited(self._folder):
            path.unlink()
        for old in numbered_journals(self._folder):
            if old < number:
                journal_path(self._folder, old).unlink()

    def close(self) -> None:
        with suppress(OSError):  # the zeros are cut off at the next opening
            self._file.truncate(self._size)
        self._file.close()

    def _opened(self) -> FileIO:
        path = journal_path(self._folder, self.number)
        path.touch()
        file = path.open("r+b", buffering=0)
        sync_folder(self._folder)
        return file

    def _fill(self, room: int) -> None:
        """Zeros for so many bytes and more, where the disk has them to spare."""
        try:
            self._file.seek(self._filled)
            write_all(self._file.fileno(), bytes(room + _AHEAD))
            self._filled += room + _AHEAD
        except OSError:
            with suppress(OSError):
                self._file.truncate(self._size)
            self._filled = self._size


def read_journals(
    folder: Path, first: int, after: int, damages: list[SetAside], *, mending: bool
) -> Iterator[Record]:
    """The records of the commits later than `after`, in order, from the journals `first` and up.

    What is damaged is added to `damages`. Where `mending`, it is copied as well, and a torn end is
    cut off. Raises OSError, and StoreDamaged where what is there cannot be Vigie's.
    """
    for path in inherited(folder):
        records = list(_read(folder, path, damages, mending=mending))
        if not records and path.name == _OLDEST[0]:
            raise StoreDamaged(f"{path} holds nothing that Vigie wrote; is it from a newer one?")
        yield from (record for record in records if record.number > after)
        after = max((record.number for record in records), default=after)
    numbers = [number for number in numbered_journals(folder) if number >= first]
    for number in numbers:
        path, last = journal_path(folder, number), number == numbers[-1]
        for record in _read(folder, path, damages, mending=mending, last=last):
            if record.number > after:
                yield record


def _read(
    folder: Path, path: Path, damages: list[SetAside], *, mending: bool, last: bool = True
) -> Iterator[Record]:
    """The records of one journal. Only the last one can end with a record that was being written:
    an earlier one was whole when the next was begun."""
    written = path.read_bytes()
    data = written.rstrip(b"\0")
    if mending and len(data) < len(written):
        _cut(path, len(data))
    for start, part in placed_records(data):
        if isinstance(part, Record):
            yield part
        elif part.torn and last:
            logger.info("%s: dropped the record torn at byte %d, never acknowledged", path, start)
            if mending:
                _cut(path, start)
        else:
            damages.append(set_aside(folder, path, start, _piece(data, part), copied=mending))


def _piece(data: bytes, damage: Damage) -> bytes:
    return data[damage.start : damage.end]


def _cut(path: Path, size: int) -> None:
    with path.open("r+b") as journal:
        journal.truncate(size)
        sync(journal.fileno())
