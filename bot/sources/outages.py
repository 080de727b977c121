"""Hosts that answer nobody: known to those who wait for their turn there."""

from __future__ import annotations

import time

from bot.errors import SourceUnavailable


class Outages:
    """Who waited for a turn while others found that a host does not answer is told so, and does not
    ask: each would wait as long as they did, one after the other, and a thousand watches for a day.

    Who comes later asks anew. Moments are those of `time.monotonic`.
    """

    def __init__(self) -> None:
        self._first: dict[str, float] = {}
        self._found: dict[str, float] = {}

    def answered(self, place: str) -> None:
        """Note that a host answers, whatever it says."""
        self._first.pop(place, None)
        self._found.pop(place, None)

    def in_vain(self, place: str, since: float) -> None:
        """Note that a request that came at a moment was not answered. One alone may be of a page
        that is slow; with a second one it is the host."""
        if self._first.setdefault(place, since) != since:
            self._found[place] = time.monotonic()

    def check(self, place: str, since: float) -> None:
        """Raises SourceUnavailable where a request that came at a moment need not be made."""
        if since <= self._found.get(place, float("-inf")):
            host = place.partition(":")[0]
            raise SourceUnavailable("{host} took too long to answer.", host=host)
