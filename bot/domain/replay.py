"""What would have rung: past counts, looked at again slot by slot as if they came in today.

It asks the detector that watches live, and a spike lives as it does live: one ring from its first
sign to its all-clear. What is muted or paused is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec
from msgspec.structs import replace

from bot.domain.alerts import Episode
from bot.domain.detection import FEWEST, LONGEST, SLOT, WINDOW, Evidence, History, Verdict, detect
from bot.domain.spikes import HOUR, carried_on, goes_on, spike_step

_MOMENT = timedelta(seconds=1)
_WEEK = timedelta(weeks=1)


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


def _on(_: float) -> bool:
    return True


def replay(
    history: History,
    since: datetime,
    until: datetime,
    sensitivities: Sequence[float],
    all_clear_after: timedelta,
    *,
    go_on: Callable[[float], bool] = _on,
) -> Replay | None:
    """What would have rung from `since` to `until`, which lies in the last slot of `history`;
    what is before `since` is what is known.

    The detector is asked at the end of every clock hour, and between two of them where the count
    is beyond what both hours would explain: some milliseconds a time. `go_on` hears how much is
    done (0 to 1) after each, and says whether to go on; None where it does not. Raises ValueError
    without a sensitivity, and as `detect` does.
    """
    if not sensitivities:
        raise ValueError("A replay needs a sensitivity.")
    watchful_first = sorted(set(sensitivities))
    first = max(0, (since - history.start) // SLOT)
    past = _Past(replace(history, sensitivity=watchful_first[0]), until)
    for done in past.look(first):
        if not go_on(done):
            return None
    rows = [
        Row(days=days, rings=tuple(_rings(past, first, days, all_clear_after)))
        for days in watchful_first
    ]
    return Replay(
        since=max(since, history.start),
        until=until,
        hours=tuple(past.hours(first)),
        rows=tuple(rows),
        known_days=past.verdicts[len(history.counts) - 1].evidence.known_days,
    )


class _Past:
    """The slots of a history, and the verdicts on those of them that were asked about; one that
    was not is explained."""

    def __init__(self, history: History, until: datetime) -> None:
        self.history = history
        self.verdicts: dict[int, Verdict] = {}
        self._until = until

    def at(self, slot: int) -> datetime:
        """When a slot is looked at: at its end, the last one now."""
        return min(self.history.start + SLOT * (slot + 1) - _MOMENT, self._until)

    def asked(self, slot: int, days: float | None = None) -> Verdict:
        """The verdict on the hour that ends with a slot, at another sensitivity where one is
        given."""
        first = max(0, slot + 1 - LONGEST)
        history = replace(
            self.history,
            start=self.history.start + SLOT * first,
            counts=self.history.counts[first : slot + 1],
            sensitivity=self.history.sensitivity if days is None else days,
        )
        return detect(history, self.at(slot))

    def seen(self, slot: int) -> int:
        """Mentions in the hour that ends with a slot."""
        return sum(count or 0 for count in self._window(slot))

    def is_incomplete(self, slot: int) -> bool:
        return None in self._window(slot)

    def is_news(self, slot: int) -> bool:
        """Whether anything came in: a poll that finds nothing tells nothing."""
        return self.history.counts[slot] != 0

    def _window(self, slot: int) -> Sequence[int | None]:
        return self.history.counts[max(0, slot + 1 - WINDOW) : slot + 1]

    def look(self, first: int) -> Iterator[float]:
        """Ask about the slots from `first` on; how much is done, after each question."""
        ends = self._hour_ends(first)
        for done, slot in enumerate(ends, start=1):
            self.verdicts[slot] = self.asked(slot)
            yield 0.9 * done / len(ends)
        between = [
            slot
            for before, after in pairwise([max(0, first - 1), *ends])
            for slot in range(before, after)
            if self._may_ring(slot, before, after)
        ]
        for done, slot in enumerate(between, start=1):
            self.verdicts[slot] = self.asked(slot)
            yield 0.9 + 0.1 * done / len(between)

    def _may_ring(self, slot: int, before: int, after: int) -> bool:
        if slot in self.verdicts:
            return False
        around = (self.verdicts[at].evidence.high for at in (before, after) if at in self.verdicts)
        return self.seen(slot) >= max(FEWEST, min(around, default=0) + 1)

    def _hour_ends(self, first: int) -> list[int]:
        """The last slots of the clock hours, and of the history."""
        count = len(self.history.counts)
        offset = self.history.start.minute // 15
        ends = [slot for slot in range(first, count) if (slot + offset) % WINDOW == WINDOW - 1]
        return ends if ends and ends[-1] == count - 1 else [*ends, count - 1]

    def hours(self, first: int) -> Iterator[Hour]:
        """The clock hours that ended since slot `first`, and the part of one at the end."""
        for slot in self._hour_ends(first):
            evidence = self.verdicts[slot].evidence
            began = self.history.start + SLOT * slot
            known = evidence.once_in_days is not None
            yield Hour(
                at=began.replace(minute=0),
                seen=None if self.is_incomplete(slot) else evidence.seen,
                expected=evidence.expected if known else None,
                low=evidence.low if known else None,
                high=evidence.high if known else None,
            )


def _rings(past: _Past, first: int, days: float, all_clear_after: timedelta) -> Iterator[Ring]:
    """The spikes that would have been told at a sensitivity, in their order."""
    spikes = _spikes(past, first, days)
    episode: Episode | None = None
    opened: Evidence | None = None
    for slot in range(first, len(past.history.counts)):
        now, verdict = past.at(slot), spikes.get(slot) if past.is_news(slot) else None
        whole = not past.is_incomplete(slot)
        step = spike_step(episode, verdict, now, all_clear_after, whole=whole)
        ended = step == "raise" or _is_over(past, spikes, slot, episode, all_clear_after)
        if episode and opened and ended:
            yield _ring(opened, episode, over=True)
            episode = opened = None
        if step == "raise" and verdict:
            opened = verdict.evidence
            episode = Episode(watch="", alert="", began=now, last_over=now, told=opened.seen)
        elif step == "go_on" and episode and verdict:
            episode = carried_on(episode, verdict, now)
    if episode and opened:
        yield _ring(opened, episode, over=False)


def _spikes(past: _Past, first: int, days: float) -> dict[int, Verdict]:
    """The slots with which an hour ended that is a spike, or one that goes on: what is no spike to
    a more watchful look is none."""
    watchful = past.history.sensitivity
    found = {
        slot: past.asked(slot, days) if verdict.state == "spike" and days != watchful else verdict
        for slot, verdict in past.verdicts.items()
        if slot >= first and goes_on(verdict)
    }
    return {slot: found[slot] for slot in sorted(found) if goes_on(found[slot])}


def _is_over(
    past: _Past,
    spikes: dict[int, Verdict],
    slot: int,
    episode: Episode | None,
    all_clear_after: timedelta,
) -> bool:
    """Whether a spike gets its all-clear: after some time every hour of which was seen whole and
    is as usual."""
    if episode is None or past.at(slot) < episode.last_over + all_clear_after:
        return False
    hours = max(1, -(-all_clear_after // HOUR))
    looked = [slot - back * WINDOW for back in range(hours)]
    return not any(at in spikes or past.is_incomplete(at) for at in looked if at >= 0)


def _ring(opened: Evidence, episode: Episode, *, over: bool) -> Ring:
    return Ring(evidence=opened, last=episode.last_over, peak=episode.told, over=over)
