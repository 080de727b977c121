"""What is special to jobs that several workers share, each of them in the test's own loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit

import psycopg
import pytest

from bot.errors import StoreBehind, StoreUnavailable
from bot.jobs.postgres import PostgresJobs, prepare
from tests.contract.test_contract_jobs import A_WHILE, HOUR, INSTANT, NO_GRACE, Gate, Tally
from tests.faults.jobs_load import quick

Connection = psycopg.AsyncConnection[tuple[object, ...]]


@pytest.fixture
async def url(postgres_schema: str) -> str:
    """The address of tables that are ready."""
    await prepare(postgres_schema)
    return postgres_schema


@pytest.fixture
async def beside(postgres_schema: str) -> AsyncIterator[Connection]:
    async with await psycopg.AsyncConnection.connect(
        postgres_schema, autocommit=True
    ) as connection:
        yield connection


@asynccontextmanager
async def at_work(*workers: PostgresJobs) -> AsyncIterator[None]:
    for jobs in workers:
        await jobs.start()
    try:
        yield
    finally:
        for jobs in workers:
            await jobs.stop(NO_GRACE)


async def one(connection: Connection, query: str) -> object:
    found = await (await connection.execute(query.encode())).fetchone()
    assert found is not None
    return found[0]


async def until(connection: Connection, query: str, expected: object) -> None:
    async with asyncio.timeout(20):
        while True:
            if await one(connection, query) == expected:
                return
            await asyncio.sleep(0.02)


async def test_of_two_workers_one_runs_a_slot(url: str) -> None:
    one, other, tally, ticks = quick(url), quick(url), Tally(), Tally()
    yesterday = datetime.now(UTC) - timedelta(days=1)
    for jobs in (one, other):
        jobs.every("poll", HOUR, tally)
        jobs.at("digest", yesterday, tally)
        jobs.every("ticks", INSTANT, ticks)
    async with at_work(one, other):
        await ticks.reaches(10)
    assert tally.runs == 2, "one poll and one digest"


async def test_two_workers_never_run_a_job_beside_itself(url: str) -> None:
    one, other, gate, ticks = quick(url), quick(url), Gate(), Tally()

    async def poll() -> None:
        await gate("")

    for jobs in (one, other):
        jobs.every("poll", INSTANT, poll)
        jobs.every("ticks", INSTANT, ticks)
    async with at_work(one, other):
        await gate.begun.reaches(1)
        await ticks.reaches(10)
        assert gate.begun.runs == 1
        gate.open.set()
        await gate.begun.reaches(6)
    assert gate.most == 1


async def test_deeds_spread_over_the_workers(url: str) -> None:
    one, other, gate = quick(url, concurrency=1), quick(url, concurrency=1), Gate()
    for jobs in (one, other):
        jobs.deed("deliver", gate)
    async with at_work(one, other):
        await one.enqueue("deliver", "C1")
        await one.enqueue("deliver", "C2")
        await gate.begun.reaches(2)
        gate.open.set()
        await gate.ended.reaches(2)


async def test_a_deed_asked_for_before_the_start_waits_for_it(url: str) -> None:
    jobs, tally = quick(url), Tally()
    jobs.deed("deliver", tally.note)
    await jobs.enqueue("deliver", "C1")
    async with at_work(jobs):
        await tally.reaches(1)


async def test_what_a_stopping_worker_cancels_another_runs(url: str) -> None:
    leaving, staying, gate, tally = quick(url), quick(url), Gate(), Tally()
    leaving.deed("deliver", gate)
    staying.deed("deliver", tally.note)
    await leaving.start()
    await leaving.enqueue("deliver", "C1")
    await gate.begun.reaches(1)
    await leaving.stop(NO_GRACE)
    assert gate.ended.runs == 0
    async with at_work(staying):
        await tally.reaches(1)
    assert tally.subjects == ["C1"]


@pytest.mark.parametrize("again", [False, True], ids=["", "asked for meanwhile"])
async def test_the_job_of_a_worker_that_fell_silent_runs_elsewhere_once(
    url: str, beside: Connection, again: bool
) -> None:
    jobs, tally = quick(url), Tally()
    jobs.deed("deliver", tally.note)
    await silent_worker(beside, "deed deliver C1")
    async with at_work(jobs):
        if again:
            await jobs.enqueue("deliver", "C1")
            await asyncio.sleep(A_WHILE.total_seconds())
            assert tally.runs == 0, "the silent worker may still be at it"
        await beside.execute("UPDATE procrastinate_workers SET last_heartbeat = '-infinity'")
        await tally.reaches(1)
        await until(beside, "SELECT count(*) FROM procrastinate_jobs", 0)
    assert tally.subjects == ["C1"]


async def silent_worker(beside: Connection, lock: str) -> None:
    """A worker in the middle of a deed, which says once that it lives."""
    await beside.execute(
        "WITH worker AS (INSERT INTO procrastinate_workers (last_heartbeat)"
        " VALUES (now() + interval '1 hour') RETURNING id)"
        " INSERT INTO procrastinate_jobs"
        " (queue_name, task_name, lock, queueing_lock, args, status, worker_id)"
        " SELECT 'vigie', 'vigie.deed', %(lock)s, %(lock)s,"
        """ '{"kind": "deliver", "subject": "C1"}', 'doing', id FROM worker""",
        {"lock": lock},
    )


async def test_a_job_whose_end_could_not_be_recorded_does_not_block_its_subject(
    url: str, beside: Connection
) -> None:
    jobs, tally = quick(url), Tally()
    jobs.deed("deliver", tally.note)
    async with at_work(jobs):
        await until(beside, "SELECT count(*) FROM procrastinate_workers", 1)
        await silent_worker(beside, "deed deliver C1")
        await beside.execute(
            "UPDATE procrastinate_jobs SET worker_id = (SELECT min(id) FROM procrastinate_workers)"
        )
        await jobs.enqueue("deliver", "C1")
        await tally.reaches(1)
        await until(beside, "SELECT count(*) FROM procrastinate_jobs", 0)


async def test_a_worker_that_was_taken_for_dead_begins_anew(url: str, beside: Connection) -> None:
    jobs, tally = quick(url), Tally()
    jobs.deed("deliver", tally.note)
    async with at_work(jobs):
        await until(beside, "SELECT count(*) FROM procrastinate_workers", 1)
        await beside.execute("DELETE FROM procrastinate_workers")
        await jobs.enqueue("deliver", "C1")
        await tally.reaches(1)
        await until(beside, "SELECT count(*) FROM procrastinate_jobs", 0)
    assert tally.subjects == ["C1"]


async def test_a_job_that_a_worker_does_not_know_is_left_to_another(
    url: str, beside: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    knows, asks, stranger, tally = quick(url), quick(url, concurrency=0), quick(url), Tally()
    for jobs in (knows, asks):
        jobs.deed("deliver", tally.note)
        jobs.every("poll", HOUR, tally)
    async with at_work(stranger, asks):
        await asks.enqueue("deliver", "C1")
        passed_on = "SELECT count(*) FROM procrastinate_jobs WHERE scheduled_at > now()"
        await until(beside, passed_on, 2)
    assert "deliver C1 is not known to this worker" in caplog.text
    assert "poll is not known to this worker" in caplog.text
    await beside.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL")
    async with at_work(knows):
        await tally.reaches(2)
    assert sorted(tally.subjects) == ["", "C1"]


async def test_a_job_that_nobody_knows_is_given_up_in_the_end(
    url: str, beside: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    asks, stranger, tally = quick(url, concurrency=0), quick(url), Tally()
    asks.deed("deliver", tally.note)
    async with at_work(asks):
        await asks.enqueue("deliver", "C1")
    await beside.execute("""UPDATE procrastinate_jobs SET args = args || '{"tries": 30}'""")
    async with at_work(stranger):
        await until(beside, "SELECT count(*) FROM procrastinate_jobs", 0)
    assert "deliver C1 is known to no worker" in caplog.text


async def test_a_job_that_failed_is_kept_for_three_days(url: str, beside: Connection) -> None:
    jobs, tally, later = quick(url), Tally(), quick(url)

    async def fail(subject: str) -> None:
        await tally.note(subject)
        raise LookupError(subject)

    failed = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'"
    jobs.deed("deliver", fail)
    async with at_work(jobs):
        await jobs.enqueue("deliver", "C1")
        await until(beside, failed, 1)
    await beside.execute("UPDATE procrastinate_events SET at = at - interval '73 hours'")
    await beside.execute("DELETE FROM procrastinate_periodic_defers")
    async with at_work(later):
        await until(beside, failed, 0)


async def test_who_takes_the_lock_for_taken_in_french_is_well_too(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """procrastinate reads the detail of the server's message, which may be in any language."""
    jobs, tally = quick(url, concurrency=0), Tally()
    blind = SimpleNamespace(search=lambda *_: None)
    monkeypatch.setattr("procrastinate.sync_psycopg_connector.re", blind)
    jobs.deed("deliver", tally.note)
    async with at_work(jobs):
        await jobs.enqueue("deliver", "C1")
        await jobs.enqueue("deliver", "C1")


