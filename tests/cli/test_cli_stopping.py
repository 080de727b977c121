"""Ending politely: a real process, told by a signal or by a parent that is gone; and ending all
the same, whatever does not want to end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

CHILD = """
import asyncio, sys, threading, time
from bot.cli.loop import run_in_loop
from bot.cli.stopping import end_soon, stopped_by_signals

def sleep() -> None:
    time.sleep(60)

async def wait() -> None:
    stop = asyncio.Event()
    with stopped_by_signals(stop, with_stdin=True, latest=0.5):
        print("ready", flush=True)
        {meanwhile}
        await stop.wait()
        {then}

run_in_loop(wait())
end_soon(7, linger=0.2)
"""

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start the program above, with a line of it before the wait for the stop, and one after."""
    children: list[subprocess.Popen[bytes]] = []

    def started(meanwhile: str = "pass", then: str = "pass") -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        program = CHILD.format(meanwhile=meanwhile, then=then)
        child = subprocess.Popen(  # noqa: S603  (the program above)
            [sys.executable, "-c", program], stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT
        )
        children.append(child)
        assert child.stdout
        assert child.stdout.readline().strip() == b"ready"
        return child

    yield started
    for child in children:
        with child:
            child.kill()


def rest_of(child: subprocess.Popen[bytes]) -> bytes:
    """All that the child still says, until it has ended."""
    assert child.stdout
    said = child.stdout.read()
    child.wait(10)
    return said


posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no polite kill")
both = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])


@posix
@both
def test_a_polite_stop_while_stdin_is_open_ends_well(start: Start, number: signal.Signals) -> None:
    child = start()
    child.send_signal(number)
    assert rest_of(child) == b""
    assert child.returncode == 0


def test_it_ends_when_stdin_closes_whatever_was_written_to_it(start: Start) -> None:
    child = start()
    assert child.stdin
    child.stdin.write(b"x" * 10_000)
    child.stdin.close()
    assert rest_of(child) == b""
    assert child.returncode == 0


@posix
@pytest.mark.parametrize(
    ("meanwhile", "then"),
    [
        ("sleep()", "pass"),  # the loop itself hangs
        ("pass", "await asyncio.Event().wait()"),  # what is to be closed does not close
    ],
)
def test_what_does_not_end_is_ended_and_named(start: Start, meanwhile: str, then: str) -> None:
    child = start(meanwhile, then)
    child.send_signal(signal.SIGTERM)
    began = time.monotonic()
    assert b"nothing that was kept is lost" in rest_of(child)
    assert child.returncode == 0
    assert time.monotonic() - began < 10


@posix
@both
def test_told_a_second_time_it_ends_at_once(start: Start, number: signal.Signals) -> None:
    child = start("await stop.wait(); print('told', flush=True)", "sleep()")
    child.send_signal(number)
    assert child.stdout
    assert child.stdout.readline().strip() == b"told"
    child.send_signal(number)
    rest_of(child)
    assert child.returncode == 128 + number


@pytest.mark.parametrize(
    "thread", ["threading.Thread(target=sleep).start()", "loop.run_in_executor(None, sleep)"]
)
def test_a_thread_that_does_not_end_holds_up_nothing(start: Start, thread: str) -> None:
    child = start(f"loop = asyncio.get_running_loop(); {thread}", "pass")
    assert child.stdin
    child.stdin.close()
    began = time.monotonic()
    rest_of(child)
    assert child.returncode == 7
    assert time.monotonic() - began < 10
