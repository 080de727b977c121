"""The two files of a data folder: a snapshot, and the journal of the commits since.

Both are made of the records of `bot.store.records`. The snapshot begins and ends with an empty
record, so that one cut short is known for what it is; all its records carry the number of the last
commit in it, and records of the journal up to that number are passed over. So a kill between the
new snapshot and the emptied journal loses nothing and repeats nothing.

What is no record is copied into the folder `damaged` before anything is rewritten.
"""

from __future__ import annotations

import logging
import os
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from bot.errors import StoreDamaged
from bot.store.records import Change, Damage, Record, Stored, encode_record, scan_records

SNAPSHOT = "snapshot.jsonl"
JOURNAL = "journal.jsonl"

GROWTH = 8
"""How much larger than the snapshot (and than `compact_from`) the journal of an open store may
become; at opening it is twice, since folding it then keeps nobody waiting."""
_TEMPORARY = ".tmp"
_A_RECORD = 100

Tables = dict[str, dict[str, Stored]]

logger = logging.getLogger(__name__)


class SetAside(NamedTuple):
    """Bytes that could not be read: `length` of them from byte `offset` of `file`, kept in
    `copy`. No bytes at the end of a snapshot: it was cut short there."""

    file: Path
    offset: int
    length: int
    copy: Path

    def __str__(self) -> str:
        return (
            f"{self.file} is damaged at byte {self.offset}: {self.length} bytes were set aside "
            f"in {self.copy}, the rest was read"
        )


class Journal:
    """The files of `folder`, read at construction and appended to from then on.

    `tables` is what was read, for the caller to keep up to date; `number` is that of the last
    commit. The journal is folded into a new snapshot where it is larger than `compact_from` bytes
    and twice the snapshot, or where something was set aside.

    Raises StoreDamaged where the snapshot holds nothing that Vigie wrote, OSError where the
    folder cannot be read or written.
    """

    def __init__(self, folder: Path, *, compact_from: int) -> None:
        self._folder = folder
        self._sweep()
        self.tables: Tables = {}
        self.number = 0
        self.set_aside: list[SetAside] = []
        self._snapshot_size = self._read_snapshot()
        journal = self._read_journal()
        if self.set_aside or journal > max(compact_from, 2 * self._snapshot_size):
            self._try_to_compact()
        self._file = (folder / JOURNAL).open("ab", buffering=0)
        self._size = self._file.tell()
        self._grown = GROWTH * compact_from
        _sync_folder(folder)

    def append(self, records: bytes) -> None:
        """Write whole records; when this returns, they survive a power cut.

        Raises OSError, and then takes back what was written of them.
        """
        try:
            _write(self._file.fileno(), records)
            _sync(self._file.fileno())
        except OSError:
            with suppress(OSError):
                self._file.truncate(self._size)
                _sync(self._file.fileno())
            raise
        self._size += len(records)

    def compact_when_grown(self, number: int) -> None:
        """Fold the journal into the snapshot where it grew to several times its size.

        `tables` must be as they are after commit `number`, the last one appended, and nobody may
        change them meanwhile. Where the disk refuses, the journal grows on and it is tried later.
        """
        if self._size <= max(self._grown, GROWTH * self._snapshot_size):
            return
        self.number = number
        self._try_to_compact()
        self._size = self._file.seek(0, os.SEEK_END)
        self._grown = max(self._grown, GROWTH * self._size)

    def close(self) -> None:
        self._file.close()

    def _sweep(self) -> None:
        for stale in self._folder.glob(f"*{_TEMPORARY}"):
            stale.unlink()

    def _read_snapshot(self) -> int:
        file = self._folder / SNAPSHOT
        if not file.exists():
            return 0
        data = file.read_bytes()
        parts = list(scan_records(data))
        records = [part for part in parts if isinstance(part, Record)]
        damages = [part for part in parts if isinstance(part, Damage)]
        if not records:
            raise StoreDamaged(f"{file} holds nothing that Vigie wrote; is it from a newer one?")
        if not damages and (len(records) == 1 or records[-1].changes):
            damages.append(Damage(len(data), len(data), torn=False))
        self._keep_aside(file, data, damages)
        self._replay(records)
        return len(data)

    def _read_journal(self) -> int:
        """Replays the journal, cuts off a torn end, and returns the size of what is left."""
        file = self._folder / JOURNAL
        if not file.exists():
            return 0
        data = file.read_bytes()
        size, in_snapshot = len(data), self.number
        damages = []
        for part in scan_records(data):
            if isinstance(part, Record):
                if part.number > in_snapshot:
                    self._replay([part])
            elif part.torn:
                size = part.start
            else:
                damages.append(part)
        self._keep_aside(file, data, damages)
        if size < len(data):
            logger.info("%s: dropped the record torn at byte %d, never acknowledged", file, size)
            with file.open("r+b") as journal:
                journal.truncate(size)
                _sync(journal.fileno())
        return size

    def _replay(self, records: Iterable[Record]) -> None:
        for record in records:
            self.number = max(self.number, record.number)
            for change in record.changes:
                apply(self.tables, change)

    def _keep_aside(self, file: Path, data: bytes, damages: Iterable[Damage]) -> None:
        for damage in damages:
            piece = data[damage.start : damage.end]
            folder = self._folder / "damaged"
            folder.mkdir(exist_ok=True)
            copy = folder / f"{file.stem}-{damage.start}-{zlib.crc32(piece):08x}"
            copy.write_bytes(piece)
            aside = SetAside(file, damage.start, len(piece), copy)
            self.set_aside.append(aside)
            logger.error("%s", aside)

    def _try_to_compact(self) -> None:
        try:
            self._compact()
        except OSError as refusal:
            # The old files stand untouched: what is too full to compact can still be read.
            logger.warning("%s could not be compacted: %s", self._folder, refusal)
            with suppress(OSError):
                self._sweep()

    def _compact(self) -> None:
        temporary = self._folder / (SNAPSHOT + _TEMPORARY)
        with temporary.open("wb") as file:
            for record in _snapshot(self.number, self.tables):
                file.write(record)
            file.flush()
            _sync(file.fileno())
            self._snapshot_size = file.tell()
        temporary.replace(self._folder / SNAPSHOT)
        _sync_folder(self._folder)
        with (self._folder / JOURNAL).open("wb") as file:
            _sync(file.fileno())


def apply(tables: Tables, change: Change) -> Stored | None:
    """Carry a change out on `tables`; returns what stood in its place."""
    documents = tables.setdefault(change.table, {})
    before = documents.get(change.id)
    if change.stored is not None:
        documents[change.id] = change.stored
    elif before is not None:
        del documents[change.id]
    return before


def _snapshot(number: int, tables: Mapping[str, Mapping[str, Stored]]) -> Iterator[bytes]:
    changes = (
        Change(table, id, stored)
        for table, documents in tables.items()
        for id, stored in documents.items()
    )
    yield encode_record(number, ())
    while batch := list(islice(changes, _A_RECORD)):
        yield encode_record(number, batch)
    yield encode_record(number, ())


def _write(file: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(file, left) :]


if sys.platform == "darwin":
    import fcntl

    def _sync(file: int) -> None:
        # fsync there hands the data to the drive, which may keep it in its cache: fcntl(2).
        fcntl.fcntl(file, fcntl.F_FULLFSYNC)

else:

    def _sync(file: int) -> None:
        os.fsync(file)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":  # which has no handle on a folder to sync
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
