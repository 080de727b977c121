"""What servers allow each of their accounts, learnt from what they answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.errors import SourceResting
from bot.sources import ratelimits

SHORT_WAIT = 5.0
"""Seconds that are waited within a poll, where a server asks for no more."""


class Allowances:
    """Whom each host wants to leave it alone, and until when.

    A host counts the requests of each account (`""`: of this machine's address), whichever watch
    they are for; so do the rests here. They are in memory: after a restart the first answer tells
    them again.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._until: dict[tuple[str, str], datetime] = {}

    def respect(self, host: str, account: str) -> None:
        """Raises SourceResting where an account is not to ask a host yet."""
        until = self._until.get((host, account))
        if until is None:
            return
        if self._clock() < until:
            name = host.partition(":")[0]
            raise SourceResting("{host} asked to be left alone for a while.", until, host=name)
        del self._until[host, account]

    def rest(self, host: str, account: str, until: datetime) -> None:
        """Note that a host wants to be left alone, if it is for longer than a poll can wait."""
        if (until - self._clock()).total_seconds() > SHORT_WAIT:
            self._until[host, account] = until

    def learn(self, host: str, account: str, headers: Mapping[str, str]) -> None:
        """Note what an answer says of how much is left; `headers` has lower-case names."""
        if until := ratelimits.paced(headers, self._clock()):
            self.rest(host, account, until)
