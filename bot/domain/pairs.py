"""A watch at a source: how far it was read, and how it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo

import msgspec
from msgspec.structs import replace

from bot.domain.faults import Fault

PATIENCE = 3
"""Polls that fail in a row before anybody is told."""

FRESHNESS = timedelta(minutes=1)
"""How far the kept time of the last good poll may lie behind."""

LONGEST_REST = timedelta(hours=1)
"""Between two polls of a source that fails and does not say for how long."""

SET_BACK = timedelta(days=2)
"""Nobody asks for a rest so long: what is left of one is then a clock's that was set back."""


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A time of which a source could not show everything."""

    since: datetime
    until: datetime


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one watch at one source.

    `cursor` is the source's own bookmark, None before the first poll; `asked` are the terms it
    was asked for, whose change brings history that is no news. `query` is what its posts were held
    against; all that it has is counted since `counted_from`, where its first poll ended, and by the
    query of now since `asked_from`, where that came to ask for more. `failures` counts polls that
    failed in a row; `error` says why (an older Vigie kept English words). `rest_until` is when it
    may be asked again. `told` says that its silence was announced, `back` is when it last answered
    after a gap. `last_ok` is until when it was read; `pending` says that an answer after that did
    not hold all there is yet. `gap` is the last time of which some posts may never be known.
    `looked_back` is when all of its last days was read. `emptied` are terms for which it finds
    nothing any more, though it showed posts of several people: nothing is known of that time.
    It is `blank` where it did not even show the newest post known when it was last read. `wished`
    says that the rest is one that the source, or a budget, asks of all who poll it.
    """

    watch: str
    source: str
    cursor: str | None = None
    asked: tuple[str, ...] = ()
    query: str = ""
    counted_from: datetime | None = None
    asked_from: datetime | None = None
    last_ok: datetime | None = None
    newest: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    error: Fault | str = ""
    rest_until: datetime | None = None
    told: bool = False
    back: datetime | None = None
    pending: bool = False
    gap: Gap | None = None
    looked_back: datetime | None = None
    emptied: tuple[str, ...] = ()
    wished: bool = False
    blank: bool = False

    @property
    def id(self) -> str:
        return pair_id(self.watch, self.source)


def pair_id(watch: str, source: str) -> str:
    """The id of a pair; unique because a name holds no newline once it was read from a file."""
    return f"{watch}\n{source}"


def failed(
    pair: Pair, error: Fault | str, now: datetime, until: datetime | None, every: timedelta
) -> Pair:
    """The pair after a poll that failed: it rests, longer each time, or until it was told to."""
    failures = pair.failures + 1
    rest = min(every * 2 ** min(failures - 1, 16), max(LONGEST_REST, every))
    return replace(
        pair,
        failures=failures,
        failing_since=pair.failing_since or now,
        error=error,
        rest_until=until or (now + rest if failures > 1 else None),
        wished=until is not None,
    )


def rests(pair: Pair, now: datetime) -> bool:
    """Whether its source is to be left alone now."""
    left = pair.rest_until - now if pair.rest_until else timedelta()
    return timedelta() < left < SET_BACK


def rested(pair: Pair, until: datetime) -> Pair:
    """The pair after a poll in which nobody was asked: for the source's sake, or for a budget's."""
    return replace(pair, rest_until=until, wished=True)


def asked_to_rest(pairs: Iterable[Pair], now: datetime) -> dict[str, datetime]:
    """Until when each source asked one of its pairs to be left alone: so it asks of all of them."""
    found: dict[str, datetime] = {}
    for pair in pairs:
        if pair.wished and pair.rest_until and rests(pair, now):
            found[pair.source] = max(found.get(pair.source, pair.rest_until), pair.rest_until)
    return found


