"""The jobs that wait in PostgreSQL: put there, put off, taken back, through procrastinate."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any, TypeVar

import psycopg
from procrastinate import PsycopgConnector, exceptions
from procrastinate.jobs import Job
from procrastinate.manager import JobManager

from bot.jobs.postgres_schema import CONNECT_TIMEOUT, unavailable

logger = logging.getLogger(__name__)

QUEUE = "vigie"

LOST_AFTER = 30
"""Seconds after which a database that vanished is given up."""

_PATIENCE = 5.0
"""Seconds to wait for a connection."""

_CONNECTIONS = 5
_TRY_AGAIN = 0.5
_LONGEST_ID = 128
_KEPT_HOURS = 72
"""How long jobs that failed can be looked into."""

T = TypeVar("T")


class Queue:
    """What waits, over procrastinate's `manager`.

    Of jobs with the same queueing lock one waits at most. Where the database cannot be reached,
    `put` and `tick` raise StoreUnavailable; what is called while a job runs keeps trying, until
    the worker gives that job up.
    """

    def __init__(self, manager: JobManager) -> None:
        self._manager = manager

    async def put(self, job: Job) -> None:
        """Have it wait, unless one like it does."""
        await _told(self._put(job))

    async def tick(self, job: Job, name: str, slot: int) -> None:
        """Have it wait, unless one like it does, or did for this slot of `name`, put there by any
        worker."""
        id = name if len(name) <= _LONGEST_ID else sha256(name.encode()).hexdigest()
        deferred = self._manager.defer_periodic_job(job, periodic_id=id, defer_timestamp=slot)
        await _told(_unless_waiting(deferred))

    async def pass_on(self, job: Job) -> None:
        """Have it wait as `put` does, whatever it takes."""
        await _persistently(lambda: self._put(job))

    async def rest(self, job: Job) -> None:
        """Have it wait in the place of any like it, whatever it takes.

        To be called while its lock is held, so that what waits does not begin between the steps.
        """
        await _persistently(lambda: self._replace(job))

    async def clear_away(self) -> None:
        """Forget the jobs that failed, or were given up, some days ago, whatever it takes."""
        await _persistently(
            lambda: self._manager.delete_old_jobs(
                nb_hours=_KEPT_HOURS,
                queue=QUEUE,
                include_failed=True,
                include_cancelled=True,
                include_aborted=True,
            )
        )

    async def _put(self, job: Job) -> bool:
        return await _unless_waiting(self._manager.defer_job_async(job))

    async def _replace(self, job: Job) -> None:
        while not await self._put(job):
            for waiting in await self._manager.list_jobs_async(
                queueing_lock=job.queueing_lock, status="todo"
            ):
                if waiting.id is not None:
                    await self._manager.cancel_job_by_id_async(waiting.id, delete_job=True)


def connector(url: str) -> PsycopgConnector:
    """Connections for procrastinate, which are not opened yet."""
    return PsycopgConnector(
        conninfo=url,
        min_size=1,
        max_size=_CONNECTIONS,
        name="vigie-jobs",
        timeout=_PATIENCE,
        reconnect_timeout=_PATIENCE,
        configure=_configure,
        kwargs={
            "application_name": "vigie jobs",
            "connect_timeout": CONNECT_TIMEOUT,
            "keepalives_idle": LOST_AFTER,
            "tcp_user_timeout": LOST_AFTER * 1000,
        },
    )


async def _configure(connection: psycopg.AsyncConnection[Any]) -> None:
    await connection.set_autocommit(True)
    # Jobs come in bursts of which the planner does not know yet. It would then sort all that wait
    # to find the first (67 ms where 1,000 do), though an index has them in order (0.5 ms).
    await connection.execute("SET enable_sort = off")


async def _unless_waiting(deferred: Awaitable[object]) -> bool:
    """False where procrastinate found a job of the same queueing lock that waits."""
    try:
        await deferred
    except exceptions.AlreadyEnqueued:
        return False
    except AssertionError as error:
        # procrastinate reads the lock out of a sentence, which it asserts to be English.
        if not isinstance(error.__context__, psycopg.errors.UniqueViolation):
            raise
        return False
    return True


async def _told(call: Awaitable[T]) -> T:
    """What the call returns. Raises StoreUnavailable in the place of procrastinate's errors."""
    try:
        return await call
    except exceptions.ProcrastinateException as fault:
        raise unavailable(fault) from fault


async def _persistently(attempt: Callable[[], Awaitable[object]]) -> None:
    while True:
        try:
            await attempt()
        except exceptions.ConnectorException as fault:
            logger.warning("a job waits for the database: %s", unavailable(fault))
            await asyncio.sleep(_TRY_AGAIN)
        else:
            return
