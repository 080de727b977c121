"""One of two workers is killed at any moment: every job is done all the same, and once."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import psycopg
import pytest

from bot.jobs.postgres import prepare
from tests.faults import jobs_load
from tests.faults.jobs_load import KIND, TABLES, quick

JOBS = 1_000
ROUNDS = 20 if os.environ.get("VIGIE_EVERY_KILL") else 2
DEADLINE = 60
"""Seconds in which the jobs of a killed worker are to run elsewhere."""


@asynccontextmanager
async def worker(url: str, seed: int) -> AsyncIterator[Process]:
    """A process that does deeds while the block runs, unless it is killed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, jobs_load.__file__, url, str(seed), stdout=PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"begun\n"
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def ask(url: str) -> None:
    """Have a deed done on each of a thousand subjects."""
    asking = quick(url, concurrency=0)
    asking.deed(KIND, _nobody)
    await asking.start()
    for number in range(JOBS):
        await asking.enqueue(KIND, f"C{number}")
    await asking.stop(timedelta(0))


async def _nobody(subject: str) -> None:
    raise AssertionError(f"who only asks was given {subject}")


async def number(url: str, query: str) -> int:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        found = await (await connection.execute(query.encode())).fetchone()
    assert found is not None
    return int(found[0])


async def until(url: str, query: str, least: int) -> None:
    """Until the query tells at least so much."""
    async with asyncio.timeout(DEADLINE):
        while True:
            if await number(url, query) >= least:
                return
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_no_job_is_lost_and_none_takes_effect_twice(postgres_schema: str, seed: int) -> None:
    url = postgres_schema
    await prepare(url)
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute(TABLES.encode())
    async with worker(url, seed) as doomed, worker(url, -seed):
        asking = asyncio.create_task(ask(url))
        await until(url, "SELECT count(*) FROM effects", random.Random(seed).randrange(1, JOBS))
        doomed.kill()
        await asking
        await until(url, "SELECT -count(*) FROM procrastinate_jobs", 0)
    assert await number(url, "SELECT count(*) FROM effects") == JOBS, "none was lost"
    assert await number(url, "SELECT count(DISTINCT subject) FROM effects") == JOBS
    again = await number(url, "SELECT count(*) FROM runs") - JOBS
    print(f"{JOBS} jobs, 1 kill, 0 lost, {again} run again, 0 effective twice")  # noqa: T201
