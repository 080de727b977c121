"""The store beside plain TinyDB, in one run: `python benchmarks/store.py [--json]`.

Absolute figures are the machine's; the ratios are what is claimed. Plain TinyDB syncs its file at
each insert too, so both columns are of durable inserts. The longest that the event loop was held up
is measured beside a reader, while commits of every size are made.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

import msgspec
from rich.console import Console
from rich.table import Table
from tinydb import TinyDB, where

from bot.store.base import Find, Index, Put, TableSpec
from bot.store.tiny import TinyStore

TABLES = (TableSpec("mentions", (Index(("watch",), "at"),)),)
PLAIN_ROUNDS = 5
ROUNDS = 200
WATCHES = 100
PAGE = 50
BURST = 500
BREATH = 0.001
"""Seconds between two looks at the loop."""


class Line(msgspec.Struct, frozen=True):
    """One measured deed; times in milliseconds, the median of its rounds."""

    what: str
    docs: int
    vigie: float
    tinydb: float

    @property
    def ratio(self) -> float:
        return self.tinydb / self.vigie


def mention(number: int) -> dict[str, str | int]:
    """A document of about 600 bytes."""
    return {
        "watch": f"w{number % WATCHES}",
        "at": f"2026-{number // 2_000_000 % 12 + 1:02}-24T{number // 3600 % 24:02}:"
        f"{number // 60 % 60:02}:{number % 60:02}Z",
        "author": f"@someone{number % 997}@social.example",
        "text": f"n° {number} — " + "livraison en retard, personne ne répond ! " * 10,
        "likes": number % 50,
    }


async def measure(docs: int, folder: Path) -> list[Line]:
    """Insert, get and find among `docs` documents, in both."""
    documents = [mention(number) for number in range(docs)]
    plain = TinyDB(folder / "plain.json")
    plain.table("mentions").insert_multiple(documents)
    store = await TinyStore.open(folder / "vigie", TABLES)
    for start in range(0, docs, 500):
        batch = enumerate(documents[start : start + 500], start)
        await store.commit(
            [Put(table="mentions", id=str(number), document=document) for number, document in batch]
        )
    try:
        return [
            Line(what, docs, await timed(ours, ROUNDS), timed_plain(theirs, PLAIN_ROUNDS))
            for what, ours, theirs in deeds(store, plain, docs)
        ]
    finally:
        await store.close()
        plain.close()


async def loop_lag(docs: int, folder: Path) -> float:
    """The longest that the loop was late, in milliseconds, over the life of a store: loaded in
    batches, a burst of single commits, everything rewritten in one commit (and compacted)."""
    store = await TinyStore.open(folder, TABLES)
    puts = [Put(table="mentions", id=str(n), document=mention(n)) for n in range(docs)]
    over = asyncio.Event()
    watching = asyncio.create_task(latest(over))
    reading = asyncio.create_task(reads(store, over))
    for start in range(0, docs, BURST):
        await store.commit(puts[start : start + BURST])
    await asyncio.gather(*(store.commit([put]) for put in puts[:BURST]))
    await store.commit(puts)
    over.set()
    await reading
    await store.close()
    return await watching


async def latest(over: asyncio.Event) -> float:
    longest = 0.0
    while not over.is_set():
        begun = time.perf_counter()
        await asyncio.sleep(BREATH)
        longest = max(longest, time.perf_counter() - begun - BREATH)
    return longest * 1000


async def reads(store: TinyStore, over: asyncio.Event) -> None:
    while not over.is_set():
        await store.find(Find(table="mentions", equal={"watch": "w1"}, order="at", limit=PAGE))
        await asyncio.sleep(BREATH)


def deeds(
    store: TinyStore, plain: TinyDB, docs: int
) -> list[tuple[str, Callable[[int], Awaitable[object]], Callable[[int], object]]]:
    """Name, Vigie's way, plain TinyDB's way; each is handed the number of its round."""
    table = plain.table("mentions")

    def put(number: int) -> Put:
        return Put(table="mentions", id=f"new{number}", document=mention(docs + number))

    def newest(number: int) -> Find:
        watch = {"watch": f"w{number % WATCHES}"}
        return Find(table="mentions", equal=watch, order="at", newest_first=True, limit=PAGE)

    def plain_newest(number: int) -> object:
        found = table.search(where("watch") == f"w{number % WATCHES}")
        return sorted(found, key=lambda document: str(document["at"]), reverse=True)[:PAGE]

    return [
        (
            "insert 1, durable",
            lambda number: store.commit([put(number)]),
            lambda number: table.insert(mention(docs + number)),
        ),
        (
            "get by id",
            lambda number: store.get("mentions", str(number)),
            lambda number: table.get(doc_id=number + 1),
        ),
        (f"find {PAGE} newest", lambda number: store.find(newest(number)), plain_newest),
    ]


async def timed(deed: Callable[[int], Awaitable[object]], rounds: int) -> float:
    times = []
    for number in range(rounds):
        begun = time.perf_counter()
        await deed(number)
        times.append(time.perf_counter() - begun)
    return median(times) * 1000


def timed_plain(deed: Callable[[int], object], rounds: int) -> float:
    times = []
    for number in range(rounds):
        begun = time.perf_counter()
        deed(number)
        times.append(time.perf_counter() - begun)
    return median(times) * 1000


def shown(lines: list[Line]) -> Table:
    table = Table("what", "docs", "vigie (ms)", "tinydb (ms)", "ratio", title="The store")
    for line in lines:
        table.add_row(
            line.what,
            f"{line.docs:,}",
            f"{line.vigie:.4f}",
            f"{line.tinydb:.2f}",
            f"{line.ratio:,.0f}×",
        )
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description="The store beside plain TinyDB.")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--docs", type=int, nargs="+", default=[1_000, 10_000])
    options = parser.parse_args()
    lines: list[Line] = []
    lag = 0.0
    for docs in options.docs:
        with tempfile.TemporaryDirectory() as folder:
            lines += asyncio.run(measure(docs, Path(folder)))
            lag = max(lag, asyncio.run(loop_lag(docs, Path(folder) / "lag")))
    if options.json:
        rows = [{**msgspec.structs.asdict(line), "ratio": line.ratio} for line in lines]
        print(msgspec.json.encode({"rows": rows, "max_loop_lag_ms": lag}).decode())
    else:
        Console().print(shown(lines))
        Console().print(f"The event loop was late by at most {lag:.1f} ms.")


if __name__ == "__main__":
    main()
