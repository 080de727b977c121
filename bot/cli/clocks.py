"""A clock that can be wound on from outside: real time, and what a file says to add to it.

The demo uses it, where a person says "an hour later" and hours must pass for the bots too.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

FURTHEST = timedelta(days=36_500)
"""Nobody means more than this, and no date is out of reach before it."""


def ahead_in(text: str) -> timedelta | None:
    """What a file with this text says to add: its number of seconds, 0 to `FURTHEST`; None where
    it holds nothing of the kind."""
    try:
        seconds = float(text)
    except ValueError:
        return None
    if not math.isfinite(seconds) or not 0 <= seconds <= FURTHEST.total_seconds():
        return None
    return timedelta(seconds=seconds)


def wound(ahead: timedelta, text: str) -> timedelta:
    """How far ahead the clock is once a file with this text was read: never less than before."""
    return max(ahead, ahead_in(text) or timedelta(0))


def wind(file: Path, seconds: float) -> None:
    """Have every clock that reads `file` be `seconds` ahead; they see the old number or the new."""
    new = file.with_name(f"{file.name}.new")
    new.write_text(f"{seconds!r}\n", encoding="ascii")
    new.replace(file)


class ClockAhead:
    """Tells the time of `real`, wound on by the number of seconds in `file`.

    The file is read again once it has changed. While there is none, nothing is added to what was.
    """

    def __init__(self, file: Path, real: Callable[[], datetime]) -> None:
        self._file = file
        self._real = real
        self._ahead = timedelta(0)
        self._read: tuple[int, int] | None = None

    def __call__(self) -> datetime:
        """The time, of the same zone as `real`'s."""
        with contextlib.suppress(OSError):
            self._look()
        return self._real() + self._ahead

    def _look(self) -> None:
        found = self._file.stat()
        # a file that took another's place is another one, even within one tick of its clock
        known = (found.st_mtime_ns, found.st_ino)
        if known != self._read:
            text = self._file.read_text(encoding="ascii", errors="replace")
            self._ahead, self._read = wound(self._ahead, text), known
