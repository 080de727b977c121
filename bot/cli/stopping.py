"""Being told to stop: by a signal, or by a parent that is gone; and the end that follows, whatever
does not want to end (docs/decisions/0031-the-end-waits-for-nobody.md)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from types import FrameType
from typing import NoReturn

import structlog

log = structlog.get_logger(__name__)

STDIN = 0

LATEST = 9.0
"""Seconds after which it ends whatever still runs: supervisors kill after ten, or later."""

LINGER = 1.0
"""Seconds that threads get to end by themselves, and the log to take a last line."""

BY_SIGNAL = 128
"""Exit status of what a signal ends, less the signal's number: as shells tell it."""

_NAMED = 5
"""Threads and tasks that are named in the log."""


@contextlib.contextmanager
def stopped_by_signals(
    stop: asyncio.Event, *, with_stdin: bool = False, latest: float = LATEST
) -> Iterator[None]:
    """`stop` is set at Ctrl-C or a polite kill and, `with_stdin`, when whoever holds the other end
    of standard input is gone, killed or not.

    From then on the process has `latest` seconds to end by itself, also beyond the block; told a
    second time it ends at once. Nothing that was acknowledged is lost by either, as nothing is by
    a kill. A loop that hangs is no reason to stay.
    """
    told: SimpleQueue[int | None] = SimpleQueue()
    watching = threading.Thread(
        target=_see_to_the_end,
        args=(told, asyncio.get_running_loop(), stop, latest),
        name="the end",
        daemon=True,
    )
    watching.start()
    if with_stdin:
        threading.Thread(target=_wait_for_stdin, args=(told,), name="stdin", daemon=True).start()

    def tell(number: int, frame: FrameType | None) -> None:
        told.put(number)  # all that is safe wherever the signal came

    before = {number: signal.signal(number, tell) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        told.put(None)


def _wait_for_stdin(told: SimpleQueue[int | None]) -> None:
    # Not through sys.stdin: a thread inside its buffer makes the interpreter's end abort.
    with contextlib.suppress(OSError):  # an end that cannot be read is one too
        while os.read(STDIN, 4096):
            pass
    told.put(0)


def _see_to_the_end(
    told: SimpleQueue[int | None],
    loop: asyncio.AbstractEventLoop,
    stop: asyncio.Event,
    latest: float,
) -> None:
    """In a thread of its own, which nothing that hangs can hold up."""
    if told.get() is None:
        return  # it ended by itself
    with contextlib.suppress(RuntimeError):  # the loop is closed
        loop.call_soon_threadsafe(stop.set)
    again = _told_again(told, latest)
    _leave(BY_SIGNAL + again if again else 0, loop)


def _told_again(told: SimpleQueue[int | None], latest: float) -> int:
    """The signal that came a second time; 0 where none did for so long."""
    end = time.monotonic() + latest
    while (left := end - time.monotonic()) > 0:
        with contextlib.suppress(Empty):
            if number := told.get(timeout=left):
                return number
    return 0


def _leave(code: int, loop: asyncio.AbstractEventLoop) -> NoReturn:
    saying = threading.Thread(target=_say_what_runs, args=(loop,), daemon=True)
    saying.start()
    saying.join(LINGER)  # whoever reads the log may be what hangs
    os._exit(code)


def _say_what_runs(loop: asyncio.AbstractEventLoop) -> None:
    tasks = [task.get_name() for task in asyncio.all_tasks(loop)]
    threads = [one.name for one in threading.enumerate() if not one.daemon]
    log.warning(
        "the end does not wait any longer; nothing that was kept is lost",
        tasks=tasks[:_NAMED],
        threads=threads[:_NAMED],
    )


def end_soon(code: int, linger: float = LINGER) -> None:
    """Let the interpreter end, as it is about to; where a thread holds that up for `linger`
    seconds, end the process with this exit status."""

    def leave() -> None:
        time.sleep(linger)
        os._exit(code)

    threading.Thread(target=leave, name="the end", daemon=True).start()
