"""Processes of Vigie, one after the other: begun, stopped for a look, and killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec

from benchmarks.nursery import Order

ROOT = Path(__file__).parents[1]


class Nursery:
    """Where processes come from whose code is loaded already (`benchmarks.nursery`)."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def born(self, order: Order) -> int:
        """The number of a new process."""
        told = self._process.stdin
        if told is None:
            raise RuntimeError("the nursery hears nothing")
        told.write(msgspec.json.encode(order) + b"\n")
        await told.drain()
        return int(await self._said())

    async def buried(self) -> None:
        """Wait until that process has ended."""
        await self._said()

    async def _said(self) -> str:
        said = self._process.stdout
        line = await said.readline() if said else b""
        if not line:
            raise RuntimeError("the nursery is gone")
        return line.decode()


@asynccontextmanager
async def nursery() -> AsyncIterator[Nursery]:
    """A nursery for as long as the block runs."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.nursery"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=ROOT,
    )
    try:
        yield Nursery(process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


class Life:
    """A process, `whole` where it was begun as anybody begins one, and not in the nursery."""

    def __init__(
        self, pid: int, process: asyncio.subprocess.Process | None, nursery: Nursery
    ) -> None:
        self._pid = pid
        self._process = process
        self._nursery = nursery

    @property
    def whole(self) -> bool:
        return self._process is not None

    def halt(self) -> None:
        """Let it do nothing more for the moment."""
        os.kill(self._pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self._pid, signal.SIGCONT)

    async def kill(self) -> None:
        """With SIGKILL, halted or not."""
        with suppress(ProcessLookupError):  # it ended by itself
            os.kill(self._pid, signal.SIGKILL)
        if self._process:
            await self._process.wait()
        else:
            await self._nursery.buried()


async def begin(
    arguments: Sequence[str], environment: Mapping[str, str], nursery: Nursery, *, whole: bool
) -> Life:
    """`vigie` with these arguments, and these variables beside those of this process."""
    if not whole:
        order = Order(tuple(arguments), dict(environment))
        return Life(await nursery.born(order), None, nursery)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env=os.environ | dict(environment),
        cwd=ROOT,
    )
    return Life(process.pid, process, nursery)