async def test_jobs_go_on_when_the_database_was_away(
    postgres_url: str, postgres_server: str, caplog: pytest.LogCaptureFixture
) -> None:
    await prepare(postgres_url)
    jobs, polls, deeds = quick(postgres_url), Tally(), Tally()
    jobs.every("poll", A_WHILE, polls)
    jobs.deed("deliver", deeds.note)
    name = urlsplit(postgres_url).path[1:]
    async with (
        await psycopg.AsyncConnection.connect(postgres_server, autocommit=True) as server,
        at_work(jobs),
    ):
        await polls.reaches(2)
        await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        await server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
        with pytest.raises(StoreUnavailable):
            await jobs.enqueue("deliver", "C1")
        await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
        await polls.reaches(polls.runs + 2)
        await jobs.enqueue("deliver", "C1")
        await deeds.reaches(1)
    assert not [r for r in caplog.records if "fell over" in r.message]


async def test_connections_that_die_are_replaced_and_no_job_is_lost(postgres_url: str) -> None:
    await prepare(postgres_url)
    jobs, gate = quick(postgres_url), Gate()
    jobs.deed("deliver", gate)
    async with (
        await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as beside,
        at_work(jobs),
    ):
        await jobs.enqueue("deliver", "C1")
        await gate.begun.reaches(1)
        await beside.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'vigie jobs' AND datname = current_database()"
        )
        gate.open.set()
        await gate.ended.reaches(1)
        await jobs.enqueue("deliver", "C2")
        await gate.ended.reaches(2)
        await until(beside, "SELECT count(*) FROM procrastinate_jobs", 0)


async def test_tables_that_are_not_there_are_told_with_what_to_do(postgres_schema: str) -> None:
    with pytest.raises(StoreBehind, match="vigie migrate"):
        await PostgresJobs(postgres_schema).start()


async def test_a_database_that_cannot_be_reached_is_told_without_its_password() -> None:
    with pytest.raises(StoreUnavailable) as told:
        await PostgresJobs("postgresql://vigie:hush@127.0.0.1:1/vigie").start()
    assert "hush" not in str(told.value)


async def test_a_stop_before_the_start_is_well(url: str) -> None:
    jobs = PostgresJobs(url, cancelling=timedelta(0))
    await jobs.stop(NO_GRACE)


async def test_a_stop_right_after_the_start_is_well(url: str) -> None:
    for _ in range(5):
        jobs, tally = quick(url), Tally()
        jobs.every("poll", INSTANT, tally)
        await jobs.start()
        async with asyncio.timeout(10):
            await jobs.stop(HOUR)
