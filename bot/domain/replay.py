"""What would have rung: past counts, looked at again slot by slot as if they came in today.

It asks the detector that watches live, and a spike lives as it does live: one ring from its first
sign to its all-clear, and one in the cool-down of another only where it is far larger. What is
muted or paused is not known here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from bot.domain.alerts import Episode
from bot.domain.detection import (
    SLOT,
    WINDOW,
    Evidence,
    History,
    Verdict,
    check,
    first_memory,
    looked_at,
    settings_of,
)
from bot.domain.detector import Memory, step
from bot.domain.spikes import carried_on, hours_of, is_ordinary, spike_step
from bot.domain.stories import TRIPLE
from bot.domain.unseen import least, verdict_after
from bot.domain.verdicts import FEWEST, Window, range_of

_MOMENT = timedelta(seconds=1)
_WEEK = timedelta(weeks=1)
_NONE = timedelta()


class Hour(msgspec.Struct, frozen=True, kw_only=True):
    """A clock hour that began at `at` (UTC): `seen` mentions, None where a part of it was not seen.
    `expected`, and 95 of 100 such hours from `low` to `high`: None before anything is known."""

    at: datetime
    seen: int | None
    expected: float | None
    low: int | None
    high: int | None


class Ring(msgspec.Struct, frozen=True, kw_only=True):
    """A spike that would have been told: `evidence` as it would have been, `last` when it was last
    seen, `peak` the most mentions of an hour; `over` unless it still went on in the end."""

    evidence: Evidence
    last: datetime
    peak: int
    over: bool

    @property
    def began(self) -> datetime:
        """The beginning of the hour with which it rang."""
        return self.evidence.window_start

    @property
    def length(self) -> timedelta:
        return self.last - self.began


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What rings at a sensitivity: for what an ordinary stream does once in so many `days`."""

    days: float
    rings: tuple[Ring, ...]


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """A time looked at again: its hours, and a row for each sensitivity, the most watchful first.
    `known_days` of complete hours stand behind the last look."""

    since: datetime
    until: datetime
    hours: tuple[Hour, ...]
    rows: tuple[Row, ...]
    known_days: float

    @property
    def weeks(self) -> float:
        """How long it is, at least a day."""
        return max(self.until - self.since, timedelta(days=1)) / _WEEK

    def a_week(self, row: Row) -> float:
        """How many alerts a week that would have been."""
        return len(row.rings) / self.weeks


def to_the_end(_: float) -> bool:
    """How far a replay goes on that nobody breaks off."""
    return True


