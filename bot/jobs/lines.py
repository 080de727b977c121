"""Jobs that stand in line: of many that are due, some run, and the others wait as names, in the
order in which they fell due. As tasks that wait for their turn 20,000 polls take 70 MB."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from apscheduler.events import JobExecutionEvent
from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.job import Job

from bot.jobs.turnstile import Turnstile


class _Due(NamedTuple):
    """A job that waits: since when, by the turnstile's numbers, and what it was due for."""

    number: int
    job: Job
    run_times: Sequence[datetime]


class Line(AsyncIOExecutor):  # type: ignore[misc]  # APScheduler has no types
    """APScheduler's executor for the event loop, of which `most` runs are under way at a time, each
    begun as the turnstile lets it, which all lines share: of them all the one that waits longest.

    To APScheduler a job that waits is one that runs: what falls due again meanwhile is left out.
    """

    def __init__(self, most: int, turnstile: Turnstile) -> None:
        super().__init__()
        self._free = most
        self._turnstile = turnstile
        self._waiting: dict[str, _Due] = {}
        self._letting_in: asyncio.Task[None] | None = None

    def leave(self, name: str) -> None:
        """Have a job that waits not run. One that does not is well."""
        if self._waiting.pop(name, None):
            super()._run_job_success(name, [])

    def close(self) -> None:
        """Have none that waits run."""
        for name in list(self._waiting):
            self.leave(name)
        if self._letting_in:
            self._letting_in.cancel()

    def _do_submit_job(self, job: Job, run_times: Sequence[datetime]) -> None:
        self._waiting[job.id] = _Due(self._turnstile.number(), job, run_times)
        self._go_on()

    def _run_job_success(self, job_id: str, events: Sequence[JobExecutionEvent]) -> None:
        super()._run_job_success(job_id, events)
        self._free += 1
        self._go_on()

    def _run_job_error(self, job_id: str, exc: BaseException, traceback: object = None) -> None:
        super()._run_job_error(job_id, exc, traceback)
        self._free += 1
        self._go_on()

    def _go_on(self) -> None:
        if self._letting_in is None and self._has_next:
            self._letting_in = asyncio.create_task(self._let_in(), name="line")

    async def _let_in(self) -> None:
        """Begin those that wait, while some may."""
        try:
            while self._has_next:
                await self._turnstile.passed(next(iter(self._waiting.values())).number)
                if self._has_next:
                    self._free -= 1
                    due = self._waiting.pop(next(iter(self._waiting)))
                    super()._do_submit_job(due.job, due.run_times)
        finally:
            self._letting_in = None

    @property
    def _has_next(self) -> bool:
        return bool(self._free and self._waiting)
