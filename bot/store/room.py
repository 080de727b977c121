"""Whether a disk takes writes."""

from __future__ import annotations

from pathlib import Path

from bot.store.files import TEMPORARY, sync, write_all

ROOM = 8 << 20
"""Bytes that there should be room for: as many as a journal has before it is folded."""

_NAME = f"room{TEMPORARY}"


def has_room(folder: Path, size: int = ROOM) -> bool:
    """Whether so many bytes can be written to a folder; they are, and removed again."""
    path = folder / _NAME
    try:
        with path.open("wb", buffering=0) as file:
            write_all(file.fileno(), bytes(size))
            sync(file.fileno())
    except OSError:
        return False
    finally:
        _remove(path)
    return True


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # a folder that is read-only; the next opening sweeps it up
