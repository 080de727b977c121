"""Who waits for an answer that takes long: nobody for many at once, as all share one machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

MOST = 3
"""Answers that a person waits for at once."""


class Desk:
    """Counts what people wait for; by their Slack ids."""

    def __init__(self) -> None:
        self._waiting: Counter[str] = Counter()

    @contextmanager
    def turn(self, by: str) -> Iterator[bool]:
        """Whether a person has a turn, which lasts for as long as the block runs."""
        if self._waiting[by] >= MOST:
            yield False
            return
        self._waiting[by] += 1
        try:
            yield True
        finally:
            self._waiting[by] -= 1
            if not self._waiting[by]:
                del self._waiting[by]
