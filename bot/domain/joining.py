"""A source that was added to a watch, and its place in a past that did not know it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

import msgspec

from bot.domain.volume import SLOT, slot_start

A_DAY = timedelta(days=1)

MATERIAL = 0.25
"""The share of the mentions from which on a source makes the level, and is not lost in it."""

Counts = tuple[int | None, ...]


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """A source of which is counted only what was written `since`: so many `mentions` so far."""

    since: datetime
    mentions: int


def levelled(
    start: datetime, counts: Counts, joined: Sequence[Joined], now: datetime
) -> tuple[datetime, Counts]:
    """Counts from `start` on, as if every source had been there all along.

    What a source brings an hour is added to the time before it. Where it brings much, and is
    known for less than a day, nobody knows what that is at other times of day: then the past begins
    with it. Slots that are incomplete (None) stay so.
    """
    late = [source for source in joined if source.since >= start + SLOT]
    cut = max((s.since for s in late if _makes_the_level(s, start, counts, now)), default=start)
    gone = min(len(counts) - 1, max(0, (slot_start(cut) - start) // SLOT))
    for source in late:
        if source.since > cut:
            counts = _with(source, start, counts, now)
    return start + gone * SLOT, counts[gone:]


def _makes_the_level(source: Joined, start: datetime, counts: Counts, now: datetime) -> bool:
    if now - source.since >= A_DAY:
        return False
    since = (slot_start(source.since) - start) // SLOT
    all_since = sum(n or 0 for n in counts[since:])
    return source.mentions >= MATERIAL * max(1, all_since)


def _with(source: Joined, start: datetime, counts: Counts, now: datetime) -> Counts:
    """The counts with what the source brings in each slot, evenly, added before it came."""
    a_slot = source.mentions / max(4, (now - source.since) / SLOT)
    before = min(len(counts), (slot_start(source.since) - start) // SLOT)
    added = (int((n + 1) * a_slot) - int(n * a_slot) for n in count())
    filled = (
        None if n is None else n + more for n, more in zip(counts[:before], added, strict=False)
    )
    return (*filled, *counts[before:])
