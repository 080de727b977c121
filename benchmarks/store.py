"""Vigie's store beside plain TinyDB and sqlite3, in one run: `python benchmarks/store.py [--json]`.

The contestants take turns, round after round, so that a slow moment of the disk is everybody's;
each figure is the median of its rounds. Absolute figures are the machine's: the ratios are what is
claimed. A million documents take some minutes to load; `--docs 10000` is quick.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import TypeVar

import msgspec
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.contestants import (
    LOAD,
    PAGE,
    WATCHES,
    Mention,
    Plain,
    Sqlite,
    Vigie,
    id_of,
    mention,
)
from benchmarks.lag import latest
from bot.store.base import Find, Put
from bot.store.tiny import TinyStore

SIZES = (10_000, 100_000, 1_000_000)
PLAIN_UP_TO = 100_000
"""At a million, plain TinyDB takes half a minute an insert (and 5 GB)."""

ROUNDS = 300
PLAIN_ROUNDS = 5
BATCH = 100
BREATH = 0.001
"""Seconds between two looks at the loop."""

T = TypeVar("T")

Batch = list[tuple[str, Mention]]


class Row(msgspec.Struct, frozen=True):
    """One measured deed: milliseconds, or megabytes where `unit` says so."""

    what: str
    docs: int
    vigie: float
    tinydb: float | None
    sqlite: float | None
    unit: str = "ms"


class Contestants:
    """The three stores, filled with the same documents."""

    def __init__(self, vigie: Vigie, plain: Plain | None, sqlite: Sqlite, docs: int) -> None:
        self.vigie, self.plain, self.sqlite, self.docs = vigie, plain, sqlite, docs
        self._next = docs

    def fresh(self, count: int) -> Batch:
        """Documents that none of them has."""
        first, self._next = self._next, self._next + count
        return [(id_of(n), mention(n, self.docs)) for n in range(first, self._next)]


async def filled(folder: Path, docs: int) -> Contestants:
    vigie = await Vigie.open(folder / "vigie")
    sqlite = Sqlite(folder / "sqlite")
    plain = Plain(folder / "plain") if docs <= PLAIN_UP_TO else None
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"loading {docs:,} documents", total=docs)
        whole: Batch = []
        for first in range(0, docs, LOAD):
            last = min(first + LOAD, docs)
            batch = [(id_of(n), mention(n, docs)) for n in range(first, last)]
            await vigie.load(batch)
            sqlite.insert(batch)
            whole += batch if plain else []
            progress.update(task, completed=last)
    if plain:
        plain.insert(whole)
    return Contestants(vigie, plain, sqlite, docs)


async def measure(docs: int, folder: Path) -> list[Row]:
    """All rows of one size."""
    stores = await filled(folder, docs)
    rows: list[Row] = []
    with ThreadPoolExecutor(1) as thread:
        rows += await gets(stores)
        rows += await inserts(stores, thread)
    await stores.vigie.close()
    stores.sqlite.close()
    if stores.plain:
        stores.plain.close()
    return rows + resting(folder, docs, with_plain=stores.plain is not None)


async def gets(stores: Contestants) -> list[Row]:
    docs, plain = stores.docs, stores.plain
    numbers = [(n * 7919) % docs for n in range(20 * ROUNDS)]
    ids = [id_of(number) for number in numbers]
    ours = await timed_async(ids, stores.vigie.get)
    theirs = timed(ids, stores.sqlite.get)
    plains = timed(numbers[:PLAIN_ROUNDS], plain.get) if plain else None
    rows = [row("get by id", docs, ours, plains, theirs)]
    watches = [f"w{n % WATCHES}" for n in range(ROUNDS)]
    ours = await timed_async(watches, stores.vigie.newest)
    theirs = timed(watches, stores.sqlite.newest)
    plains = timed(watches[:PLAIN_ROUNDS], plain.newest) if plain else None
    return [*rows, row(f"find the {PAGE} newest of a watch", docs, ours, plains, theirs)]


async def inserts(stores: Contestants, thread: ThreadPoolExecutor) -> list[Row]:
    rows: list[Row] = []
    for count in (1, BATCH):
        rounds = ROUNDS if count == 1 else ROUNDS // 3
        blocking: list[list[float]] = [[], []]
        awaited: list[list[float]] = [[], []]
        loop = asyncio.get_running_loop()
        for _ in range(rounds):
            clocked(blocking[0], partial(stores.vigie.insert, stores.fresh(count)))
            clocked(blocking[1], partial(stores.sqlite.insert, stores.fresh(count)))
            await clocked_async(awaited[0], stores.vigie.commit(stores.fresh(count)))
            hop = loop.run_in_executor(thread, stores.sqlite.insert, stores.fresh(count))
            await clocked_async(awaited[1], hop)
        plains: list[float] | None = None
        if stores.plain:
            plains = [
                t
                for _ in range(PLAIN_ROUNDS)
                for t in timed([stores.fresh(count)], stores.plain.insert)
            ]
        name = f"insert {count}, durable"
        rows.append(row(f"{name} (blocking call)", stores.docs, blocking[0], plains, blocking[1]))
        rows.append(row(f"{name} (from async code)", stores.docs, awaited[0], plains, awaited[1]))
        if count == 1:
            tail = Row(
                f"{name} (from async code), p99",
                stores.docs,
                p99(awaited[0]),
                None,
                p99(awaited[1]),
            )
            rows.append(tail)
    return rows


def resting(folder: Path, docs: int, *, with_plain: bool) -> list[Row]:
    """Opening, and memory once opened and asked for a few documents, in processes of their own."""
    seen = {
        name: in_a_process(name, folder, docs)
        for name in ("vigie", "sqlite", *(["plain"] if with_plain else []))
    }
    plain = seen.get("plain")
    return [
        Row(
            "open",
            docs,
            seen["vigie"].open_ms,
            plain.open_ms if plain else None,
            seen["sqlite"].open_ms,
        ),
        Row(
            "memory, opened and asked",
            docs,
            seen["vigie"].rss_mb,
            plain.rss_mb if plain else None,
            seen["sqlite"].rss_mb,
            "MB",
        ),
    ]


class Rested(msgspec.Struct):
    """What a process of its own saw; `rss_mb` is its whole resident memory, Python's included."""

    open_ms: float
    rss_mb: float


