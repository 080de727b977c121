"""A source that does not answer any more, or was taken away, and its place in a past that knew
it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.domain.pairs import Pair
from bot.domain.volume import SLOT, SLOTS_A_DAY, DayVolume, midnight, slot_start

GONE = timedelta(days=2)
"""A source that did not answer for so long is left out, until it does: what is usual is then what
the others bring, and what they bring is all there is."""


def silent_since(pair: Pair) -> datetime | None:
    """Since when a source could not be read, not whole, or is left alone for longer than a slot;
    None where it is read."""
    if pair.failures:
        return pair.last_ok or pair.failing_since
    rests = pair.last_ok and pair.rest_until and pair.rest_until - pair.last_ok > SLOT
    return pair.last_ok if rests or pair.pending else None


def gone(pairs: Sequence[Pair], now: datetime) -> dict[str, datetime]:
    """The sources that did not answer for long, or never did, and since when; none where no other
    is left."""
    silent = [(pair, since) for pair in pairs if (since := silent_since(pair))]
    found = {
        pair.source: since for pair, since in silent if pair.last_ok is None or now - since >= GONE
    }
    return found if len(found) < len(pairs) else {}


def of_the_others(
    days: Mapping[str, DayVolume], sources: Collection[str], left: Mapping[str, datetime]
) -> dict[str, DayVolume]:
    """Days as if those sources alone had been read that are among the watch's `sources`, and have
    not `left` it since some time."""
    found = dict(days)
    for name, day in days.items():
        for source in sorted(day.by_source):
            if source not in sources:
                found[name] = without(found[name], source, None)
            elif source in left:
                found[name] = without(found[name], source, left[source])
    return found


def without(day: DayVolume, source: str, until: datetime | None) -> DayVolume:
    """A day without the mentions of a source, all of which were written before `until` (None: at
    any time): as nobody counted when, each slot loses its share of them."""
    start = midnight(day.day)
    end = SLOTS_A_DAY if until is None else (slot_start(until) - start) // SLOT + 1
    before = day.counts[: max(0, end)]
    held = sum(before)
    left = max(0, held - day.by_source.get(source, 0))
    if left == held:
        return day
    passed, counts = 0, []
    for count in before:
        counts.append((passed + count) * left // held - passed * left // held)
        passed += count
    return replace(day, counts=(*counts, *day.counts[len(before) :]))
