"""`vigie` whose memory can be traced, for `load.py --trace`: from SIGUSR1 on it notes what is made,
and on the next one it writes what of that is still held to the file that LOAD_TRACE names."""

from __future__ import annotations

import gc
import os
import signal
import sys
import tracemalloc
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).parents[1]))

FRAMES = 6
PLACES, WAYS = 25, 8
"""Lines of code that are told, and of these the ways by which they were come to."""


def note(number: int, frame: FrameType | None) -> None:
    """Begin, or tell."""
    if not tracemalloc.is_tracing():
        tracemalloc.start(FRAMES)
        return
    gc.collect()
    taken = tracemalloc.take_snapshot()
    lines = [str(one) for one in taken.statistics("lineno")[:PLACES]]
    for one in taken.statistics("traceback")[:WAYS]:
        lines += ["", f"{one.size / 1e6:.1f} MB:", *one.traceback.format()]
    Path(os.environ["LOAD_TRACE"]).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, note)
    from bot.cli import main

    main()
