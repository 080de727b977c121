"""Jobs that several workers share, on procrastinate and the PostgreSQL of the store.

Whoever is free takes the next job; a lock of the job's own keeps it from running beside itself on
any worker, and another from waiting twice. Each worker tells of every slot of a repeated job, and
the database takes one tick a name and slot. A worker says every few seconds that it lives; the
jobs of one that fell silent are given to the others.

Effects are **at least once**: a worker that is killed between an effect and the record that the
job is done has its job run again elsewhere, and one that stands still for longer than
`stalled_after` may wake up beside its successor. What must happen once is to be guarded in the
store, as the outbox guards a delivery with its version.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import psycopg
from procrastinate import App, exceptions
from procrastinate.jobs import DeleteJobCondition, Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from procrastinate.worker import Worker
from psycopg_pool import PoolTimeout

from bot.jobs.base import NO_TIME, Deed, Run
from bot.jobs.cancelling import cancel
from bot.jobs.postgres_queue import LOST_AFTER, QUEUE, Queue, connector
from bot.jobs.postgres_rescue import Rescuer
from bot.jobs.postgres_schema import check_prepared, prepare, unavailable
from bot.jobs.ticks import Every, Once, Rhythm, Ticker
from bot.jobs.turnstile import Turnstile

__all__ = ["PostgresJobs", "prepare"]

logger = logging.getLogger(__name__)

CONCURRENCY = 20
"""Jobs that one worker runs at once: they wait for sources and for Slack."""

_LOOK = 0.5
"""Seconds between two looks for jobs that nobody told of: those that are due after a rest, and
those that waited for another of their lock."""

_GIVEN_UP = 10.0
"""Seconds that running jobs get where the database was lost."""

_ELSEWHERE = timedelta(seconds=10)
"""The rest of a job that this worker does not know: another may."""

_TRIES = 30
"""How often it is passed on before it is given up: 5 minutes."""

_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.5, 5.0
"""Seconds before a worker that broke off begins again."""

T = TypeVar("T")


class PostgresJobs:
    """`Jobs` of all workers whose `url` names the same database and schema.

    All are expected to name the same jobs. One that a worker does not know is passed on, and
    given up after five minutes. A repeated job's tick that falls due while the job runs, on
    whichever worker, waits for its end: one, however many there were. A moment (`at`) is kept in
    memory until it comes; then the job runs once over all workers that named it.

    `concurrency` is how many jobs this worker runs at once; with 0 it only asks. It says every
    `heartbeat` that it lives, and looks every `rescue_every` for jobs of those who have not for
    `stalled_after`: they run elsewhere within the sum of the two. A job that is cancelled at the
    stop is given back, so that another worker runs it; it gets `cancelling` to clean up, and twice
    more where it swallowed that.
    """

    def __init__(
        self,
        url: str,
        *,
        concurrency: int = CONCURRENCY,
        heartbeat: timedelta = timedelta(seconds=10),
        stalled_after: timedelta = timedelta(seconds=30),
        rescue_every: timedelta = timedelta(seconds=10),
        cancelling: timedelta = timedelta(seconds=1),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._url = url
        self._concurrency = concurrency
        self._heartbeat = heartbeat.total_seconds()
        self._stalled_after = stalled_after.total_seconds()
        self._cancelling = cancelling
        self._clock = clock
        self._runs: dict[str, Run] = {}
        self._removed: set[str] = set()
        self._deeds: dict[str, Deed] = {}
        self._early: list[tuple[str, str]] = []
        self._turnstile = Turnstile()
        self._ticker = Ticker(self._tell, clock)
        self._connector = connector(url)
        self._app = App(connector=self._connector)
        task = partial(self._app.task, queue=QUEUE, retry=_GivenBack())
        self._tick = task(name="vigie.tick")(self._ran)
        self._deed = task(name="vigie.deed")(self._done)
        self._rescuer = Rescuer(
            self._app.job_manager, self._connector, QUEUE, self._stalled_after, rescue_every
        )
        self._queue = Queue(self._app.job_manager)
        self._worker: Worker | None = None
        self._open = False
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()

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
        """See `Jobs`. The first run comes now, or an interval from now, unless another worker has
        run it in this slot of time. A worker runs fewer at a time than a line may."""
        if interval <= NO_TIME or jitter < NO_TIME:
            raise ValueError("an interval must be positive, and its jitter not negative")
        rhythm = Every(name, interval.total_seconds(), jitter.total_seconds())
        first = self._clock() + (0.0 if at_once else rhythm.interval) + rhythm.delay()
        first += after.total_seconds()
        self._name(name, partial(self._in_turn, run) if line else run, rhythm, first)

    def at(self, name: str, when: datetime, run: Run) -> None:
        """See `Jobs`; once for a name and moment, whatever is started again."""
        if when.tzinfo is None:
            raise ValueError(f"the moment of {name} has no time zone")
        moment = when.timestamp()
        self._name(name, run, Once(moment), moment)

    def deed(self, kind: str, run: Deed) -> None:
        """See `Jobs`."""
        if kind in self._deeds:
            raise ValueError(f"the deed {kind!r} is named already")
        self._deeds[kind] = run

    async def enqueue(self, kind: str, subject: str) -> None:
        """See `Jobs`; asked for after the stop, it is not done. Raises StoreUnavailable where the
        database cannot be reached."""
        if kind not in self._deeds:
            raise ValueError(f"there is no deed {kind!r}; {', '.join(self._deeds)} are named")
        if self._open:
            await self._queue.put(self._deed_job(kind, subject))
        elif not self._stopping.is_set():
            self._early.append((kind, subject))

    def remove(self, name: str) -> None:
        """See `Jobs`; of this worker."""
        self._ticker.remove(name)
        if self._runs.pop(name, None) is not None:
            self._removed.add(name)

    async def start(self) -> None:
        """Begin; may be called once. Raises StoreBehind where `prepare` was not done, and
        StoreUnavailable where the database cannot be reached."""
        await check_prepared(self._url)
        try:
            await self._connector.open_async()
        except PoolTimeout as fault:
            raise unavailable(fault) from None
        self._open = True
        while self._early:
            await self.enqueue(*self._early.pop())
        self.every("clear away old jobs", timedelta(hours=1), self._queue.clear_away)
        self._tasks = [
            asyncio.create_task(self._keep_working(), name="jobs-worker"),
            asyncio.create_task(self._ticker.run(), name="jobs-ticker"),
            asyncio.create_task(self._rescuer.run(), name="jobs-rescuer"),
        ]

    async def stop(self, grace: timedelta) -> None:
        """See `Jobs`. Not started, or stopped already, is well."""
        if not self._open:
            return
        self._stopping.set()
        working, *others = self._tasks
        if self._worker is not None:
            self._worker.shutdown_graceful_timeout = grace.total_seconds()
            self._worker.stop()  # type: ignore[no-untyped-call]
        # More than once where need be: on Python 3.11 psycopg may lose a cancellation, in wait_for.
        await cancel(others, self._cancelling)
        await working
        self._open = False
        await self._connector.close_async()

    def _name(self, name: str, run: Run, rhythm: Rhythm, first: float) -> None:
        self._runs[name] = run
        self._removed.discard(name)
        self._ticker.put(name, rhythm, first)

    async def _in_turn(self, run: Run) -> None:
        await self._turnstile.passed()
        await run()

    async def _tell(self, name: str, slot: int) -> None:
        """Have the job run for this slot, unless a worker has, or one run waits already."""
        await self._queue.tick(self._tick_job(name, slot), name, slot)

    def _tick_job(self, name: str, slot: int, tries: int = 0) -> Job:
        lock = f"job {name}"
        return self._tick.configure(lock=lock, queueing_lock=lock).make_new_job(
            name=name, timestamp=slot, tries=tries
        )

    def _deed_job(self, kind: str, subject: str, tries: int = 0) -> Job:
        lock = f"deed {kind} {subject}"
        return self._deed.configure(lock=lock, queueing_lock=lock).make_new_job(
            kind=kind, subject=subject, tries=tries
        )

    async def _ran(self, name: str, timestamp: int, tries: int = 0) -> None:
        """procrastinate's task of a tick."""
        if name in self._removed:
            return
        if (run := self._runs.get(name)) is None:
            await self._pass_on(name, tries, self._tick_job(name, timestamp, tries + 1))
            return
        await self._carried_out(name, run())

    async def _done(self, kind: str, subject: str, tries: int = 0) -> None:
        """procrastinate's task of a deed."""
        name = f"{kind} {subject}"
        if (run := self._deeds.get(kind)) is None:
            await self._pass_on(name, tries, self._deed_job(kind, subject, tries + 1))
            return
        rest = await self._carried_out(name, run(subject))
        if rest is not None:
            resting = self._deed_job(kind, subject).evolve(scheduled_at=self._now() + rest)
            await self._queue.rest(resting)

    async def _carried_out(self, name: str, work: Awaitable[T]) -> T | None:
        """What the work returns; None where it cancelled itself."""
        task = asyncio.create_task(_coroutine(work), name=name)
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            logger.warning("job %s was cancelled before its end", name)
            await cancel([task], self._cancelling)
            if task.done() and not task.cancelled():
                task.exception()
            raise
        if task.cancelled():
            logger.warning("job %s was cancelled before its end", name)
            return None
        return task.result()

    async def _pass_on(self, name: str, tries: int, job: Job) -> None:
        """Leave a job that this worker does not know to another: their configurations differ."""
        if tries >= _TRIES:
            logger.error("job %s is known to no worker, and was given up", name)
            return
        logger.warning("job %s is not known to this worker, and was passed on", name)
        await self._queue.pass_on(job.evolve(scheduled_at=self._now() + _ELSEWHERE))

    async def _keep_working(self) -> None:
        """A worker, and another where that one lost the database, until the stop."""
        pause = _SHORTEST_PAUSE
        while not self._stopping.is_set():
            self._worker = self._new_worker()
            self._rescuer.worker = self._worker
            began = self._clock()
            try:
                await self._worker.run()  # type: ignore[no-untyped-call]
            except (exceptions.ProcrastinateException, psycopg.Error) as error:
                logger.warning("the jobs wait for the database: %s", unavailable(error))
            except Exception:
                logger.exception("the worker of the jobs fell over, and begins again")
            lasted = self._clock() - began > LOST_AFTER
            pause = _SHORTEST_PAUSE if lasted else min(2 * pause, _LONGEST_PAUSE)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stopping.wait()

    def _new_worker(self) -> Worker:
        return Worker(
            self._app,
            queues=[QUEUE],
            name=QUEUE,
            concurrency=self._concurrency,
            fetch_job_polling_interval=_LOOK,
            shutdown_graceful_timeout=_GIVEN_UP,
            delete_jobs=DeleteJobCondition.SUCCESSFUL,
            install_signal_handlers=False,
            update_heartbeat_interval=self._heartbeat,
            stalled_worker_timeout=self._stalled_after,
            worker_middleware=[self._rescuer.under_way],
        )

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)


class _GivenBack(BaseRetryStrategy):
    """A job that is cancelled, as happens where its worker stops, is run by another at once."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, asyncio.CancelledError):
            return RetryDecision(retry_in={"seconds": 0})
        return None


def _coroutine(work: Awaitable[T]) -> Coroutine[Any, Any, T]:
    async def awaited() -> T:
        return await work

    return awaited()
