"""Ending politely: a real process, told by a signal or by a parent that is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

CHILD = """
import asyncio
from bot.cli.stopping import stop_on_signals, stop_when_stdin_closes

async def wait() -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    stop_when_stdin_closes(stop)
    print("ready", flush=True)
    await stop.wait()

asyncio.run(wait())
"""


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    pipe = subprocess.PIPE
    process = subprocess.Popen(  # noqa: S603  (the program above)
        [sys.executable, "-c", CHILD], stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT
    )
    with process:
        assert process.stdout
        assert process.stdout.readline().strip() == b"ready"
        yield process
        process.kill()


def rest_of(child: subprocess.Popen[bytes]) -> bytes:
    """All that the child still says, until it has ended."""
    assert child.stdout
    said = child.stdout.read()
    child.wait(10)
    return said


@pytest.mark.skipif(os.name == "nt", reason="Windows has no polite kill")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_polite_stop_while_stdin_is_open_ends_well(
    child: subprocess.Popen[bytes], number: signal.Signals
) -> None:
    child.send_signal(number)
    assert rest_of(child) == b""
    assert child.returncode == 0


def test_it_ends_when_stdin_closes_whatever_was_written_to_it(
    child: subprocess.Popen[bytes],
) -> None:
    assert child.stdin
    child.stdin.write(b"x" * 10_000)
    child.stdin.close()
    assert rest_of(child) == b""
    assert child.returncode == 0
