"""Jobs in the process's own event loop, on APScheduler 3.

APScheduler reckons by the wall clock: set back by an hour, it would run nothing for that hour, and
set forward by a year it would count through every run it missed. So the trigger here never counts,
and every few seconds (of the loop's own clock, which nobody sets) each job is looked at: none may
be due later than its interval from now.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from random import SystemRandom

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.date import DateTrigger

from bot.jobs.base import IN_LINE, NO_TIME, Deed, Run
from bot.jobs.cancelling import cancel
from bot.jobs.deeds import Deeds
from bot.jobs.lines import Line
from bot.jobs.turnstile import Turnstile

logger = logging.getLogger(__name__)

_NO_LINE = "default"
"""APScheduler's name for the executor that runs what it is given at once."""

_SLEW = timedelta(seconds=1)
"""A clock corrected by less than this is let be: it delays a job by no more."""


def wall_clock() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


class EmbeddedJobs:
    """`Jobs` for one process. Construct it anywhere; `start` it in the loop that runs the jobs.

    `clock` (aware) must be the clock that `datetime.now` reads, which is APScheduler's; a jump of
    it is noticed within `check_every`. A job that is cancelled at the stop gets `cancelling` to
    clean up, and twice more where it swallowed that.
    """

    def __init__(
        self,
        clock: Callable[[], datetime] = wall_clock,
        *,
        check_every: timedelta = timedelta(seconds=5),
        cancelling: timedelta = timedelta(seconds=1),
    ) -> None:
        self._clock = clock
        self._check_every = check_every
        self._cancelling = cancelling
        self._running: set[asyncio.Task[None]] = set()
        self._checking: asyncio.Task[None] | None = None
        self._turnstile = Turnstile()
        self._lines: dict[str, Line] = {}
        self._deeds = Deeds(self._running.add, self._running.discard)
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

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
        """See `Jobs`."""
        trigger = _Every(interval, jitter)
        first = self._clock() + (NO_TIME if at_once else interval) + after + trigger.delay()
        self._add(name, run, trigger, first, self._executor_of(line))

    def at(self, name: str, when: datetime, run: Run) -> None:
        """See `Jobs`."""
        if when.tzinfo is None:
            raise ValueError(f"the moment of {name} has no time zone")
        self._add(name, run, DateTrigger(when), when, _NO_LINE)

    def deed(self, kind: str, run: Deed) -> None:
        """See `Jobs`."""
        self._deeds.name(kind, run)

    async def enqueue(self, kind: str, subject: str) -> None:
        """See `Jobs`; asked for after the stop, it is not done."""
        self._deeds.ask(kind, subject)

    def remove(self, name: str) -> None:
        """See `Jobs`."""
        self._leave_line(name)
        try:
            self._scheduler.remove_job(name)
        except JobLookupError:
            return

    async def start(self) -> None:
        """Begin; may be called once."""
        self._scheduler.start()
        self._deeds.start()
        self._checking = asyncio.create_task(self._keep_checking(), name="jobs-clock")

    async def stop(self, grace: timedelta) -> None:
        """See `Jobs`. Not started, or stopped already, is well."""
        if self._checking is None:
            return
        checking, self._checking = self._checking, None
        checking.cancel()
        self._scheduler.pause()
        for line in self._lines.values():
            line.close()
        self._deeds.stop()
        await asyncio.sleep(0)  # a run handed to the loop this instant shows itself
        if self._running:
            await asyncio.wait(self._running, timeout=grace.total_seconds())
        await cancel(self._running, self._cancelling)
        await asyncio.gather(checking, return_exceptions=True)
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # APScheduler shuts down in the loop's next turn

    def _add(
        self, name: str, run: Run, trigger: BaseTrigger, first: datetime, executor: str
    ) -> None:
        self._leave_line(name)  # as what its name does is another thing now
        self._scheduler.add_job(
            partial(self._run, name, run),
            trigger,
            id=name,
            name=name,
            next_run_time=first,
            replace_existing=True,
            executor=executor,
        )

    def _executor_of(self, line: str) -> str:
        """APScheduler's name for what runs the jobs of a line."""
        if not line:
            return _NO_LINE
        if line not in self._lines:
            self._lines[line] = Line(IN_LINE, self._turnstile)
            self._scheduler.add_executor(self._lines[line], _alias(line))
        return _alias(line)

    def _leave_line(self, name: str) -> None:
        for line in self._lines.values():
            line.leave(name)

    async def _run(self, name: str, run: Run) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # APScheduler runs coroutines as tasks
        task.set_name(name)
        self._running.add(task)
        try:
            await run()
        except asyncio.CancelledError:
            # Not raised again: above is APScheduler alone, which would log it as a failure.
            logger.warning("job %s was cancelled before its end", name)
        except Exception:
            logger.exception("job %s failed", name)
        finally:
            self._running.discard(task)

    async def _keep_checking(self) -> None:
        steady = asyncio.get_running_loop().time
        seen, at = self._clock(), steady()
        while True:
            await asyncio.sleep(self._check_every.total_seconds())
            passed = timedelta(seconds=steady() - at)
            if self._clock() - seen < passed - _SLEW:  # there may be thousands to look at
                self._pull_in()
            seen, at = self._clock(), steady()
            self._scheduler.wakeup()  # its timer does not know of a clock set forward

    def _pull_in(self) -> None:
        now = self._clock()
        for job in self._scheduler.get_jobs():
            trigger = job.trigger
            if isinstance(trigger, _Every) and job.next_run_time > now + trigger.longest + _SLEW:
                logger.warning("the clock was set back; job %s goes on", job.id)
                job.modify(next_run_time=now + trigger.delay())


def _alias(line: str) -> str:
    return f"line {line}"


class _Every(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Fires an interval after it last did; after a gap, an interval after now."""

    def __init__(self, interval: timedelta, jitter: timedelta) -> None:
        if interval <= NO_TIME or jitter < NO_TIME:
            raise ValueError("an interval must be positive, and its jitter not negative")
        self._interval = interval
        self._jitter = jitter

    @property
    def longest(self) -> timedelta:
        return self._interval + self._jitter

    def delay(self) -> timedelta:
        return self._jitter * SystemRandom().random()

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """APScheduler's question; it asks again until the answer lies after `now`."""
        due = (previous or now) + self._interval
        return (due if due > now else now + self._interval) + self.delay()
