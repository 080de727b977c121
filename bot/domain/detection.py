"""Whether the last quarter of an hour, or the last hour, is more than a watch's past can explain.

The counts that a watch's days hold are stepped through the detector (`bot.domain.detector`), the
running slot as it is now. Nothing is stored of that: what is remembered of the days before today is
only kept in mind, so that a look steps no further than through today.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from threading import Lock

import msgspec

from bot.domain.detector import Memory, begin, rarity_of, step
from bot.domain.rings import CALM, Settings
from bot.domain.verdicts import State, Window, once_in_days, range_of

SLOT = timedelta(minutes=15)
WINDOW = 4
"""Slots in an hour."""

_REMEMBERED = 20_000  # watches; 1 kB each, packed


class History(msgspec.Struct, frozen=True, kw_only=True):
    """A watch's counts in slots of 15 minutes.

    `start` is the beginning of the first slot: aware, on a quarter of an hour. The last slot is
    the running one. None stands for a slot that is incomplete, as a poll failed or was cut
    short; `at_least` is what was counted in each slot, in such a one as well (empty: nothing).
    `sensitivity` is in days: ring for what happens once in that many. The hours of the day are
    those of `zone`.
    """

    start: datetime
    counts: tuple[int | None, ...]
    at_least: tuple[int, ...] = ()
    sensitivity: float = 30.0
    zone: str = "UTC"


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What a verdict rests on.

    `seen` mentions from `window_start` (inclusive) to `window_end`, in an hour or, where that is
    not rare and its last quarter is, in a quarter; `expected` in a whole window like this one, and
    95 of 100 such windows lie between `low` and `high`. `once_in_days` is how rarely this watch
    reaches `seen`, at most `RAREST`; None while nothing is known. `known_days` of complete hours
    stand behind it. `in_hour` are the mentions of the whole hour; None in what an older Vigie saw.
    """

    window_start: datetime
    window_end: datetime
    seen: int
    expected: float
    low: int
    high: int
    once_in_days: float | None
    known_days: float
    sensitivity: float
    in_hour: int | None = None

    @property
    def volume(self) -> int:
        """Mentions of the hour, whichever window rang: by it spikes are held against each other."""
        return self.seen if self.in_hour is None else self.in_hour

    @property
    def is_quarter(self) -> bool:
        """Whether the window is a quarter of an hour (which may not be over), not an hour."""
        return self.window_end - self.window_start < 2 * SLOT

    @property
    def hour_start(self) -> datetime:
        """The beginning of the hour that ends with the window."""
        return self.window_start - SLOT * (WINDOW - 1) if self.is_quarter else self.window_start

    @property
    def expected_an_hour(self) -> float:
        return self.expected * WINDOW if self.is_quarter else self.expected


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """quiet: explained; spike: as rare as asked for; learning: less than a day is known, and it is
    no gross excess; incomplete: a part of the hour was not seen, and the rest is no spike."""

    state: State
    evidence: Evidence


def detect(history: History, now: datetime) -> Verdict:
    """The verdict on the windows that end with the running slot.

    A running window is held against a whole one, so an early look rings no sooner than the last
    one of its slot. When a spike is told, and when not again, is not decided here.

    Linear in the slots, and in those of today where the days before were looked at already. Raises
    ValueError where `start` is naive or off the quarter hour, where there is no slot, or where
    `now` is not in the last one.
    """
    check(history, now)
    running = history.start + SLOT * (len(history.counts) - 1)
    before = min(_slots_before_today(history.start, running), len(history.counts) - 1)
    settings = settings_of(history)
    memory = _memories.of(history.start, history.counts[:before], settings)
    memory = _after(memory, history.start + SLOT * before, history.counts[before:-1], settings)
    return looked_at(memory, history.counts[-1], running, now, settings)[1]


def settings_of(history: History) -> Settings:
    return Settings(slot=SLOT, once_in_days=history.sensitivity, zone=history.zone)


