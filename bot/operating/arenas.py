"""What the C library keeps of memory that nobody needs any more."""

from __future__ import annotations

import ctypes
import sys

LARGE = 512 << 10
"""Bytes of a piece of memory that is asked of the system and given back to it: beyond what the loop
reads from a connection at once, which would be asked for each time."""

SPARE = 1 << 20
"""Bytes that a thread keeps at hand."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3


def give_back_what_is_large() -> bool:
    """Have every thread give large pieces back at once; whether that can be asked for.

    glibc begins so, with 128 kB, and takes to keeping whatever is no larger than the largest piece
    that was ever given back, up to 32 MB, and twice that at each thread's hand: once the model that
    tells languages apart was read, each thread that drew one picture kept 15 MB.
    """
    if sys.platform != "linux":
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:  # another C library, which does not do so
        return False
    return bool(mallopt(_MMAP_THRESHOLD, LARGE) and mallopt(_TRIM_THRESHOLD, SPARE))
