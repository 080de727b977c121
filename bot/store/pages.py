"""Writing to the files of documents: a page is what a fold adds to one of them."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec.structs import replace

from bot.store.catalogue import DataFile
from bot.store.files import replace_file, sync, write_all
from bot.store.records import Change, encode_document_record
from bot.store.runs import place


class Page:
    """Records for the end of a file. `dead` counts the documents of the file that they replace."""

    def __init__(self, file: DataFile) -> None:
        self.file = file
        self.dead = 0
        self._records = 0
        self._data = bytearray()

    def add(self, commit: int, change: Change) -> tuple[int, int]:
        """Write a document, or the word that it is gone; the place and check of its body."""
        placed = encode_document_record(commit, change)
        offset = self.file.size + len(self._data) + placed.body
        self._data += placed.record
        self._records += change.stored is not None
        return place(self.file.number, offset), placed.check

    def written(self) -> DataFile:
        """The file as it will be once `write` is done."""
        return replace(
            self.file,
            size=self.file.size + len(self._data),
            records=self.file.records + self._records,
            dead=self.file.dead + self.dead,
        )

    def write(self, folder: Path) -> None:
        """Put it on the disk, behind what counts of the file. Raises OSError."""
        path = folder / self.file.name
        if self.file.size:
            _write_at(path, self.file.size, self._data)
            return
        path.parent.mkdir(exist_ok=True)
        replace_file(path, self._data)


def _write_at(path: Path, size: int, data: bytearray) -> None:
    """Make `data` what stands behind the first `size` bytes of a file."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
    try:
        os.ftruncate(handle, size)
        os.lseek(handle, size, os.SEEK_SET)
        write_all(handle, data)
        sync(handle)
    finally:
        os.close(handle)
