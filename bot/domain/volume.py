"""How many mentions a watch had, in slots of fifteen minutes: what the detector remembers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec

SLOT = timedelta(minutes=15)
SLOTS_A_DAY = 96


class DayVolume(msgspec.Struct, frozen=True, kw_only=True):
    """One watch's counts on one UTC day, a slot a place; `gaps` are slots that a poll could not
    show whole. `by_source` are the mentions of each source, `query` is what they match (both are
    missing in what an older Vigie counted)."""

    watch: str
    day: str
    counts: tuple[int, ...] = (0,) * SLOTS_A_DAY
    gaps: tuple[int, ...] = ()
    by_source: dict[str, int] = {}
    query: str = ""


def slot_of(at: datetime) -> tuple[str, int]:
    """The UTC day (ISO) and the slot (0 to 95) of a time."""
    at = at.astimezone(UTC)
    return at.date().isoformat(), (at.hour * 60 + at.minute) // 15


def slot_start(at: datetime) -> datetime:
    """The beginning of the slot that holds `at`."""
    at = at.astimezone(UTC)
    return at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)


def days_between(since: datetime, until: datetime) -> list[str]:
    """The UTC days (ISO) from that of `since` to that of `until`, both included."""
    first, last = since.astimezone(UTC).date(), until.astimezone(UTC).date()
    return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]


def counted(day: DayVolume, slots: Iterable[int], source: str = "") -> DayVolume:
    """The day with one more mention of `source` in each of `slots` (a slot may come several
    times)."""
    counts, more = list(day.counts), 0
    for slot in slots:
        counts[slot] += 1
        more += 1
    by_source = {**day.by_source, source: day.by_source.get(source, 0) + more}
    return msgspec.structs.replace(
        day, counts=tuple(counts), by_source=by_source if more and source else day.by_source
    )


def uncounted(
    day: DayVolume, slots: Mapping[int, int], sources: Mapping[str, int], query: str
) -> DayVolume:
    """The day without so many mentions in some of its slots, and of some sources: those that
    `query`, by which it is counted now, does not match."""
    return msgspec.structs.replace(
        day,
        counts=tuple(max(0, n - slots.get(slot, 0)) for slot, n in enumerate(day.counts)),
        by_source={
            source: max(0, n - sources.get(source, 0)) for source, n in day.by_source.items()
        },
        query=query,
    )


def with_gap(day: DayVolume, since: datetime, until: datetime) -> DayVolume:
    """The day with the slots that overlap `since` to `until` known to be incomplete."""
    start = midnight(day.day)
    missing = {
        slot
        for slot in range(SLOTS_A_DAY)
        if start + slot * SLOT < until and start + (slot + 1) * SLOT > since
    }
    return msgspec.structs.replace(day, gaps=tuple(sorted(missing.union(day.gaps))))


def seen(
    days: Mapping[str, DayVolume], since: datetime, now: datetime
) -> tuple[datetime, tuple[int, ...]]:
    """What was counted from the slot of `since` to the running slot, where that is incomplete as
    well: there it is the least that there was."""
    start = slot_start(since)
    if now < start:
        return start, ()
    counts: list[int] = []
    for name in days_between(since, now):
        volume = days.get(name)
        counts += volume.counts if volume else (0,) * SLOTS_A_DAY
    return start, tuple(_cut(counts, since, now))


def slots(
    days: Mapping[str, DayVolume], since: datetime, now: datetime, silent_since: datetime | None
) -> tuple[datetime, tuple[int | None, ...]]:
    """The counts from the slot of `since` to the running slot, None where they are incomplete.

    `silent_since` is the time from which a source of the watch could not be read, or None.
    """
    start, counts = seen(days, since, now)
    shown: list[int | None] = [*counts]
    for name in days_between(since, now) if counts else ():
        for slot in days[name].gaps if name in days else ():
            at = (midnight(name) + slot * SLOT - start) // SLOT
            if 0 <= at < len(shown):
                shown[at] = None
    if silent_since:
        known = max(0, (slot_start(silent_since) - start) // SLOT)
        shown[known:] = [None] * len(shown[known:])
    return start, tuple(shown)


def _cut(counts: Sequence[int], since: datetime, now: datetime) -> Sequence[int]:
    """Those of whole days from the slot of `since` to that of `now`."""
    first, end = slot_of(since)[1], slot_of(now)[1] - SLOTS_A_DAY + 1
    return counts[first : len(counts) + end]


def first_mention(days: Mapping[str, DayVolume]) -> datetime | None:
    """The start of the first slot that counted anything."""
    for name in sorted(days):
        for slot, count in enumerate(days[name].counts):
            if count:
                return midnight(name) + slot * SLOT
    return None


def hourly(counts: tuple[int | None, ...], hours: int) -> tuple[int, ...]:
    """The last `hours` hours (four slots each, the last with the running one), oldest first;
    what is incomplete counts what was seen as nothing."""
    known = [count or 0 for count in counts[-4 * hours :]]
    known = [0] * (4 * hours - len(known)) + known
    return tuple(sum(known[n : n + 4]) for n in range(0, 4 * hours, 4))


def midnight(day: str) -> datetime:
    """The beginning of a UTC day (ISO)."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
