"""The numbers of deliveries and of events, in the order in which they were given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import SystemRandom

from structlog.contextvars import get_contextvars

WORKER_BITS = 10

BEHIND = timedelta(minutes=1)
"""How far the clock of another worker may be behind: what it wrote may come so late."""

_REMEMBERED = 1000
"""Numbers of which it is known for whom they were given."""


class Sequence:
    """Numbers that only grow, over restarts too, and that no other worker gives.

    The upper bits are microseconds since 1970, or one more than the last where the clock did not
    move on (or went back), so that numbers of several workers are in the order of their clocks. The
    lowest ten are the `worker` (0 to 1023; by chance, as workers do not know of each other): two
    would have to share it, and the microsecond, to give one number twice, and then the second
    commit is refused. `last` is the highest number given before, 0 where there is none. All fit in
    63 bits until the year 2255.

    It remembers for which command or click a number was asked lately, for the log: what is said of
    it comes later, by another task.
    """

    def __init__(
        self, clock: Callable[[], datetime], last: int = 0, worker: int | None = None
    ) -> None:
        self._clock = clock
        self._last = last >> WORKER_BITS
        self._worker = SystemRandom().randrange(1 << WORKER_BITS) if worker is None else worker
        self._requests: dict[int, str] = {}

    def __call__(self) -> int:
        self._last = max(self._last + 1, int(self._clock().timestamp() * 1_000_000))
        number = self._last << WORKER_BITS | self._worker
        if request := get_contextvars().get("request"):
            self._requests[number] = str(request)
            if len(self._requests) > _REMEMBERED:
                del self._requests[next(iter(self._requests))]
        return number

    def asked_for(self, number: int) -> Mapping[str, str]:
        """For which request a number was given, as it is bound to the log; empty where for none,
        long ago, or by another process."""
        request = self._requests.get(number)
        return {"request": request} if request else {}


def number_at(moment: datetime) -> int:
    """The number from which those begin that are given at `moment` or later."""
    return int(moment.timestamp() * 1_000_000) << WORKER_BITS