def read(
    pair: Pair,
    asked: tuple[str, ...],
    cursor: str,
    now: datetime,
    newest: datetime | None,
    resume_at: datetime | None,
    *,
    complete: bool = True,
    pending: bool = False,
    emptied: tuple[str, ...] = (),
    blank: bool = False,
) -> Pair:
    """The pair after a poll that was answered; `complete` and `pending` as its page was. With terms
    that were `emptied` there is something pending, too."""
    pending = pending or bool(emptied)
    known = [moment for moment in (pair.newest, newest) if moment]
    lost = pair.last_ok and not complete and Gap(since=min(pair.last_ok, now), until=now)
    return replace(
        pair,
        cursor=cursor,
        asked=asked,
        last_ok=pair.last_ok if pending and pair.last_ok else now,
        pending=pending,
        emptied=emptied,
        blank=blank,
        gap=lost or pair.gap,
        newest=max(known) if known else None,
        failures=0,
        failing_since=None,
        error="",
        rest_until=resume_at,
        wished=resume_at is not None
        and (pending or (pair.wished and resume_at == pair.rest_until)),
        told=False,
    )


GAP = 3
"""Intervals without an answer that are a gap."""


def came_back(before: Pair, now: datetime, every: timedelta) -> bool:
    """Whether an answer now comes after a gap; `before` is the pair as it was until then."""
    if before.last_ok is None:
        return False
    return before.failures > 0 or now - before.last_ok > GAP * every + FRESHNESS


def joined(after: Pair, before: Pair, query: str, oldest: datetime | None, *, anew: bool) -> Pair:
    """The pair after a poll with `query`; where that read its source from the beginning (`anew`, or
    for the first time), back to the `oldest` post (None: it has none)."""
    counted_from = oldest if before.cursor is None else before.counted_from
    asked_from = oldest if anew else before.asked_from
    return replace(
        after,
        query=query,
        counted_from=counted_from,
        asked_from=asked_from,
        looked_back=after.last_ok if anew or before.cursor is None else before.looked_back,
    )


A_NIGHT = timedelta(hours=20)
"""Between two looks back over a source's last days, at least; in the quiet hours of the night …"""

OVERDUE = timedelta(hours=36)
"""… or, where nobody was there then, at any hour."""

QUIET = range(2, 5)

AN_HOUR = timedelta(hours=1)
"""Between two looks at whether a source that finds nothing any more does again …"""

A_WATCH = timedelta(hours=3)
"""… and at one that may have begun to find nothing."""


def must_look_back(pair: Pair, now: datetime, zone: tzinfo) -> bool:
    """Whether it is time to read all of a source's last days again, for what came in late."""
    if pair.cursor is None or pair.failures or rests(pair, now):
        return False
    at_night = now.astimezone(zone).hour in QUIET
    if pair.looked_back is None or pair.looked_back > now:  # the clock was set back
        return at_night or pair.blank
    passed = now - pair.looked_back
    if pair.emptied:
        return passed >= AN_HOUR
    if pair.blank and passed >= A_WATCH:
        return True
    return passed >= OVERDUE or (passed >= A_NIGHT and at_night)


def is_worth_keeping(before: Pair, after: Pair) -> bool:
    """Whether more changed than the time of the last good poll, or that by a minute: a quiet poll
    every few seconds is not worth a write to the disk."""
    if before.last_ok is None or after.last_ok is None:
        return True
    passed = after.last_ok - before.last_ok
    return replace(before, last_ok=after.last_ok) != after or abs(passed) >= FRESHNESS


def must_be_told(pair: Pair, now: datetime) -> bool:
    """Whether the admin channel should hear of this pair's silence now: it failed several times, or
    its source wants to be left alone for longer than Vigie by itself ever leaves one alone, so that
    several failures would take days."""
    return not pair.told and (pair.failures >= PATIENCE or bool(long_rest(pair, now)))


def long_rest(pair: Pair, now: datetime) -> datetime | None:
    """Until when a source that failed asked to be left alone, where that is longer than usual."""
    until = pair.rest_until if pair.failures and pair.wished else None
    return until if until and until - now > LONGEST_REST else None
