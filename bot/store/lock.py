"""One process a data folder: a lock that the system lets go of when its holder dies."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from bot.errors import StoreLocked

_NAME = "lock"


class FolderLock:
    """Held from construction to `release`. Raises StoreLocked where another holds it.

    The file stays behind, with the last holder's process id in it; the lock is the system's
    (flock, or LockFile on Windows), not the file's existence.
    """

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / _NAME, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._file)
        except OSError as refusal:
            holder = os.read(self._file, 20).decode("ascii", "replace").strip()
            os.close(self._file)
            if not isinstance(refusal, BlockingIOError | PermissionError):
                raise
            raise StoreLocked(
                f"{folder} is in use by process {holder or 'unknown'}: "
                "stop it, or give this one a folder of its own"
            ) from refusal
        with suppress(OSError):  # a disk too full for a few digits can still be read
            os.ftruncate(self._file, 0)
            os.write(self._file, b"%d\n" % os.getpid())

    def release(self) -> None:
        os.close(self._file)


if sys.platform == "win32":
    import msvcrt

    # Windows keeps others from reading a locked byte, so the locked one lies past the text.
    _PAST_THE_TEXT = 1024

    def _lock(file: int) -> None:
        os.lseek(file, _PAST_THE_TEXT, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(file, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
