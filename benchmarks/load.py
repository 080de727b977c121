"""Vigie under load: `python benchmarks/load.py [--watches N] [--mentions N] [--posts N]
[--commands N] [--seconds N] [--warm N] [--every N] [--json]`.

`vigie run` as a process of its own, over a folder that was filled beforehand, between a workspace
and places on loopback, which are processes too. So many posts a second are written, of which the
watches want a part, and people ask so many things a second; how long each waits is measured where
they are, in the workspace, once each pair was polled (`--warm`, one interval unless it is said), as
what Vigie knows of a watch is read at its first poll. In the end all that was written must be read
and kept.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import msgspec
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import load_places, load_workspace
from benchmarks.load_bot import FAILED, Memory, Metrics, Vigie, lag_between, slope
from benchmarks.load_filling import filled
from benchmarks.load_plan import STREAM, Plan
from bot.domain.identity import id_of_mention
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore

HERE = Path(__file__).parent
LOOK = 5.0
"""Seconds between two looks at the process's memory."""

WAYS = {"home": "App Home opened", "claim": "clicks"}
"""How is asked what is not typed."""

T = TypeVar("T")


class Waits(msgspec.Struct, frozen=True):
    """How long somebody waited, in milliseconds, `count` times."""

    count: int
    p50: float
    p95: float
    p99: float
    max: float


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What a run came to. Memory in MB (`held` and `rss` as in `Memory`, by seconds of the load),
    times in seconds but for those of `Waits`. `written`, `read`, `mentions`, `lost` and `messages`
    are of all of it, the rest of what came after `warm`."""

    plan: Plan
    cores: int
    ready_after: float
    held_ready: float
    rss_ready: float
    acks: Waits
    answers: Waits
    acks_by_way: dict[str, Waits]
    acks_by_kind: dict[str, Waits]
    answers_by_kind: dict[str, Waits]
    asked: int
    unacknowledged: int
    unanswered: int
    written: int
    read: float
    polls: float
    failed_polls: float
    read_after: Waits
    backlog: int
    waited_for_the_rest: float
    mentions: int
    lost: int
    messages: int
    outbox: float
    lag_p99_ms: float
    lag_max_ms: float
    held: list[tuple[float, float]]
    rss: list[tuple[float, float]]
    slope_mb_an_hour: float
    cpu_of_a_core: float
    cpu_workspace: float
    cpu_places: float
    stopped_after: float


class Child:
    """A process that is told words and answers in lines of JSON."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def say(self, *lines: bytes) -> None:
        assert self._process.stdin is not None  # noqa: S101  # it was asked for
        self._process.stdin.write(b"".join(line + b"\n" for line in lines))
        await self._process.stdin.drain()

    async def hear(self, kind: type[T]) -> T:
        assert self._process.stdout is not None  # noqa: S101  # it was asked for
        return msgspec.json.decode(await self._process.stdout.readline(), type=kind)


