"""The garbage collector, kept from looking through what stays again and again: a look at all that
10,000 watches hold takes a quarter of a second, in which nobody is answered."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Iterator
from typing import Literal

LONGEST = 0.05
"""Seconds that a look may take; what one has looked at that took longer is set aside."""

SHARE = 10
"""Once the long looks took so many times as long as one at all that there is, that comes next: what
was in use when it was set aside may be garbage since. So it costs a tenth of them, and what is
set aside by mistake, as it was in use for a moment, is soon found."""

YOUNG = 10_000
"""Objects more than before, after which the young ones are looked at; Python's 700 are few where an
answer makes some thousands."""


@contextlib.contextmanager
def sparing() -> Iterator[None]:
    """What is loaded already, and what comes to stay while the block runs, is looked through
    rarely."""
    before = gc.get_threshold()
    spared = _Spared(whole=spare_what_stays())
    gc.callbacks.append(spared.looked)
    gc.set_threshold(YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.callbacks.remove(spared.looked)
        gc.unfreeze()


def spare_what_stays() -> float:
    """Have the collector leave alone what is in use now; the seconds that it looked for that."""
    gc.unfreeze()  # what ran before another configuration was taken goes
    began = time.thread_time()
    gc.collect()
    gc.freeze()
    return time.thread_time() - began


class _Spared:
    """Told of each look, it sets aside what outlived a long one (`gc.freeze`, which moves lists and
    takes no time). Times are those of the thread that looks, as others may hold it up."""

    def __init__(self, whole: float) -> None:
        self._whole = whole
        """How long a look at all takes."""
        self._long = 0.0
        """How long the long ones took since the last look at all."""
        self._began = 0.0
        self._looks_at_all = False

    def looked(self, phase: Literal["start", "stop"], info: dict[str, int]) -> None:
        """See `gc.callbacks`."""
        if info["generation"] < 2:
            return
        if phase == "start":
            self._began = time.thread_time()
            return
        took = time.thread_time() - self._began
        if self._looks_at_all:
            self._whole, self._long, self._looks_at_all = took, 0.0, False
        elif took > LONGEST:
            self._long += took
            self._looks_at_all = self._long > SHARE * self._whole
        else:
            return
        gc.freeze()
        if self._looks_at_all:
            gc.unfreeze()  # the next one is
