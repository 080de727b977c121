"""What a service of jobs does: run coroutines at intervals, at moments and on request, never two of
a name at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

Run = Callable[[], Awaitable[object]]
"""A job's work. What it returns is nobody's; what it raises is logged under the job's name, and
ends that one run."""

Deed = Callable[[str], Awaitable[timedelta | None]]
"""Work on one subject; returns the rest after which it is to go on, None where it is done."""

NO_TIME = timedelta(0)

IN_LINE = 500
"""Jobs of one line that run at a time, at most: polls of a place that answers slowly, of some 10 kB
each."""


class Jobs(Protocol):
    """Jobs may be named before `start` and after it; a name given again replaces its job.

    A job never runs beside itself: a run that falls due while the last one still runs is left
    out. Runs missed while the process slept or was busy are made up for by one.
    """

    def every(
        self,
        name: str,
        interval: timedelta,
        run: Run,
        *,
        jitter: timedelta = NO_TIME,
        at_once: bool = True,
        after: timedelta = NO_TIME,
        line: str = "",
    ) -> None:
        """Run every `interval`, each time a random part of `jitter` later, so that jobs spread.

        The first run comes now (`at_once`), or one interval from now, and `after` so long more;
        before `start` it waits. Jobs of a `line`, which a name keeps, let people go first: they
        begin in the order in which they fell due, as the `Turnstile` of all lines lets them, and
        `IN_LINE` run at a time at most.

        Raises ValueError where `interval` is not positive or `jitter` negative.
        """
        ...

    def at(self, name: str, when: datetime, run: Run) -> None:
        """Run once at `when` (aware); at once where that is past."""
        ...

    def deed(self, kind: str, run: Deed) -> None:
        """Name the work that `enqueue` asks for, before `start`. Raises ValueError where `kind` is
        named already."""
        ...

    async def enqueue(self, kind: str, subject: str) -> None:
        """Have the deed `kind` done on `subject` soon, after `start`.

        Asked for while it waits or rests, it is done once, when it is due; asked for while it
        runs, once more afterwards, and where it then rests, after that rest. What it raises is
        logged, and ends that one run. Raises ValueError for a `kind` that was not named, and
        StoreUnavailable where several processes share the jobs and their database cannot be
        reached.
        """
        ...

    def remove(self, name: str) -> None:
        """No run begins any more; one under way ends. An unknown name is removed already."""
        ...

    async def start(self) -> None:
        """Begin; may be called once. Raises StoreUnavailable and StoreBehind where several
        processes share the jobs, and their database cannot be used."""
        ...

    async def stop(self, grace: timedelta) -> None:
        """No run begins any more; those under way get `grace` to end, then they are cancelled.

        When this returns, nothing runs but what will not be cancelled, which is logged.
        """
        ...
