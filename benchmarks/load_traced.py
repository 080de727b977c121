"""`vigie` with its memory traced, for `load.py --trace`: on SIGUSR1 it notes what is held, on the
next one it writes what has grown since to the file that LOAD_TRACE names."""

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
TOLD = 25
"""Places in the code whose growth is told."""

_snapshots: list[tracemalloc.Snapshot] = []


def note(number: int, frame: FrameType | None) -> None:
    """Take a snapshot, and write what grew since the first one."""
    gc.collect()
    taken = tracemalloc.take_snapshot().filter_traces(
        [tracemalloc.Filter(False, tracemalloc.__file__)]  # its only form
    )
    if _snapshots:
        grown = taken.compare_to(_snapshots[0], "lineno")[:TOLD]
        stacks = taken.compare_to(_snapshots[0], "traceback")[:5]
        lines = [str(one) for one in grown]
        for one in stacks:
            lines += [f"{one.size_diff / 1e6:+.1f} MB:", *one.traceback.format()]
        Path(os.environ["LOAD_TRACE"]).write_text("\n".join(lines) + "\n", encoding="utf-8")
    else:
        _snapshots.append(taken)


if __name__ == "__main__":
    tracemalloc.start(FRAMES)
    signal.signal(signal.SIGUSR1, note)
    from bot.cli import main

    main()
