"""Jobs run in a real loop, with intervals of milliseconds; whoever waits, waits for an event."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta, tzinfo

import pytest

from bot.jobs.base import Jobs
from bot.jobs.embedded import EmbeddedJobs

INSTANT = timedelta(milliseconds=5)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NO_GRACE = timedelta(0)


class Tally:
    """A job's work that counts itself and can be waited for."""

    def __init__(self) -> None:
        self.runs = 0
        self._ran = asyncio.Condition()

    async def __call__(self) -> None:
        async with self._ran:
            self.runs += 1
            self._ran.notify_all()

    async def reaches(self, runs: int) -> None:
        async with asyncio.timeout(5), self._ran:
            await self._ran.wait_for(lambda: self.runs >= runs)

    async def runs_again(self) -> None:
        await self.reaches(self.runs + 1)


class WallClock:
    """A wall clock that a test can set, seen by APScheduler too."""

    def __init__(self) -> None:
        self.offset = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> WallClock:
    wall = WallClock()

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Shifted:
            return wall().astimezone(tz)  # type: ignore[return-value]

    for reader in ("schedulers", "executors"):
        monkeypatch.setattr(f"apscheduler.{reader}.base.datetime", Shifted)
    return wall


@pytest.fixture
async def jobs(clock: WallClock) -> AsyncIterator[EmbeddedJobs]:
    jobs = EmbeddedJobs(clock, check_every=INSTANT)
    await jobs.start()
    yield jobs
    await jobs.stop(NO_GRACE)


async def test_a_job_runs_at_once_and_again(jobs: Jobs) -> None:
    tally = Tally()
    jobs.every("poll", INSTANT, tally)
    await tally.reaches(3)


async def test_a_job_that_is_not_to_run_at_once_waits_an_interval(jobs: Jobs) -> None:
    soon, later = Tally(), Tally()
    jobs.every("later", HOUR, later, at_once=False)
    jobs.every("soon", INSTANT, soon)
    await soon.reaches(3)
    assert later.runs == 0


async def test_jitter_delays_a_run_by_no_more_than_itself(jobs: Jobs) -> None:
    tally = Tally()
    jobs.every("poll", INSTANT, tally, jitter=INSTANT)
    await tally.reaches(3)


def test_a_thousand_polls_after_a_restart_do_not_come_at_once() -> None:
    begun = datetime.now(UTC)
    jobs = EmbeddedJobs(lambda: begun)
    for number in range(1_000):
        jobs.every(f"poll {number}", 5 * MINUTE, Tally(), jitter=5 * MINUTE / 10)
    first = [job.next_run_time - begun for job in jobs._scheduler.get_jobs()]
    in_each_second = Counter(int(delay.total_seconds()) for delay in first)
    assert max(first) < MINUTE / 2
    assert max(in_each_second.values()) < 100


async def test_jobs_named_before_the_start_wait_for_it(clock: WallClock) -> None:
    jobs, tally = EmbeddedJobs(clock), Tally()
    jobs.every("poll", HOUR, tally)
    assert tally.runs == 0
    await jobs.start()
    await tally.reaches(1)
    await jobs.stop(NO_GRACE)


async def test_a_job_at_a_moment_runs_once(jobs: Jobs, clock: WallClock) -> None:
    past, soon, ticks = Tally(), Tally(), Tally()
    jobs.at("past", clock() - HOUR, past)
    jobs.at("soon", clock() + INSTANT, soon)
    await soon.reaches(1)
    jobs.every("ticks", INSTANT, ticks)
    await ticks.reaches(3)
    assert (past.runs, soon.runs) == (1, 1)


async def test_a_name_given_again_replaces_its_job(jobs: Jobs) -> None:
    old, new = Tally(), Tally()
    jobs.every("poll", HOUR, old, at_once=False)
    jobs.every("poll", INSTANT, new)
    await new.reaches(3)
    assert old.runs == 0


async def test_a_removed_job_runs_no_more(jobs: Jobs) -> None:
    removed, other = Tally(), Tally()
    jobs.every("removed", INSTANT, removed)
    await removed.reaches(1)
    jobs.remove("removed")
    runs = removed.runs
    jobs.every("other", INSTANT, other)
    await other.reaches(5)
    assert removed.runs <= runs + 1  # one may have been handed to the loop already
    jobs.remove("removed")


