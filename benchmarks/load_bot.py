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


FAILED = "failed polls"
"""Polls that failed, among the sums."""


class Metrics(msgspec.Struct, frozen=True):
    """What `/metrics` tells, summed over sources and kinds; the event loop's lag as so many looks
    at it that were at most so many seconds late."""

    sums: dict[str, float]
    lag: dict[float, float]

    def of(self, name: str) -> float:
        return self.sums.get(name, 0.0)


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

    def rss(self) -> float:
        """Its memory, in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii", errors="replace")
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0

    def cpu(self) -> float:
        """Seconds of a core that it took since it began."""
        fields = (
            Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        )
        return (int(fields[11]) + int(fields[12])) / _A_TICK

    async def metrics(self) -> Metrics:
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            answer = await client.get(f"http://{self._operate}/metrics")
        return read(answer.text)


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
