"""What the C library keeps of memory that nobody needs any more."""

from __future__ import annotations

import subprocess
import sys

import pytest

THREADS, MB = 8, 1 << 20

NEEDED_FOR_A_MOMENT = f"""
import re, sys, threading
from bot.operating.arenas import give_back_what_is_large

def held():
    with open("/proc/self/status") as status:
        return int(re.search(r"RssAnon:\\s+(\\d+)", status.read())[1]) // 1024

if "give back" in sys.argv:
    assert give_back_what_is_large()
model = bytearray(28 * {MB})
del model
all_there = threading.Barrier({THREADS})

def draw():
    all_there.wait()
    picture = bytearray(6 * {MB})
    all_there.wait()
    del picture
    all_there.wait()
    all_there.wait()

threads = [threading.Thread(target=draw) for _ in range({THREADS} - 1)]
before = held()
for thread in threads:
    thread.start()
for _ in range(3):
    all_there.wait()
print(held() - before)
all_there.wait()
"""


def kept(*told: str) -> int:
    """MB that seven threads keep which needed six for a moment, after a model was read."""
    program = [sys.executable, "-c", NEEDED_FOR_A_MOMENT, *told]
    run = subprocess.run(program, capture_output=True, check=True, text=True)  # noqa: S603  our own
    return int(run.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_threads_do_not_keep_what_they_needed_for_a_moment() -> None:
    assert kept("give back") < 6