def check(history: History, now: datetime) -> None:
    """Raises ValueError as `detect` does."""
    start = history.start
    if start.tzinfo is None or start.minute % 15 or start.second or start.microsecond:
        raise ValueError(f"A history starts on a quarter of an hour, aware: not at {start}.")
    if not history.counts:
        raise ValueError("A history holds at least the running slot.")
    running = start + SLOT * (len(history.counts) - 1)
    if not running <= now < running + SLOT:
        raise ValueError(f"{now} is not in the running slot, which began at {running}.")


def first_memory(start: datetime, settings: Settings) -> Memory:
    """The memory before the first slot: the hours that teach are those of the clock, and the first
    one has a gap where the counts do not begin with it."""
    return begin(start.replace(minute=0), settings)


def looked_at(
    memory: Memory, count: int | None, at: datetime, now: datetime, settings: Settings
) -> tuple[Memory, Verdict]:
    """The memory after the slot that began at `at`, and the verdict on it as it is `now`."""
    after, found = step(memory, count, at, settings)
    hour, state, rare = memory.forecast.hour, found.state, False
    window = hour
    if state == "spike":
        window, rare = _told_window(memory, after, settings)
    if state == "spike" and not rare:
        state = "incomplete" if after.unseen else memory.forecast.otherwise
    low, high = range_of(window)
    seen = after.hour if window is hour else after.quarter
    evidence = Evidence(
        window_start=(at + SLOT * (1 - window.slots)).astimezone(UTC),
        window_end=now.astimezone(UTC),
        seen=seen,
        expected=window.mean,
        low=low,
        high=high,
        once_in_days=once_in_days(window, seen),
        known_days=memory.forecast.hours / 24,
        sensitivity=settings.once_in_days,
        in_hour=after.hour,
    )
    return after, Verdict(state=state, evidence=evidence)


def _told_window(memory: Memory, after: Memory, settings: Settings) -> tuple[Window, bool]:
    """The window that is told, and whether it is as rare as asked for: the hour where it is rare by
    itself, as it tells more; else its last quarter where that is."""
    forecast = memory.forecast
    hour, quarter = 0.0, 0.0
    if not after.unseen:
        hour = rarity_of(after.hour, forecast.hour, forecast, settings)
    if after.unseen <= forecast.hour.slots - forecast.quarter.slots:
        quarter = rarity_of(after.quarter, forecast.quarter, forecast, settings)
    for days in (settings.once_in_days, CALM):
        if max(hour, quarter) >= days:
            window = forecast.hour if hour >= days else forecast.quarter
            return window, days == settings.once_in_days
    return forecast.hour, False


def _slots_before_today(start: datetime, running: datetime) -> int:
    midnight = running.astimezone(UTC).replace(hour=0, minute=0)
    return max(0, (midnight - start) // SLOT)


class _Memories:
    """What was reckoned of watches' pasts, packed and by a digest of these: a past of four weeks is
    25 kB and takes some 10 ms, and there may be 10,000 watches."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._packed: dict[bytes, bytes] = {}
        self._lock = Lock()
        self._unpack = msgspec.msgpack.Decoder(Memory).decode

    def of(self, start: datetime, counts: tuple[int | None, ...], settings: Settings) -> Memory:
        """The memory after such a past."""
        past = msgspec.msgpack.encode((start, str(start.tzinfo), counts, settings))
        digest = blake2b(past, digest_size=16).digest()
        if packed := self._packed.get(digest):
            return self._unpack(packed)
        memory = _after(first_memory(start, settings), start, counts, settings)
        with self._lock:
            self._packed[digest] = msgspec.msgpack.encode(memory)
            while len(self._packed) > self._most:  # of each watch the latest is asked for
                del self._packed[next(iter(self._packed))]
        return memory


_memories = _Memories(_REMEMBERED)


def _after(
    memory: Memory, start: datetime, counts: Sequence[int | None], settings: Settings
) -> Memory:
    at = start
    for count in counts:
        memory, _ = step(memory, count, at, settings)
        at += SLOT
    return memory