async def test_a_job_that_raises_is_logged_by_name_and_goes_on(
    jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    tally = Tally()

    async def fail() -> None:
        await tally()
        raise LookupError("no such feed")

    jobs.every("poll acme", INSTANT, fail)
    await tally.reaches(3)
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert errors
    assert {record.name for record in errors} == {"bot.jobs.embedded"}
    assert "poll acme" in errors[0].message
    assert errors[0].exc_info is not None


async def test_a_job_never_runs_beside_itself(jobs: Jobs, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="apscheduler.scheduler")
    ticks, running, most = Tally(), 0, 0

    async def slow() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await ticks.reaches(ticks.runs + 5)
        running -= 1

    jobs.every("ticks", INSTANT, ticks)
    jobs.every("slow", INSTANT, slow)
    await ticks.reaches(20)
    assert most == 1


async def test_a_job_missed_while_the_loop_was_busy_runs_late(jobs: Jobs, clock: WallClock) -> None:
    tally = Tally()
    jobs.at("digest", clock() + INSTANT, tally)
    clock.offset += timedelta(minutes=10)
    await tally.reaches(1)


@pytest.mark.parametrize("jump", [-HOUR, HOUR, timedelta(days=-365), timedelta(days=20_000)])
async def test_polling_goes_on_when_the_clock_is_set(
    jobs: Jobs, clock: WallClock, jump: timedelta
) -> None:
    tally = Tally()
    jobs.every("poll", timedelta(milliseconds=20), tally)
    await tally.reaches(2)
    clock.offset += jump
    await tally.reaches(tally.runs + 3)


async def test_a_moment_is_kept_by_the_clock_as_it_was_set(jobs: Jobs, clock: WallClock) -> None:
    tally, ticks = Tally(), Tally()
    jobs.at("digest", clock() + HOUR, tally)
    jobs.every("ticks", INSTANT, ticks)
    clock.offset -= HOUR
    await ticks.reaches(3)
    assert tally.runs == 0
    clock.offset += 2 * HOUR
    await tally.reaches(1)


async def test_stopping_waits_for_what_runs(clock: WallClock) -> None:
    jobs, begun, finish = EmbeddedJobs(clock), asyncio.Event(), asyncio.Event()
    finished = False

    async def work() -> None:
        nonlocal finished
        begun.set()
        await finish.wait()
        finished = True

    jobs.every("work", HOUR, work)
    await jobs.start()
    await begun.wait()
    stopping = asyncio.create_task(jobs.stop(HOUR))
    await asyncio.sleep(0)
    assert not stopping.done()
    finish.set()
    await stopping
    assert finished


async def test_stopping_cancels_what_outlasts_the_grace(
    clock: WallClock, caplog: pytest.LogCaptureFixture
) -> None:
    jobs, begun = EmbeddedJobs(clock), asyncio.Event()
    cleaned_up = False

    async def hang() -> None:
        nonlocal cleaned_up
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cleaned_up = True

    jobs.every("hang", HOUR, hang)
    await jobs.start()
    await begun.wait()
    await jobs.stop(INSTANT)
    assert cleaned_up
    assert "hang was cancelled" in caplog.text
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_job_that_swallows_its_cancelling_is_cancelled_again(clock: WallClock) -> None:
    jobs, begun, refused = EmbeddedJobs(clock, cancelling=INSTANT), asyncio.Event(), 0

    async def stubborn() -> None:
        nonlocal refused
        begun.set()
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                refused += 1
                if refused == 2:
                    raise

    jobs.every("stubborn", HOUR, stubborn)
    await jobs.start()
    await begun.wait()
    await jobs.stop(NO_GRACE)
    assert refused == 2
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_job_that_will_not_end_holds_up_no_stop(
    clock: WallClock, caplog: pytest.LogCaptureFixture
) -> None:
    jobs, begun, let_go = EmbeddedJobs(clock, cancelling=INSTANT), asyncio.Event(), asyncio.Event()

    async def deaf() -> None:
        begun.set()
        while not let_go.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await let_go.wait()

    jobs.every("deaf", HOUR, deaf)
    await jobs.start()
    await begun.wait()
    async with asyncio.timeout(5):
        await jobs.stop(NO_GRACE)
    assert "job deaf will not end" in caplog.text
    let_go.set()
    await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()})


async def test_a_job_that_never_ends_keeps_no_other_from_running(
    jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, logger="apscheduler.scheduler")
    tally, begun = Tally(), asyncio.Event()

    async def endless() -> None:
        begun.set()
        await asyncio.Event().wait()

    jobs.every("endless", INSTANT, endless)
    await begun.wait()
    jobs.every("poll", INSTANT, tally)
    await tally.reaches(5)


async def test_nothing_runs_after_the_stop(clock: WallClock) -> None:
    jobs, tally = EmbeddedJobs(clock, check_every=INSTANT), Tally()
    jobs.every("poll", INSTANT, tally)
    await jobs.start()
    await tally.reaches(1)
    await jobs.stop(HOUR)
    runs = tally.runs
    await asyncio.sleep(4 * INSTANT.total_seconds())
    assert tally.runs == runs
    await jobs.stop(HOUR)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda jobs, run: jobs.every("poll", NO_GRACE, run),
        lambda jobs, run: jobs.every("poll", INSTANT, run, jitter=-INSTANT),
        lambda jobs, run: jobs.at("poll", datetime(2026, 11, 24), run),  # noqa: DTZ001
    ],
)
async def test_what_cannot_be_scheduled_is_refused(
    jobs: Jobs, wrong: Callable[[Jobs, Tally], None]
) -> None:
    with pytest.raises(ValueError, match=r"interval|time zone"):
        wrong(jobs, Tally())