def in_a_process(name: str, folder: Path, docs: int) -> Rested:
    command = [
        sys.executable,
        __file__,
        "--open",
        name,
        "--folder",
        str(folder),
        "--docs",
        str(docs),
    ]
    done = subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    return msgspec.json.decode(done.stdout, type=Rested)


async def opened(name: str, folder: Path, docs: int) -> Rested:
    """Open one of the stores and ask it for a hundred documents and a page."""
    begun = time.perf_counter()
    if name == "vigie":
        vigie = await Vigie.open(folder / "vigie")
        took = time.perf_counter() - begun
        for n in range(100):
            await vigie.get(id_of(n * 7919 % docs))
        await vigie.newest("w1")
        memory = resident()
        await vigie.close()
    else:
        store = Sqlite(folder / "sqlite") if name == "sqlite" else Plain(folder / "plain")
        store.newest("w1")  # plain TinyDB reads nothing before it is asked
        took = time.perf_counter() - begun
        if isinstance(store, Sqlite):
            for n in range(100):
                store.get(id_of(n * 7919 % docs))
        memory = resident()
        store.close()
    return Rested(took * 1000, memory)


def resident() -> float:
    """This process's resident memory in MB; where the system does not tell, its peak."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / 1e6 if sys.platform == "darwin" else peak / 1e3


async def loop_lag(docs: int, folder: Path) -> float:
    """The longest that the loop was late, in milliseconds, over the life of a store: loaded in
    batches, a burst of single commits, everything rewritten in one commit, and folded."""
    vigie = await Vigie.open(folder)
    store = vigie.store
    puts = [Put(table="mentions", id=id_of(n), document=mention(n, docs)) for n in range(docs)]
    gc.collect()
    gc.freeze()  # as `vigie run` does: what is there for good is not looked through again
    over = asyncio.Event()
    watching = asyncio.create_task(latest(over, BREATH))
    reading = asyncio.create_task(reads(store, over))
    for start in range(0, docs, LOAD):
        await store.commit(puts[start : start + LOAD])
    await asyncio.gather(*(store.commit([put]) for put in puts[:LOAD]))
    await store.commit(puts)
    over.set()
    await reading
    await vigie.close()
    return await watching


async def reads(store: TinyStore, over: asyncio.Event) -> None:
    while not over.is_set():
        await store.find(Find(table="mentions", equal={"watch": "w1"}, order="at", limit=PAGE))
        await asyncio.sleep(BREATH)


def clocked(times: list[float], deed: Callable[[], object]) -> None:
    begun = time.perf_counter()
    deed()
    times.append(time.perf_counter() - begun)


async def clocked_async(times: list[float], deed: Awaitable[object]) -> None:
    begun = time.perf_counter()
    await deed
    times.append(time.perf_counter() - begun)


def timed(cases: list[T], deed: Callable[[T], object]) -> list[float]:
    times: list[float] = []
    for case in cases:
        clocked(times, partial(deed, case))
    return times


async def timed_async(cases: list[T], deed: Callable[[T], Awaitable[object]]) -> list[float]:
    times: list[float] = []
    for case in cases:
        await clocked_async(times, deed(case))
    return times


def p99(times: list[float]) -> float:
    return quantiles(times, n=100)[-1] * 1000


def row(
    what: str, docs: int, ours: list[float], plain: list[float] | None, sqlite: list[float]
) -> Row:
    return Row(
        what,
        docs,
        median(ours) * 1000,
        median(plain) * 1000 if plain else None,
        median(sqlite) * 1000,
    )


def goals(rows: list[Row]) -> Iterator[tuple[str, bool]]:
    """What was aimed at, and whether it was reached."""
    found = {(one.what, one.docs): one for one in rows}
    blocking, awaited = "insert 1, durable (blocking call)", "insert 1, durable (from async code)"
    find = f"find the {PAGE} newest of a watch"
    for what, least in ((blocking, 3_000), (awaited, 3_000), ("get by id", 50_000), (find, 300)):
        one = found.get((what, 100_000))
        if one and one.tinydb:
            ratio = one.tinydb / one.vigie
            yield f"100,000 · {what}: {ratio:,.0f}× plain TinyDB (≥ {least:,}×)", ratio >= least
    limits = {
        ("open", 100_000): 500,
        ("memory, opened and asked", 100_000): 80,
        ("get by id", 1_000_000): 0.010,
        ("open", 1_000_000): 1000,
        ("memory, opened and asked", 1_000_000): 300,
    }
    for (what, docs), most in limits.items():
        if one := found.get((what, docs)):
            yield f"{docs:,} · {what}: {one.vigie:,.4g} {one.unit} (≤ {most:,})", one.vigie <= most
    small, large = found.get((awaited, 10_000)), found.get((awaited, 1_000_000))
    if small and large:
        growth = large.vigie / small.vigie
        yield f"insert at 1,000,000 takes {growth:.2f}× of that at 10,000 (≤ 1.5×)", growth <= 1.5
    for one in rows:
        compared = one.what.startswith(("insert", "get")) and "p99" not in one.what
        if one.sqlite and compared:
            ratio = one.sqlite / one.vigie
            yield f"{one.docs:,} · {one.what}: {ratio:.2f}× sqlite3 (≥ 1×)", ratio >= 1


def shown(rows: list[Row]) -> Table:
    table = Table(
        "what", "docs", "vigie", "tinydb", "sqlite3", "× tinydb", "× sqlite3", title="The store"
    )
    for one in rows:
        table.add_row(
            one.what,
            f"{one.docs:,}",
            _figure(one.vigie, one.unit),
            _figure(one.tinydb, one.unit),
            _figure(one.sqlite, one.unit),
            f"{one.tinydb / one.vigie:,.0f}×" if one.tinydb else "–",
            f"{one.sqlite / one.vigie:,.2f}×" if one.sqlite else "–",
        )
    return table


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return (
        f"{value:.1f} MB"
        if unit == "MB"
        else f"{value:.4f} ms"
        if value < 1
        else f"{value:,.1f} ms"
    )


NOTES = """\
“Blocking call” compares three calls that block; Vigie's goes through TinyDB's own API. “From async
code” is how Vigie commits: off the event loop, as is sqlite3 here, through one worker thread.
A get or a find decodes what it finds into a dict. Memory is the whole process, Python included."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Vigie's store beside plain TinyDB and sqlite3.")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--docs", type=int, nargs="+", default=list(SIZES), help="how many documents"
    )
    parser.add_argument("--open", choices=["vigie", "plain", "sqlite"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.open:
        seen = asyncio.run(opened(options.open, options.folder, options.docs[0]))
        print(msgspec.json.encode(seen).decode())
        return
    rows: list[Row] = []
    for docs in options.docs:
        with tempfile.TemporaryDirectory() as folder:
            rows += asyncio.run(measure(docs, Path(folder)))
    with tempfile.TemporaryDirectory() as folder:
        lag = asyncio.run(loop_lag(min(options.docs), Path(folder)))
    if options.json:
        print(msgspec.json.encode({"rows": rows, "max_loop_lag_ms": lag}).decode())
        return
    console = Console()
    console.print(shown(rows))
    console.print(NOTES, highlight=False)
    console.print(f"The event loop was late by at most {lag:.1f} ms.\n")
    for goal, met in goals(rows):
        console.print(f"{'[green]met[/]    ' if met else '[red]missed[/] '}{goal}", highlight=False)


if __name__ == "__main__":
    main()