def replay(
    history: History,
    since: datetime,
    until: datetime,
    sensitivities: Sequence[float],
    all_clear_after: timedelta,
    *,
    cool_down: timedelta = _NONE,
    earlier: Sequence[History] = (),
    go_on: Callable[[float], bool] = to_the_end,
) -> Replay | None:
    """What would have rung from `since` to `until`, which lies in the last slot of `history`;
    what is before `since` is what is known. A spike gets its all-clear `all_clear_after` it was
    last seen; for `cool_down` after it was told only what is three times as large is.

    Where the past was known otherwise in the meantime, as before a source joined, `earlier` are
    the histories as they stood, each of which counts up to its end. The counts are stepped through
    once for each sensitivity, some microseconds a slot. `go_on` hears how much is done (0 to 1)
    after each hour, and says whether to go on; None where it does not. Raises ValueError without a
    sensitivity, and as `detect` does.
    """
    if not sensitivities:
        raise ValueError("A replay needs a sensitivity.")
    check(history, until)
    watchful_first = sorted(set(sensitivities))
    pasts = []
    for place, days in enumerate(watchful_first):
        stages = [replace(known, sensitivity=days) for known in (*earlier, history)]
        past = _Past(stages, since, until)
        for done in past.walk():
            if not go_on((place + done) / len(watchful_first)):
                return None
        pasts.append(past)
    rows = [
        Row(days=days, rings=tuple(_rings(past, all_clear_after, cool_down)))
        for days, past in zip(watchful_first, pasts, strict=True)
    ]
    return Replay(
        since=max(since, pasts[0].start),
        until=until,
        hours=tuple(pasts[0].hours()),
        rows=tuple(rows),
        known_days=pasts[0].looks[-1].verdict.evidence.known_days,
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """The verdict at the end of a slot in which at least so much was `seen`, what its `hour` was
    expected to hold, and whether that was seen `whole`."""

    verdict: Verdict
    hour: Window
    seen: int
    whole: bool


class _Past:
    """The slots from `start` on, each looked at once at one sensitivity, in the first of some
    histories that reaches so far."""

    def __init__(self, stages: Sequence[History], since: datetime, until: datetime) -> None:
        self.start = min(known.start for known in stages)
        self.start += max(0, (since - self.start) // SLOT) * SLOT
        self.looks: list[_Look] = []
        self._stages = stages
        self._until = until

    def walk(self) -> Iterator[float]:
        """Look at all slots; how much is done, after each hour."""
        slots, done = sum(len(known.counts) for known in self._stages), 0
        for known in self._stages:
            settings, at, held = settings_of(known), known.start, least(known)
            memory = first_memory(at, settings)
            before: deque[Memory] = deque(maxlen=WINDOW + 1)
            for slot, count in enumerate(known.counts):
                before.append(memory)
                if at < self.start + SLOT * len(self.looks):
                    memory, _ = step(memory, count, at, settings)
                else:
                    now = min(at + SLOT - _MOMENT, self._until)
                    memory, verdict = looked_at(memory, count, at, now, settings)
                    window = slice(max(0, slot + 1 - WINDOW), slot + 1)
                    whole = None not in known.counts[window]
                    if not whole and len(before) > WINDOW and sum(held[window]) >= FEWEST:
                        verdict = verdict_after(before[0], held[window], at, now, settings)
                    self.looks.append(_Look(verdict, before[-1].forecast.hour, held[slot], whole))
                at += SLOT
                if at.minute == 0:
                    yield (done + slot + 1) / slots
            done += len(known.counts)

    def at(self, place: int) -> datetime:
        """When a slot is looked at: at its end, the last one now."""
        return min(self.start + SLOT * (place + 1) - _MOMENT, self._until)

    def is_calm(self, place: int, length: timedelta) -> bool:
        """The same as `bot.domain.spikes.is_calm` at the end of a slot, that long after the
        first."""
        ends = (place - back * WINDOW for back in range(hours_of(length)))
        return all(is_ordinary(self.looks[end].verdict) for end in ends)

    def hours(self) -> Iterator[Hour]:
        """The clock hours that ended, and the part of one at the end."""
        last = len(self.looks) - 1
        for place, look in enumerate(self.looks):
            began = self.start + SLOT * place
            if (began + SLOT).minute and place < last:
                continue
            low, high = range_of(look.hour)
            known = look.hour.mean > 0
            yield Hour(
                at=began.replace(minute=0),
                seen=look.verdict.evidence.volume if look.whole else None,
                expected=look.hour.mean if known else None,
                low=low if known else None,
                high=high if known else None,
            )


def _rings(past: _Past, all_clear_after: timedelta, cool_down: timedelta) -> Iterator[Ring]:
    """The spikes that would have been told, in their order."""
    episode: Episode | None = None
    opened: Evidence | None = None
    told: Ring | None = None
    for place, look in enumerate(past.looks):
        now = past.at(place)
        verdict = look.verdict if look.seen else None  # a poll that finds nothing tells nothing
        means = spike_step(episode, verdict, now, all_clear_after)
        is_over = means == "raise" or (episode and _ends(past, place, episode, all_clear_after))
        if episode and is_over:
            if opened:
                told = _ring(opened, episode, over=True)
                yield told
            episode = opened = None
        if means == "raise" and verdict:
            seen = verdict.evidence.volume
            episode = Episode(watch="", alert="", began=now, last_over=now, told=seen)
        elif means == "go_on" and episode and verdict:
            episode = carried_on(episode, verdict, now)
        rings = episode and opened is None and verdict and verdict.state == "spike"
        if rings and verdict and not _is_held(told, verdict.evidence, now, cool_down):
            opened = verdict.evidence
    if episode and opened:
        yield _ring(opened, episode, over=False)


def _is_held(told: Ring | None, seen: Evidence, now: datetime, cool_down: timedelta) -> bool:
    """Whether a spike is too small to be told so soon after the one that was `told` last."""
    cools = told is not None and now - told.evidence.window_end <= cool_down
    return bool(told and cools and seen.volume < TRIPLE * told.peak)


def _ends(past: _Past, place: int, episode: Episode, all_clear_after: timedelta) -> bool:
    """Whether the spike gets its all-clear: after some time every hour of which was ordinary."""
    is_due = past.at(place) >= episode.last_over + all_clear_after
    return is_due and past.is_calm(place, all_clear_after)


def _ring(opened: Evidence, episode: Episode, *, over: bool) -> Ring:
    return Ring(evidence=opened, last=episode.last_over, peak=episode.told, over=over)
