"""What is appended to the journal of a running Vigie, seen from outside."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from bot.store.journal import journal_path, numbered_journals

LOOK = 0.0005
"""Seconds between two looks at the journal."""


class Tail:
    """What is appended to the journal of a folder from now on."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._stamp = self._looked()
        self._read = 0, 0
        self.read()

    async def grows(self, until: float) -> bool:
        """Wait until it does; False where the loop's time is up before."""
        while self._looked() == self._stamp:
            if asyncio.get_running_loop().time() > until:
                return False
            await asyncio.sleep(LOOK)
        self._stamp = self._looked()
        return True

    def read(self) -> bytes:
        """What was appended since the last time."""
        number, _ = self._looked()
        if not number:
            return b""
        start = self._read[1] if self._read[0] == number else 0
        with journal_path(self._data, number).open("rb") as file:
            file.seek(start)
            new = file.read().rstrip(b"\0")
        self._read = number, start + len(new)
        return new

    def _looked(self) -> tuple[int, int]:
        numbers = numbered_journals(self._data) if self._data.exists() else []
        if not numbers:
            return 0, 0
        with suppress(FileNotFoundError):
            return numbers[-1], journal_path(self._data, numbers[-1]).stat().st_mtime_ns
        return 0, 0
