"""An hour of which a part was not seen: what was is the least that it held, and may be enough."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from bot.domain.detection import SLOT, WINDOW, History, Verdict, detect, looked_at
from bot.domain.detector import Memory, step
from bot.domain.rings import Settings


def verdict_on(history: History, now: datetime) -> Verdict:
    """The verdict of `detect`, where an hour that was not seen whole is a spike if what was seen
    of it is one: there was no less. It is *incomplete* else, never quiet.

    Raises ValueError as `detect` does.
    """
    if is_whole(history):
        return detect(history, now)
    return _spike_or_incomplete(detect(_as_if_whole(history), now))


def verdict_after(
    memory: Memory, counts: Sequence[int], at: datetime, now: datetime, settings: Settings
) -> Verdict:
    """The same for an hour of which those `counts` were seen, the last in the slot that began `at`,
    where `memory` is what was known before the slot before that hour."""
    begun = at - len(counts) * SLOT
    memory, _ = step(memory, None, begun, settings)
    for number, count in enumerate(counts[:-1], start=1):
        memory, _ = step(memory, count, begun + number * SLOT, settings)
    return _spike_or_incomplete(looked_at(memory, counts[-1], at, now, settings)[1])


def is_whole(history: History) -> bool:
    """Whether every slot of the last hour was seen whole."""
    return None not in history.counts[-WINDOW:]


def least(history: History) -> tuple[int, ...]:
    """What was counted in each slot, in those as well that were not seen whole."""
    known = history.at_least[: len(history.counts)]
    return known or tuple(count or 0 for count in history.counts)


def _spike_or_incomplete(verdict: Verdict) -> Verdict:
    return verdict if verdict.state == "spike" else replace(verdict, state="incomplete")


def _as_if_whole(history: History) -> History:
    """The history with what was seen of its last hour; the slot before has a gap, so that no hour
    teaches what is usual by what was only seen of it."""
    before: tuple[int | None, ...] = history.counts[:-WINDOW]
    before = (*before[:-1], None) if before else ()
    return replace(history, counts=before + least(history)[-WINDOW:])
