"""How much memory something takes while it works."""

from __future__ import annotations

import contextlib
import tracemalloc
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def most_memory() -> Iterator[Callable[[], int]]:
    """Gives what tells, after the block, how many bytes Python held more at most than before."""
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    found: list[int] = []
    try:
        yield lambda: found[0]
    finally:
        found.append(tracemalloc.get_traced_memory()[1] - before)
        tracemalloc.stop()
