"""Reading pieces of many files from any thread, with only so many of them open."""

from __future__ import annotations

import os
import sys
from errno import EOPNOTSUPP
from pathlib import Path
from threading import Lock


def _most_open() -> int:
    """Half of what the system lets this process open, within bounds."""
    if sys.platform == "win32":
        return 256
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(32, min(1024, soft // 2))


class Handles:
    """Open files by their number. A handle that is dropped while somebody reads through it is
    closed when they are done."""

    def __init__(self, folder: Path, most: int | None = None) -> None:
        self._folder = folder
        self._most = most or _most_open()
        self._names: dict[int, str] = {}
        self._open: dict[int, _Handle] = {}
        self._lock = Lock()

    def name(self, number: int, name: str) -> None:
        """Tell what a file is called, before it is read."""
        self._names[number] = name

    def path(self, number: int) -> Path:
        return self._folder / self._names[number]

    def read(self, number: int, offset: int, length: int, *, now: bool = False) -> bytes:
        """Up to `length` bytes from `offset`. Raises OSError; if they are wanted `now`, also where
        the disk would have to be waited for, or might have to (BlockingIOError)."""
        handle = self._open.get(number) or self._opened(number)
        return handle.read_now(offset, length) if now else handle.read(offset, length)

    def forget(self, number: int) -> None:
        """The file will not be read any more."""
        with self._lock:
            self._open.pop(number, None)

    def close(self) -> None:
        with self._lock:
            self._open.clear()

    def _opened(self, number: int) -> _Handle:
        handle = _Handle(self.path(number))
        with self._lock:
            while len(self._open) >= self._most:
                del self._open[next(iter(self._open))]
            self._open[number] = handle
        return handle


class _Handle:
    """One open file, closed when nobody refers to it any more."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self._lock = Lock()

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            os.close(self._file)

    if sys.platform == "win32":

        def read(self, offset: int, length: int) -> bytes:
            with self._lock:
                os.lseek(self._file, offset, os.SEEK_SET)
                return os.read(self._file, length)

    else:

        def read(self, offset: int, length: int) -> bytes:
            return os.pread(self._file, length, offset)

    if sys.platform == "linux" and hasattr(os, "RWF_NOWAIT"):

        def read_now(self, offset: int, length: int) -> bytes:
            """What the system holds in memory (RWF_NOWAIT, preadv2(2)); a file system that cannot
            tell is one that may have to be waited for."""
            data = bytearray(length)
            try:
                read = os.preadv(self._file, [data], offset, os.RWF_NOWAIT)
            except OSError as error:
                if error.errno == EOPNOTSUPP:
                    raise BlockingIOError from error
                raise
            if read < length and offset + read < os.fstat(self._file).st_size:
                raise BlockingIOError  # only its first pages are in memory
            return bytes(data[:read])

    else:

        def read_now(self, offset: int, length: int) -> bytes:
            raise BlockingIOError
