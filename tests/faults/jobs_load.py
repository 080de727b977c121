"""A worker of the jobs' fault test, as a process of its own: `python jobs_load.py URL SEED`.

Its deed has one effect a subject, guarded by the subject's name, and dawdles before and after it.
"""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from datetime import timedelta

from psycopg_pool import AsyncConnectionPool

from bot.jobs.postgres import PostgresJobs

KIND = "deliver"

TABLES = """
CREATE TABLE runs (subject text NOT NULL);
CREATE TABLE guards (subject text PRIMARY KEY);
CREATE TABLE effects (subject text NOT NULL);
"""

EFFECT = """
WITH guarded AS (
    INSERT INTO guards VALUES (%(subject)s) ON CONFLICT DO NOTHING RETURNING subject
), ran AS (
    INSERT INTO runs VALUES (%(subject)s)
)
INSERT INTO effects SELECT subject FROM guarded
"""


def quick(url: str, concurrency: int = 10) -> PostgresJobs:
    """Jobs that notice within a second that a worker is gone."""
    return PostgresJobs(
        url,
        concurrency=concurrency,
        heartbeat=timedelta(milliseconds=200),
        stalled_after=timedelta(seconds=1),
        rescue_every=timedelta(milliseconds=300),
    )


async def work(url: str, seed: int) -> None:
    """Do deeds until SIGTERM; says on standard output that it began."""
    chance, stop, jobs = random.Random(seed), asyncio.Event(), quick(url)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with AsyncConnectionPool(url, min_size=1, max_size=4, open=False) as pool:

        async def deliver(subject: str) -> None:
            await asyncio.sleep(chance.random() / 50)
            async with pool.connection() as connection:
                await connection.execute(EFFECT, {"subject": subject})
            await asyncio.sleep(chance.random() / 50)

        jobs.deed(KIND, deliver)
        await jobs.start()
        print("begun", flush=True)  # noqa: T201  # whoever started it waits for this
        await stop.wait()
        await jobs.stop(timedelta(seconds=5))


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], int(sys.argv[2])))
