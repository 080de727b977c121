"""What could not be read: kept aside, with its place."""

from __future__ import annotations

import logging
import zlib
from pathlib import Path
from typing import NamedTuple

FOLDER = "damaged"

logger = logging.getLogger(__name__)


class SetAside(NamedTuple):
    """Bytes that could not be read: `length` of them from byte `offset` of `file`, kept in
    `copy`. No bytes: the file ends there, before its time."""

    file: Path
    offset: int
    length: int
    copy: Path

    def __str__(self) -> str:
        return (
            f"{self.file} is damaged at byte {self.offset}: {self.length} bytes were set aside "
            f"in {self.copy}, the rest was read"
        )


def set_aside(folder: Path, file: Path, offset: int, piece: bytes, *, copied: bool) -> SetAside:
    """Tell of a damaged piece of `file`; where `copied`, keep it in `folder`/damaged."""
    copy = folder / FOLDER / f"{file.stem}-{offset}-{zlib.crc32(piece):08x}"
    if copied:
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(piece)
    aside = SetAside(file, offset, len(piece), copy)
    logger.error("%s", aside)
    return aside


def forget_damaged(folder: Path) -> None:
    """Remove what was set aside. Raises OSError."""
    for copy in (folder / FOLDER).glob("*"):
        copy.unlink(missing_ok=True)
