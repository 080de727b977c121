"""Long work is done out of the loop's way, whatever becomes of who does it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from asyncio.subprocess import PIPE
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from math import comb
from pathlib import Path

import pytest

from bot.services import reckoning as module
from bot.services.reckoning import Reckoner, reckoning

LATER = 20
"""Seconds after which something that was to happen is given up: a process begins in half of one."""


async def until(seen: Callable[[], object]) -> None:
    async with asyncio.timeout(LATER):
        while not seen():  # noqa: ASYNC110  another process tells of itself by what it leaves
            await asyncio.sleep(0.01)


async def gone(pid: int) -> None:
    await until(lambda: not is_there(pid))


async def busy(reckon: Reckoner) -> int:
    """Have it begin its process, by more work at a time than it has threads for; its pid."""
    go_on = threading.Event()
    held = [asyncio.ensure_future(reckon(go_on.wait, LATER)) for _ in range(2)]
    try:
        await asyncio.sleep(0)
        await reckon(os.getpid)
        await until(lambda: reckon.pid)
    finally:
        go_on.set()
        await asyncio.gather(*held)
    assert reckon.pid
    return reckon.pid


def is_there(pid: int) -> bool:
    """Whether a process is there, and no zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        return stat.rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


async def at_once(reckon: Reckoner, number: int) -> list[int]:
    """Where so many pieces of work are done that are wanted at the same time."""
    return await asyncio.gather(*(reckon(os.getpid) for _ in range(number)))


def without_end(begun: Path) -> None:
    """Work that says that it has begun, and never ends."""
    begun.touch()
    time.sleep(600)


async def test_little_work_is_done_in_threads() -> None:
    async with reckoning() as reckon:
        for _ in range(5):
            assert await reckon(os.getpid) == os.getpid()
        assert reckon.pid is None


async def test_work_beyond_what_threads_are_at_goes_to_a_process() -> None:
    async with reckoning(at_once=2) as reckon:
        pid = await busy(reckon)
        assert await reckon(os.getpid) == pid != os.getpid()
        assert await reckon(comb, 10, 3) == 120


async def test_what_work_raises_is_raised() -> None:
    async with reckoning() as reckon:
        await busy(reckon)
        with pytest.raises(ValueError, match="non-negative"):
            await reckon(comb, -1, 3)


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
async def test_the_process_ends_with_who_asked_whatever_it_is_at(tmp_path: Path) -> None:
    async with reckoning() as reckon:
        pid = await busy(reckon)
        endless = asyncio.ensure_future(reckon(without_end, tmp_path / "begun"))
        await until((tmp_path / "begun").exists)
    await gone(pid)
    with pytest.raises(BrokenProcessPool):
        await endless


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
async def test_a_process_that_is_killed_is_replaced_and_its_work_done() -> None:
    async with reckoning() as reckon:
        pid = await busy(reckon)
        os.kill(pid, signal.SIGKILL)
        await gone(pid)
        assert await reckon(comb, 10, 3) == 120
        assert await busy(reckon) != pid


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
async def test_after_three_that_died_threads_do_it_all() -> None:
    async with reckoning() as reckon:
        for _ in range(3):
            pid = await busy(reckon)
            os.kill(pid, signal.SIGKILL)
            await gone(pid)
            assert await reckon(comb, 10, 3) == 120
        assert await at_once(reckon, 5) == [os.getpid()] * 5


async def test_where_no_process_can_be_begun_threads_do_it_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError("no semaphores here")

    monkeypatch.setattr(module, "ProcessPoolExecutor", refused)
    async with reckoning() as reckon:
        assert await at_once(reckon, 5) == [os.getpid()] * 5
        assert reckon.pid is None


ORPHAN = """
import asyncio, os, sys, threading
from tests.services.test_services_reckoning import busy
from bot.services.reckoning import reckoning

async def main():
    async with reckoning() as reckon:
        print(await busy(reckon), flush=True)
        await asyncio.Event().wait()

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
async def test_the_process_does_not_outlive_a_vigie_that_was_killed() -> None:
    vigie = await asyncio.create_subprocess_exec(sys.executable, "-c", ORPHAN, stdout=PIPE)
    assert vigie.stdout
    async with asyncio.timeout(LATER):
        pid = int(await vigie.stdout.readline())
    vigie.kill()
    await vigie.wait()
    await gone(pid)
