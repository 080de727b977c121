"""Being told to stop: by a signal, or by a parent that is gone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading

STDIN = 0


def stop_on_signals(stop: asyncio.Event) -> None:
    """Set `stop` at Ctrl-C or a polite kill."""
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM"):
        number = getattr(signal, name)
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows has no signal handlers in its loop
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))


def stop_when_stdin_closes(stop: asyncio.Event) -> None:
    """Set `stop` when whoever holds the other end of standard input is gone, killed or not."""
    loop = asyncio.get_running_loop()

    def wait_for_the_end() -> None:
        # Not through sys.stdin: a thread inside its buffer makes the interpreter's end abort.
        with contextlib.suppress(OSError):  # an end that cannot be read is one too
            while os.read(STDIN, 4096):
                pass
        with contextlib.suppress(RuntimeError):  # the loop ended by itself meanwhile
            loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait_for_the_end, name="stdin", daemon=True).start()
