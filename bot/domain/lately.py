"""What was written in a quarter of an hour that is over, and is read only now."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain.detection import SLOT, WINDOW, History, Verdict
from bot.domain.unseen import verdict_on
from bot.domain.volume import slot_start

_MOMENT = timedelta(microseconds=1)


class Looked(NamedTuple):
    """A verdict, and the counts up to the end of its window."""

    history: History
    verdict: Verdict


def latest(history: History, now: datetime, written: Collection[datetime]) -> Looked:
    """The verdict on the hour that ends `now`; where that is no spike, on the last one before that
    is one, of those that end with a slot in which something was `written`, at most an hour ago.

    The last minutes of a slot are read in the next one. Were that alone looked at, no hour would
    ever be held against what is usual with all that it held. Raises ValueError as `detect` does.
    """
    looked = Looked(history, verdict_on(history, now))
    if looked.verdict.state == "spike":
        return looked
    slots = frozenset(map(slot_start, written))
    before = (Looked(known, verdict_on(known, end)) for known, end in _ended(history, slots))
    return next((one for one in before if one.verdict.state == "spike"), looked)


def _ended(history: History, slots: Collection[datetime]) -> Iterator[tuple[History, datetime]]:
    """The counts up to the end of each of the slots, in the last hour, the last one first; and when
    that was."""
    running = history.start + SLOT * (len(history.counts) - 1)
    for back in range(1, min(WINDOW, len(history.counts) - 1) + 1):
        if running - back * SLOT in slots:
            counts = history.counts[:-back]
            yield replace(history, counts=counts), running - (back - 1) * SLOT - _MOMENT
