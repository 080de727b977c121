"""What servers allow each of their accounts, learnt from what they answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.errors import SourceResting
from bot.sources import ratelimits

SHORT_WAIT = 5.0
"""Seconds that are waited within a poll, where a server asks for no more."""

_MOST = 1_000
"""Rests that are kept before those that are over are dropped."""


class Allowances:
    """Whom each host wants to leave it alone, and until when.

    A host counts the requests of each account (`""`: of this machine's address), whichever watch
    they are for; so do the rests here. They are in memory: after a restart the first answer tells
    them again.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._until: dict[tuple[str, str], datetime] = {}

    def wait(self, host: str, account: str) -> float:
        """Seconds to wait before an account asks a host; 0 where nobody wants a rest. Raises
        SourceResting where that is longer than a poll can wait."""
        until = self._until.get((host, account))
        if until is None:
            return 0.0
        left = until - self._clock()
        # Nobody rests for longer than a day: then it is the clock that was set back.
        if not timedelta() < left <= ratelimits.LONGEST_WAIT:
            del self._until[host, account]
            return 0.0
        if left.total_seconds() > SHORT_WAIT:
            name = host.partition(":")[0]
            raise SourceResting("{host} asked to be left alone for a while.", until, host=name)
        return left.total_seconds()

    def rest(self, host: str, account: str, until: datetime) -> None:
        """Note that a host wants to be left alone, however shortly: others wait for their turn."""
        now = self._clock()
        if len(self._until) > _MOST:
            self._until = {who: at for who, at in self._until.items() if at > now}
        if until > now:
            self._until[host, account] = until

    def learn(self, host: str, account: str, headers: Mapping[str, str]) -> None:
        """Note what an answer says of how much is left; `headers` has lower-case names."""
        if until := ratelimits.paced(headers, self._clock()):
            self.rest(host, account, until)