@contextlib.asynccontextmanager
async def child(module: str, *lines: bytes) -> AsyncIterator[Child]:
    """A process of the load, which is told some lines at once."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(HERE / f"{module}.py")), stdin=PIPE, stdout=PIPE, limit=2**26
    )
    made = Child(process)
    try:
        await made.say(*lines)
        yield made
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.wait()


async def loaded(
    plan: Plan,
    cache: Path,
    folder: Path,
    told: Callable[[str, float], None],
    trace: Path | None = None,
) -> Result:
    """Run a load whose data are made in `folder`; `told` hears what is done, and how much (0 to
    1) of it. What has grown in the second half is written to `trace`."""
    filling = 0

    def advance(count: int) -> None:
        nonlocal filling
        filling += count
        told("filling", filling / max(1, plan.mentions))

    known = await filled(plan, cache, folder / "data", advance)
    size = msgspec.json.encode(plan)
    async with (
        child("load_places", size) as places,
        child("load_workspace", size, msgspec.json.encode(known)) as workspace,
    ):
        addresses = await places.hear(dict[str, str])
        slack = await workspace.hear(dict[str, str])
        operate = f"127.0.0.1:{_free_port()}"
        config = folder / "config.toml"
        text = plan.config(str(folder / "data"), slack["api"], addresses, operate)
        config.write_text(text, encoding="utf-8")
        vigie = Vigie(config, slack, operate, folder / "log.txt", trace)
        try:
            run = Run(plan, vigie, places, workspace, told)
            result = await run.made()
        finally:
            stopped = await vigie.stop()
    lost = await _lost(plan, folder / "data", result.written)
    return msgspec.structs.replace(result, lost=lost, stopped_after=stopped)


class Run:
    """A load from the start of the bot to the last post read."""

    def __init__(
        self,
        plan: Plan,
        vigie: Vigie,
        places: Child,
        workspace: Child,
        told: Callable[[str, float], None],
    ) -> None:
        self._plan = plan
        self._vigie = vigie
        self._places = places
        self._workspace = workspace
        self._told = told
        self._memory: list[tuple[float, Memory]] = []
        self._began = 0.0

    async def made(self) -> Result:
        vigie, plan = self._vigie, self._plan
        began = time.monotonic()
        await vigie.start()
        await self._workspace.say(b"wait")
        await self._workspace.hear(str)
        ready_after, at_first = time.monotonic() - began, vigie.memory()
        at_go = await vigie.metrics()
        await self._places.say(b"go")
        await self._workspace.say(b"go")
        await self._watch("warming", plan.warm)
        await self._places.say(b"count")
        await self._workspace.say(b"count")
        before, cpu = await vigie.metrics(), vigie.cpu()
        await self._watch("load", plan.seconds)
        used = (vigie.cpu() - cpu) / plan.seconds
        after = await vigie.metrics()
        shown = await self._tell(self._places, load_places.Told)
        busy = await self._tell(self._workspace, load_workspace.Told)
        waited, settled = await self._rest(at_go)
        asked = await self._tell(self._workspace, load_workspace.Told)
        last = await self._tell(self._places, load_places.Told)
        lag, acks, answers = lag_between(before, after), _all(asked.acks), _all(asked.answers)
        held = [(at, round(memory.held, 1)) for at, memory in self._memory]
        return Result(
            plan=plan,
            cores=len(os.sched_getaffinity(0)),
            ready_after=ready_after,
            held_ready=at_first.held,
            rss_ready=at_first.resident,
            acks=_waits(acks),
            answers=_waits(answers),
            acks_by_way={way: _waits(some) for way, some in _by_way(asked.acks).items() if some},
            acks_by_kind={kind: _waits(some) for kind, some in asked.acks.items() if some},
            answers_by_kind={kind: _waits(some) for kind, some in asked.answers.items() if some},
            asked=sum(asked.asked.values()),
            unacknowledged=asked.unacknowledged,
            unanswered=sum(asked.asked.values()) - asked.asked.get("home", 0) - len(answers),
            written=shown.written,
            read=settled.of("vigie_posts_total") - at_go.of("vigie_posts_total"),
            polls=after.of("vigie_polls_total") - before.of("vigie_polls_total"),
            failed_polls=settled.of(FAILED) - before.of(FAILED),
            read_after=_waits(last.waits),
            backlog=shown.to_show - shown.shown,
            waited_for_the_rest=waited,
            mentions=last.mentions,
            lost=0,
            messages=asked.messages,
            outbox=settled.of("vigie_outbox_waiting"),
            lag_p99_ms=lag.p99_ms,
            lag_max_ms=lag.max_ms,
            held=held,
            rss=[(at, round(memory.resident, 1)) for at, memory in self._memory],
            slope_mb_an_hour=slope([p for p in held if p[0] >= plan.warm]),
            cpu_of_a_core=used,
            cpu_workspace=busy.cpu / plan.lasts,
            cpu_places=shown.cpu / plan.lasts,
            stopped_after=0.0,
        )

    async def _watch(self, what: str, seconds: float) -> None:
        """Look at the memory for so long, and have Vigie note what it holds in the end."""
        began = time.monotonic()
        self._began = self._began or began
        while (passed := time.monotonic() - began) < seconds:
            if not self._vigie.is_running:
                raise RuntimeError("vigie run ended: see its log")
            at = round(time.monotonic() - self._began, 1)
            self._memory.append((at, self._vigie.memory()))
            self._told(what, passed / seconds)
            await asyncio.sleep(min(LOOK, seconds - passed))
        self._vigie.note_memory()

    async def _rest(self, before: Metrics) -> tuple[float, Metrics]:
        """Wait until all mentions are kept, for four rounds of polls at most; how long that was."""
        began, most = time.monotonic(), 4 * self._plan.every + 60
        while True:
            told = await self._tell(self._places, load_places.Told)
            now = await self._vigie.metrics()
            kept = now.of("vigie_mentions_total") - before.of("vigie_mentions_total")
            passed = time.monotonic() - began
            if kept >= told.mentions or passed > most:
                return passed, now
            self._told("the rest", passed / most)
            await asyncio.sleep(1)

    async def _tell(self, of: Child, kind: type[T]) -> T:
        await of.say(b"tell")
        return await of.hear(kind)


async def _lost(plan: Plan, data: Path, written: int) -> int:
    """How many of the posts that are mentions are not in the store."""
    records = Records(await TinyStore.open(data, TABLES))
    lost = 0
    for number in range(written):
        post = plan.post(number)
        if post.is_mention and post.watch is not None:
            id = id_of_mention(f"Brand {post.watch}", post.place, _id_of(number, post.place))
            lost += await records.mentions.get(id) is None
    await records.close()
    return lost


def _id_of(number: int, place: str) -> str:
    did = f"did:plc:{number % 997:024d}"
    return f"at://{did}/app.bsky.feed.post/3load{number}" if place == STREAM else str(number)


def _all(by_kind: dict[str, list[float]]) -> list[float]:
    return [one for some in by_kind.values() for one in some]


def _by_way(by_kind: dict[str, list[float]]) -> dict[str, list[float]]:
    """How long each waited, by the way on which it was asked."""
    ways = dict[str, list[float]]()
    for kind, some in by_kind.items():
        ways.setdefault(WAYS.get(kind, "slash commands"), []).extend(some)
    return ways


def _waits(seconds: list[float]) -> Waits:
    ordered = sorted(seconds)

    def at(share: float) -> float:
        place = min(len(ordered) - 1, int(share * len(ordered)))
        return round(1000 * ordered[place], 1) if ordered else 0.0

    return Waits(len(ordered), at(0.5), at(0.95), at(0.99), at(1.0))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def shown(found: Result) -> Table:
    """What it came to, as people read it."""
    plan = found.plan
    title = (
        f"{plan.watches:,} watches, {plan.mentions:,} mentions, {plan.posts:g} posts/s and "
        f"{plan.commands:g} commands/s for {plan.seconds:g} s, after {plan.warm:g} s of the same"
    )
    table = Table("what", "figure", title=title)
    for what, figure in (
        (
            "from the start to Slack's hello",
            f"{found.ready_after:.1f} s, {found.held_ready:.0f} MB",
        ),
        ("acks", _line(found.acks)),
        *((f"  {way}", _line(waits)) for way, waits in found.acks_by_way.items()),
        ("answers", _line(found.answers)),
        *((f"  {kind}", _line(waits)) for kind, waits in found.answers_by_kind.items()),
        (
            "asked, not acknowledged, not answered",
            f"{found.asked:,}, {found.unacknowledged:,}, {found.unanswered:,}",
        ),
        ("written, of it mentions", f"{found.written:,}, {found.mentions:,}"),
        ("polls, failed", f"{found.polls:,.0f}, {found.failed_polls:,.0f}"),
        ("found posts read after", _line(found.read_after)),
        ("not read yet as the load ended", f"{found.backlog:,}"),
        ("all of it kept after", f"{found.waited_for_the_rest:.0f} s more"),
        ("lost, or not kept yet by then", f"{found.lost:,}"),
        ("messages in Slack, waiting", f"{found.messages:,}, {found.outbox:,.0f}"),
        ("event loop late by", f"p99 ≤ {found.lag_p99_ms:.0f} ms, max ≤ {found.lag_max_ms:.0f} ms"),
        ("memory, each minute", _mbs(found.held)),
        ("  with pages of files", _mbs(found.rss)),
        (
            "  grows, once warm, by",
            f"{found.slope_mb_an_hour:+.0f} MB an hour, "
            f"{found.slope_mb_an_hour / plan.pace:+.0f} an hour of traffic",
        ),
        (
            "of a core: Vigie, workspace, places",
            f"{found.cpu_of_a_core:.0%}, {found.cpu_workspace:.0%}, {found.cpu_places:.0%}",
        ),
        ("stopped after", f"{found.stopped_after:.1f} s"),
    ):
        table.add_row(what, figure)
    table.caption = f"{found.cores} cores, of which the load itself takes its part"
    return table


def _line(waits: Waits) -> str:
    return (
        f"p50 {waits.p50:,.0f} · p95 {waits.p95:,.0f} · p99 {waits.p99:,.0f} · "
        f"max {waits.max:,.0f} ms ({waits.count:,})"
    )


def _mbs(points: list[tuple[float, float]]) -> str:
    every = max(1, round(60 / LOOK))
    return ", ".join(f"{mb:.0f}" for _, mb in (*points[::every], *points[-1:])) + " MB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--watches", type=int, default=10_000, metavar="N")
    parser.add_argument("--mentions", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--posts", type=float, default=200, metavar="N", help="a second")
    parser.add_argument("--commands", type=float, default=50, metavar="N", help="a second")
    parser.add_argument("--seconds", type=float, default=300, metavar="N")
    parser.add_argument("--every", type=float, default=300, metavar="N", help="between two polls")
    parser.add_argument("--warm", type=float, metavar="N", help="before, as --every unless given")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="where filled stores are kept")
    parser.add_argument("--trace", type=Path, metavar="FILE", help="write what grew (slow)")
    parser.add_argument("--pace", type=float, default=1, metavar="N", help="times as fast")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave the log and the data there")
    parser.add_argument("--json", action="store_true", help="one object in place of a table")
    asked = parser.parse_args()
    plan = Plan(
        watches=asked.watches,
        mentions=asked.mentions,
        posts=asked.posts * asked.pace,
        commands=asked.commands * asked.pace,
        seconds=asked.seconds / asked.pace,
        every=asked.every / asked.pace,
        warm=(asked.every if asked.warm is None else asked.warm) / asked.pace,
        pace=asked.pace,
    )
    with (
        TemporaryDirectory() as folder,
        Progress(console=Console(stderr=True), disable=asked.json) as progress,
    ):
        bars = {}

        def told(what: str, share: float) -> None:
            if what not in bars:
                bars[what] = progress.add_task(what, total=1.0)
            progress.update(bars[what], completed=share)

        work = asked.keep or Path(folder)
        result = asyncio.run(
            loaded(plan, asked.cache or Path(folder) / "cache", work, told, asked.trace)
        )
    print(msgspec.json.encode(result).decode()) if asked.json else Console().print(shown(result))
    sys.exit(bool(result.lost or result.unacknowledged))


if __name__ == "__main__":
    main()
