"""A watch's counts as the detector is to look at them: of the sources that answer, by the query of
now, and as if sources that joined had been there all along."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.detection import History
from bot.domain.joining import A_DAY, Joined, levelled
from bot.domain.leaving import GONE, gone, of_the_others, silent_since
from bot.domain.pairs import Pair
from bot.domain.volume import DayVolume, first_mention, midnight, seen, slots

_MOMENT = timedelta(seconds=1)


def history(
    days: Mapping[str, DayVolume],
    pairs: Sequence[Pair],
    sources: Collection[str],
    since: datetime,
    now: datetime,
) -> History | None:
    """The counts of a watch from `since` on, where its `pairs` at its `sources` are as they are
    now. None where nothing was counted."""
    left = gone(pairs, now)
    days = of_the_others(days, sources, left)
    first = first_mention(days)
    if first is None or first > now:
        return None
    asked_from = max((pair.asked_from for pair in pairs if pair.asked_from), default=first)
    since = max(first, asked_from, since)
    there = [pair for pair in pairs if pair.source not in left]
    silent = min((at for pair in there if (at := silent_since(pair))), default=None)
    start, counts = slots(days, since, now, silent)
    if not counts:
        return None
    start, counts = levelled(start, counts, _joined(there, days, now), now)
    return History(start=start, counts=counts, at_least=seen(days, since, now)[1][-len(counts) :])


def begins_by(
    moment: datetime,
    earlier: DayVolume,
    pairs: Sequence[Pair],
    sources: Collection[str],
    now: datetime,
) -> bool:
    """Whether a watch's `history`, where it has one, surely begins at a `moment` more than a day
    before now, or sooner: by one `earlier` day, and as nothing that cuts the past short is younger
    (a source that joined, a query that came to ask for more). False: all days have to be looked
    at."""
    changes = (at for pair in pairs for at in (pair.counted_from, pair.asked_from))
    if any(at > moment for at in changes if at):
        return False
    day = of_the_others({earlier.day: earlier}, sources, gone(pairs, now))
    first = first_mention(day)
    return first is not None and first <= moment


def as_they_stood(
    days: Mapping[str, DayVolume],
    pairs: Sequence[Pair],
    sources: Collection[str],
    since: datetime,
    looked_at: tuple[datetime, datetime],
) -> tuple[History, ...]:
    """The same for a time that is looked at again, one after the other: each is what was known up
    to its end, before a source joined, was known for a day, or was given up; the last one ends with
    that time."""
    first, until = looked_at
    found = []
    for at in (*_changes(pairs, first, until), until):
        there = [p for p in pairs if p.counted_from is None or p.counted_from <= at]
        so_far = {name: day for name, day in days.items() if midnight(name) <= at}
        if known := history(so_far, there, sources, since, at):
            found.append(known)
    return tuple(found)


def _changes(pairs: Sequence[Pair], first: datetime, until: datetime) -> list[datetime]:
    """The moments between two before what is known of the past changed."""
    joined = [pair.counted_from for pair in pairs if pair.counted_from]
    silent = [at for pair in pairs if (at := silent_since(pair))]
    moments = {*joined, *(at + A_DAY for at in joined), *(at + GONE for at in silent)}
    return sorted(at - _MOMENT for at in moments if first < at < until)


def _joined(pairs: Sequence[Pair], days: Mapping[str, DayVolume], now: datetime) -> list[Joined]:
    """The sources that were not there from the beginning, with what they brought so far; one that
    joined after `now` is no part of it."""
    found = []
    for pair in pairs:
        if pair.counted_from and pair.counted_from <= now:
            since = _known_from(pair.source, pair.counted_from, days)
            first = _day_of(since)
            brought = [day.by_source.get(pair.source, 0) for n, day in days.items() if n >= first]
            found.append(Joined(since=since, mentions=sum(brought)))
    return found


def _known_from(source: str, joined: datetime, days: Mapping[str, DayVolume]) -> datetime:
    """Since when a source is counted, which `joined` then: where its past was brought along (an
    import), that counts, from the first day on since when it was there on half of the days. A
    straggler is no past."""
    last = _day_of(joined)
    there = (name for name, day in days.items() if day.by_source.get(source))
    earlier = sorted(name for name in there if name < last)
    for number, name in enumerate(earlier):
        if 2 * (len(earlier) - number) > (joined - midnight(name)).days:
            return midnight(name)
    return joined


def _day_of(at: datetime) -> str:
    """How the day (UTC) of a moment is called."""
    return at.date().isoformat()
