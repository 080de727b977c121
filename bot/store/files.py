"""Files that hold what was written to them, whatever happens next."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

TEMPORARY = ".tmp"
"""How the name of a file ends that is still being written."""

if sys.platform == "darwin":
    import fcntl

    def sync(file: int) -> None:
        """Wait until the file is on the disk."""
        # fsync there hands the data to the drive, which may keep it in its cache: fcntl(2).
        fcntl.fcntl(file, fcntl.F_FULLFSYNC)

elif sys.platform == "win32":

    def sync(file: int) -> None:
        """Wait until the file is on the disk."""
        os.fsync(file)

else:

    def sync(file: int) -> None:
        """Wait until the file is on the disk."""
        # What is needed to read it again, its size among that, but not when it was changed:
        # fdatasync(2). A write within the file needs one write of the disk less so.
        os.fdatasync(file)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    if sys.platform == "win32":  # which has no handle on a folder to sync
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_all(file: int, data: bytes | bytearray) -> None:
    """Write all of `data` where the file stands, however little the system takes at a time."""
    written = os.write(file, data)
    if written < len(data):
        write_all(file, data[written:])


def replace_file(path: Path, data: bytes | bytearray) -> None:
    """Put `data` in the place of a file: after a crash it is the old one or the new one, whole."""
    temporary = path.with_name(path.name + TEMPORARY)
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        sync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def breathe(number: int) -> None:
    """Called at each step of a long work in a thread: lets others have the interpreter now and
    then. They would wait 5 ms for it otherwise (`sys.getswitchinterval`), at every system call."""
    if number % 16 == 0:
        time.sleep(0)
