"""`vigie run` under load: a process of its own, and what it takes of the machine."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Sequence
from pathlib import Path

import httpx
import msgspec

_A_TICK = os.sysconf("SC_CLK_TCK")
_SAMPLE = re.compile(r"^([a-z_]+)(\{[^}]*\})? (\S+)$", re.MULTILINE)
_UNTIL = re.compile(r'le="([^"]+)"')
_SIZE = re.compile(r"^(RssAnon|VmRSS):\s+(\d+) kB", re.MULTILINE)


FAILED = "failed polls"
"""Polls that failed, among the sums."""


class Metrics(msgspec.Struct, frozen=True):
    """What `/metrics` tells, summed over sources and kinds; the event loop's lag as so many looks
    at it that were at most so many seconds late."""

    sums: dict[str, float]
    lag: dict[float, float]

    def of(self, name: str) -> float:
        return self.sums.get(name, 0.0)


class Memory(msgspec.Struct, frozen=True):
    """What the process and those that it began take, in MB: `held` by nobody but them; and
    `resident` with the pages of files that they look at (the archive's indexes, libraries), which
    the system takes back when it wants room."""

    held: float
    resident: float


class Lag(msgspec.Struct, frozen=True):
    """How late the event loop was at most, in milliseconds, and in 99 of 100 looks: the upper ends
    of the histogram's steps, which are wide."""

    p99_ms: float
    max_ms: float


class Vigie:
    """The process, its configuration written to a file."""

    def __init__(
        self,
        config: Path,
        tokens: dict[str, str],
        operate: str,
        log: Path,
        trace: Path | None = None,
    ) -> None:
        self._trace = trace
        self._config = config
        self._tokens = tokens
        self._operate = operate
        self._log = log
        self._process: Process | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None  # noqa: S101  # asked only while it runs
        return self._process.pid

    async def start(self) -> None:
        environment = {
            "SLACK_BOT_TOKEN": self._tokens["bot"],
            "SLACK_APP_TOKEN": self._tokens["app"],
        }
        program: tuple[str, ...] = ("-m", "bot")
        if self._trace:
            program = (str(Path(__file__).with_name("load_traced.py")),)
            environment["LOAD_TRACE"] = str(self._trace)
        with self._log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, *program, "run", "--config", str(self._config)),
                stdin=DEVNULL,
                stdout=DEVNULL,
                stderr=log,
                env=os.environ | environment,
            )

    async def stop(self) -> float:
        """Ask it to end; the seconds that it took. Killed where that is more than thirty."""
        process, began = self._process, time.monotonic()
        if process is None or process.returncode is not None:
            return 0.0
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(30):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
        return time.monotonic() - began

    def note_memory(self) -> None:
        """Have it note what it holds, the second time write what has grown; where it is traced."""
        if self._trace and self._process:
            self._process.send_signal(signal.SIGUSR1)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    def memory(self) -> Memory:
        """What it takes now."""
        sizes = [_sizes(pid) for pid in self._pids()]
        return Memory(
            held=sum(held for held, _ in sizes), resident=sum(resident for _, resident in sizes)
        )

    def cpu(self) -> float:
        """Seconds of a core that it took since it began."""
        return sum(map(_seconds, self._pids()))

    def _pids(self) -> list[int]:
        """The process, and those that it began and that live."""
        begun = [int(at.name) for at in Path("/proc").glob("[0-9]*") if _parent(at) == self.pid]
        return [self.pid, *begun]

    async def metrics(self) -> Metrics:
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            answer = await client.get(f"http://{self._operate}/metrics")
        return read(answer.text)


def _sizes(pid: int) -> tuple[float, float]:
    """How much of a process's memory is its own, and how much it is in all, in MB."""
    sizes = dict(_SIZE.findall(_text(Path(f"/proc/{pid}/status"))))
    return int(sizes.get("RssAnon", 0)) / 1024, int(sizes.get("VmRSS", 0)) / 1024


def _seconds(pid: int) -> float:
    """Seconds of a core that a process took, and those that it began and that have ended."""
    return sum(map(int, _fields(Path(f"/proc/{pid}"))[11:15])) / _A_TICK


def _parent(process: Path) -> int:
    """The id of the process that began one; 0 where that has ended."""
    return int((_fields(process) or ("", "0"))[1])


def _fields(process: Path) -> list[str]:
    """What `stat` tells of a process after its name (see proc(5)); nothing where it has ended."""
    return _text(process / "stat").rpartition(")")[2].split()


def _text(path: Path) -> str:
    """What the system tells; nothing of a process that has just ended."""
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def read(text: str) -> Metrics:
    """What a page of metrics says."""
    sums, lag = dict[str, float](), dict[float, float]()
    for name, labels, value in _SAMPLE.findall(text):
        if name == "vigie_loop_lag_seconds_bucket":
            if until := _UNTIL.search(labels):
                lag[float(until[1])] = float(value)
        else:
            sums[name] = sums.get(name, 0.0) + float(value)
            if name == "vigie_polls_total" and 'result="failed"' in labels:
                sums[FAILED] = sums.get(FAILED, 0.0) + float(value)
    return Metrics(sums, lag)


def lag_between(before: Metrics, after: Metrics) -> Lag:
    """How late the loop was between two looks at the metrics."""
    looks = {until: count - before.lag.get(until, 0.0) for until, count in after.lag.items()}
    every = max(looks.values(), default=0.0)

    def within(share: float) -> float:
        return min((until for until, count in looks.items() if count >= share * every), default=0.0)

    return Lag(p99_ms=within(0.99) * 1000, max_ms=within(1.0) * 1000)


def slope(points: Sequence[tuple[float, float]]) -> float:
    """By how much a value grows an hour: the least-squares line through (seconds, value)."""
    if len(points) < 2:
        return 0.0
    n = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / n, sum(y for _, y in points) / n
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return 3600 * sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0
