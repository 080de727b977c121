"""Jobs that nobody does any more, given to those who live: their worker is gone, or lost the
database when it was to record their end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from procrastinate import PsycopgConnector
from procrastinate.exceptions import ProcrastinateException, UniqueViolation
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.worker import Worker

logger = logging.getLogger(__name__)

_ONE_RESCUER = "SELECT pg_try_advisory_xact_lock(hashtext('vigie rescue ' || current_schema()))"


class Rescuer:
    """Looks every so often for jobs of `queue` whose worker has not said for `stalled_after`
    seconds that it lives, and for those that the database takes `worker` to do while it does not.

    One worker looks at a time, so that no job is given away that another has just begun anew.
    `under_way` is to be the worker's middleware, so that it is known what it does.
    """

    def __init__(
        self,
        manager: JobManager,
        connector: PsycopgConnector,
        queue: str,
        stalled_after: float,
        every: timedelta,
    ) -> None:
        self._manager = manager
        self._connector = connector
        self._queue = queue
        self._stalled_after = stalled_after
        self._every = every.total_seconds()
        self.worker: Worker | None = None
        self._doing: set[int] = set()
        self._idle: set[int] = set()

    async def run(self) -> None:
        """Look, until cancelled."""
        while True:
            try:
                await self._rescue()
            except (ProcrastinateException, psycopg.Error) as error:
                logger.warning("nobody looked for the jobs of lost workers: %s", error)
            except Exception:
                logger.exception("looking for the jobs of lost workers fell over")
            await asyncio.sleep(self._every)

    async def under_way(
        self, carry_out: Callable[[], Awaitable[Any]], context: JobContext, worker: Worker
    ) -> Any:
        """procrastinate's middleware: carries out a job."""
        number = context.job.id
        assert number is not None  # noqa: S101  # it came out of the database
        self._doing.add(number)
        try:
            return await carry_out()
        finally:
            self._doing.discard(number)

    async def _rescue(self) -> None:
        async with self._connector.pool.connection() as connection, connection.transaction():
            cursor = await connection.execute(_ONE_RESCUER)
            if (await cursor.fetchone()) == (True,):
                await self._give_back(await self._stalled())
                await self._manager.prune_stalled_workers(self._stalled_after)
        await self._give_back(await self._forsaken())

    async def _stalled(self) -> Iterable[Job]:
        return await self._manager.get_stalled_jobs(
            queue=self._queue, seconds_since_heartbeat=self._stalled_after
        )

    async def _forsaken(self) -> list[Job]:
        """What was not under way here twice in a row: once, it may just begin or end."""
        if self.worker is None or self.worker.worker_id is None:
            return []
        found = await self._manager.list_jobs_async(
            queue=self._queue, status=Status.DOING.value, worker_id=self.worker.worker_id
        )
        idle = {job.id: job for job in found if job.id is not None and job.id not in self._doing}
        forsaken = [idle[id] for id in idle.keys() & self._idle]
        self._idle = set(idle)
        return forsaken

    async def _give_back(self, jobs: Iterable[Job]) -> None:
        for job in jobs:
            logger.warning("job %s lost its worker, and is run again", job.lock)
            try:
                await self._manager.retry_job(job, retry_at=datetime.now(UTC))
            except UniqueViolation:
                # It was asked for again meanwhile, or was about to rest: what waits stands for it.
                await self._manager.finish_job(job, Status.ABORTED, delete_job=True)
