"""One suite for every kind of jobs: what a service may rely on, whichever stands behind."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.jobs.base import IN_LINE, Jobs
from bot.jobs.embedded import EmbeddedJobs
from bot.jobs.postgres import PostgresJobs, prepare

INSTANT = timedelta(milliseconds=20)
A_WHILE = timedelta(milliseconds=300)
HOUR = timedelta(hours=1)
NO_GRACE = timedelta(0)
DEADLINE = 15
"""Seconds; the machine is shared."""


class Tally:
    """Work that notes whom it was done on, and can be waited for."""

    def __init__(self) -> None:
        self.subjects: list[str] = []
        self._noted = asyncio.Condition()

    async def __call__(self) -> None:
        await self.note("")

    async def note(self, subject: str) -> None:
        async with self._noted:
            self.subjects.append(subject)
            self._noted.notify_all()

    @property
    def runs(self) -> int:
        return len(self.subjects)

    async def reaches(self, runs: int) -> None:
        async with asyncio.timeout(DEADLINE), self._noted:
            await self._noted.wait_for(lambda: self.runs >= runs)


class Gate:
    """A deed that begins, waits to be let go, and counts how many are within it."""

    def __init__(self, rest: timedelta | None = None) -> None:
        self.begun = Tally()
        self.ended = Tally()
        self.inside = 0
        self.most = 0
        self.rests: list[timedelta | None] = [rest]
        self.open = asyncio.Event()

    async def __call__(self, subject: str) -> timedelta | None:
        self.inside += 1
        self.most = max(self.most, self.inside)
        try:
            await self.begun.note(subject)
            await self.open.wait()
        finally:
            self.inside -= 1
        await self.ended.note(subject)
        return self.rests.pop(0) if self.rests else None


@pytest.fixture(params=["embedded", "postgres"])
async def fresh(request: pytest.FixtureRequest) -> Callable[[], Jobs]:
    """Makes jobs that are not started."""
    if request.param == "embedded":
        return lambda: EmbeddedJobs(cancelling=INSTANT)
    url: str = request.getfixturevalue("postgres_schema")
    await prepare(url)
    return lambda: PostgresJobs(url, cancelling=INSTANT)


@pytest.fixture
async def jobs(fresh: Callable[[], Jobs]) -> AsyncIterator[Jobs]:
    """Jobs whose deeds a test names, and which it starts."""
    jobs = fresh()
    yield jobs
    await jobs.stop(NO_GRACE)


async def test_a_job_runs_at_once_and_again(jobs: Jobs) -> None:
    tally = Tally()
    await jobs.start()
    jobs.every("poll", INSTANT, tally)
    await tally.reaches(3)


async def test_a_job_that_is_not_to_run_at_once_waits_an_interval(jobs: Jobs) -> None:
    soon, later = Tally(), Tally()
    await jobs.start()
    jobs.every("later", HOUR, later, at_once=False)
    jobs.every("soon", INSTANT, soon, jitter=INSTANT)
    await soon.reaches(3)
    assert later.runs == 0


async def test_jobs_named_before_the_start_wait_for_it(jobs: Jobs) -> None:
    tally = Tally()
    jobs.every("poll", HOUR, tally)
    jobs.at("once", datetime.now(UTC), tally)
    await asyncio.sleep(0)
    assert tally.runs == 0
    await jobs.start()
    await tally.reaches(2)


async def test_a_job_at_a_moment_runs_once(jobs: Jobs) -> None:
    past, soon, later, ticks = Tally(), Tally(), Tally(), Tally()
    await jobs.start()
    jobs.at("past", datetime.now(UTC) - HOUR, past)
    jobs.at("soon", datetime.now(UTC) + A_WHILE, soon)
    jobs.at("later", datetime.now(UTC) + HOUR, later)
    await past.reaches(1)
    assert soon.runs == 0
    await soon.reaches(1)
    jobs.every("ticks", INSTANT, ticks)
    await ticks.reaches(3)
    assert (past.runs, soon.runs, later.runs) == (1, 1, 0)


async def test_a_name_given_again_replaces_its_job(jobs: Jobs) -> None:
    old, new = Tally(), Tally()
    await jobs.start()
    jobs.every("poll", HOUR, old, at_once=False)
    jobs.every("poll", INSTANT, new)
    await new.reaches(3)
    assert old.runs == 0


async def test_a_removed_job_runs_no_more(jobs: Jobs) -> None:
    removed, other = Tally(), Tally()
    await jobs.start()
    jobs.every("removed", INSTANT, removed)
    await removed.reaches(1)
    jobs.remove("removed")
    runs = removed.runs
    jobs.every("other", INSTANT, other)
    await other.reaches(5)
    assert removed.runs <= runs + 1, "one may have begun already"
    jobs.remove("removed")


async def test_a_job_never_runs_beside_itself(jobs: Jobs, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="apscheduler.scheduler")
    ticks, slow, gate = Tally(), Tally(), Gate()

    async def run() -> None:
        await slow()
        await gate("")

    await jobs.start()
    jobs.every("slow", INSTANT, run)
    jobs.every("ticks", INSTANT, ticks)
    await slow.reaches(1)
    await ticks.reaches(ticks.runs + 10)
    assert slow.runs == 1
    gate.open.set()
    await slow.reaches(3)
    assert gate.most == 1


async def test_of_a_line_so_many_run_at_a_time_and_the_others_after_them(jobs: Jobs) -> None:
    gate, polls = Gate(), [f"poll {number}" for number in range(IN_LINE + 20)]
    await jobs.start()
    for name in polls:
        jobs.every(name, HOUR, partial(gate, name), line="a place")
    await gate.begun.reaches(1)
    gate.open.set()
    await gate.ended.reaches(len(polls))
    assert gate.most <= IN_LINE
    assert sorted(gate.ended.subjects) == sorted(polls)


async def test_a_job_that_raises_is_logged_by_name_and_goes_on(
    jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    tally = Tally()

    async def fail() -> None:
        await tally()
        raise LookupError("no such feed")

    await jobs.start()
    jobs.every("poll acme", INSTANT, fail)
    await tally.reaches(3)
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert errors
    assert "poll acme" in errors[0].message
    assert errors[0].exc_info is not None
    assert isinstance(errors[0].exc_info[1], LookupError)


async def test_a_deed_is_done_on_each_subject_that_is_asked_for(jobs: Jobs) -> None:
    greeted, parted = Tally(), Tally()
    jobs.deed("greet", greeted.note)
    jobs.deed("part", parted.note)
    await jobs.start()
    await jobs.enqueue("greet", "Camille")
    await jobs.enqueue("greet", "Sam")
    await jobs.enqueue("part", "Sam")
    await greeted.reaches(2)
    await parted.reaches(1)
    assert sorted(greeted.subjects) == ["Camille", "Sam"]
    assert parted.subjects == ["Sam"]


async def test_subjects_do_not_wait_for_each_other(jobs: Jobs) -> None:
    gate = Gate()
    jobs.deed("deliver", gate)
    await jobs.start()
    for subject in ("C1", "C2", "C3"):
        await jobs.enqueue("deliver", subject)
    await gate.begun.reaches(3)
    assert gate.most == 3
    gate.open.set()
    await gate.ended.reaches(3)


async def test_a_deed_asked_for_while_it_runs_is_done_once_more_however_often(jobs: Jobs) -> None:
    gate, other = Gate(), Tally()
    jobs.deed("deliver", gate)
    jobs.deed("other", other.note)
    await jobs.start()
    await jobs.enqueue("deliver", "C1")
    await gate.begun.reaches(1)
    for _ in range(5):
        await jobs.enqueue("deliver", "C1")
    await jobs.enqueue("other", "C1")
    await other.reaches(1)
    assert gate.begun.runs == 1
    gate.open.set()
    await gate.ended.reaches(2)
    await quiet(jobs)
    assert (gate.ended.runs, gate.most) == (2, 1)


async def test_a_deed_asked_for_after_it_was_done_is_done_again(jobs: Jobs) -> None:
    tally = Tally()
    jobs.deed("deliver", tally.note)
    await jobs.start()
    for run in range(1, 4):
        await jobs.enqueue("deliver", "C1")
        await tally.reaches(run)


async def test_a_deed_that_rests_goes_on_by_itself(jobs: Jobs) -> None:
    gate, loop = Gate(rest=A_WHILE), asyncio.get_running_loop()
    gate.open.set()
    jobs.deed("deliver", gate)
    await jobs.start()
    await jobs.enqueue("deliver", "C1")
    await gate.ended.reaches(1)
    began = loop.time()
    await gate.begun.reaches(2)
    assert loop.time() - began >= A_WHILE.total_seconds() - 0.05
    await quiet(jobs)
    assert gate.ended.runs == 2


async def test_a_rest_is_neither_cut_short_nor_doubled_by_who_asks_meanwhile(jobs: Jobs) -> None:
    gate, loop = Gate(rest=3 * A_WHILE), asyncio.get_running_loop()
    jobs.deed("deliver", gate)
    await jobs.start()
    await jobs.enqueue("deliver", "C1")
    await gate.begun.reaches(1)
    await jobs.enqueue("deliver", "C1")
    gate.open.set()
    await gate.ended.reaches(1)
    began = loop.time()
    while loop.time() < began + A_WHILE.total_seconds():
        await jobs.enqueue("deliver", "C1")
        await asyncio.sleep(INSTANT.total_seconds())
    await gate.begun.reaches(2)
    assert loop.time() - began >= 3 * A_WHILE.total_seconds() - 0.05
    await quiet(jobs)
    assert gate.ended.runs == 2


async def test_a_deed_that_raises_is_logged_and_done_when_it_is_asked_for_again(
    jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    tally = Tally()

    async def fail(subject: str) -> None:
        await tally.note(subject)
        raise LookupError("no such lane")

    jobs.deed("deliver", fail)
    await jobs.start()
    await jobs.enqueue("deliver", "C1")
    await tally.reaches(1)
    await quiet(jobs)
    assert tally.runs == 1
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "deliver" in errors[0].message
    assert "C1" in errors[0].message
    await jobs.enqueue("deliver", "C1")
    await tally.reaches(2)


async def test_stopping_waits_for_what_runs_and_begins_nothing(jobs: Jobs) -> None:
    gate, tally = Gate(), Tally()
    jobs.deed("deliver", gate)
    await jobs.start()
    jobs.every("poll", INSTANT, tally)
    await tally.reaches(1)
    await jobs.enqueue("deliver", "C1")
    await gate.begun.reaches(1)
    stopping = asyncio.create_task(jobs.stop(HOUR))
    await asyncio.sleep(A_WHILE.total_seconds())
    runs = tally.runs
    await asyncio.sleep(A_WHILE.total_seconds())
    assert not stopping.done()
    gate.open.set()
    await stopping
    assert gate.ended.runs == 1
    assert tally.runs == runs
    await jobs.stop(HOUR)


async def test_stopping_cancels_what_outlasts_the_grace(
    jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    gate = Gate()
    jobs.deed("deliver", gate)
    await jobs.start()
    await jobs.enqueue("deliver", "C1")
    await gate.begun.reaches(1)
    async with asyncio.timeout(DEADLINE):
        await jobs.stop(INSTANT)
    assert (gate.inside, gate.ended.runs) == (0, 0)
    assert "deliver C1 was cancelled" in caplog.text
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_job_that_will_not_end_holds_up_no_stop(
    jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    begun, let_go = Tally(), asyncio.Event()

    async def deaf() -> None:
        await begun()
        while not let_go.is_set():
            try:
                await let_go.wait()
            except asyncio.CancelledError:
                continue

    await jobs.start()
    jobs.every("deaf", HOUR, deaf)
    await begun.reaches(1)
    async with asyncio.timeout(DEADLINE):
        await jobs.stop(NO_GRACE)
    assert "job deaf will not end" in caplog.text
    let_go.set()
    async with asyncio.timeout(DEADLINE):
        await asyncio.wait(asyncio.all_tasks() - {current()})


async def test_nothing_is_left_running_after_the_stop(jobs: Jobs) -> None:
    before, tally = asyncio.all_tasks(), Tally()
    jobs.deed("deliver", tally.note)
    await jobs.start()
    await jobs.enqueue("deliver", "C1")
    await tally.reaches(1)
    await jobs.stop(HOUR)
    await jobs.enqueue("deliver", "C2")
    left = asyncio.all_tasks() - before
    assert not left or not (await asyncio.wait(left, timeout=DEADLINE))[1]
    assert tally.subjects == ["C1"]


async def test_what_makes_no_sense_is_refused(jobs: Jobs) -> None:
    tally = Tally()
    jobs.deed("deliver", tally.note)
    with pytest.raises(ValueError, match="named already"):
        jobs.deed("deliver", tally.note)
    with pytest.raises(ValueError, match="no deed 'guess'"):
        await jobs.enqueue("guess", "C1")
    with pytest.raises(ValueError, match="interval"):
        jobs.every("poll", NO_GRACE, tally)
    with pytest.raises(ValueError, match="jitter"):
        jobs.every("poll", INSTANT, tally, jitter=-INSTANT)
    with pytest.raises(ValueError, match="time zone"):
        jobs.at("poll", datetime(2026, 11, 24), tally)  # noqa: DTZ001


async def quiet(jobs: Jobs) -> None:
    """Until what was asked for before, and may wrongly wait, would have run."""
    ticks = Tally()
    jobs.every("quiet", A_WHILE, ticks)
    await ticks.reaches(4)
    jobs.remove("quiet")


def current() -> asyncio.Task[object]:
    task = asyncio.current_task()
    assert task is not None
    return task
