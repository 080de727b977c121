"""Answers to the manager's questions, from the mentions that are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from bot.domain.conversation import Conversation
from bot.domain.mention import Mention
from bot.domain.reports import Gained, Overview, Report, gained_of, shares_of
from bot.domain.summaries import Summary, summarise
from bot.domain.trends import Span, alike_from
from bot.domain.trends import counts as span_counts
from bot.domain.volume import SLOT, first_mention, hourly, slots
from bot.domain.watch import Watch
from bot.services import answering
from bot.services.base import Services
from bot.services.paging import pages
from bot.services.volumes import MEMORY, days_of, pairs_of


async def summary(services: Services, name: str, period: timedelta) -> tuple[Report, ...]:
    """A report on the watch called `name`, or on each of all. Raises UnknownWatch."""
    return tuple([await report(services, watch, period) for watch in _named(services, name)])


async def overview(services: Services, name: str, period: timedelta) -> Overview:
    """A report on the watch called `name`, or on all of them, and what waits, was answered and was
    gained of them. Raises UnknownWatch."""
    now, watches = services.now(), _named(services, name)
    since, names = now - period, frozenset(watch.name for watch in watches)

    def ours(conversation: Conversation) -> bool:
        return conversation.watch in names

    reports = await summary(services, name, period)
    flagged = await answering.flagged_since(services, since - period, names, ours)
    responses, before = answering.taken(flagged, since, now)
    return Overview(
        reports=reports,
        shares=shares_of(reports),
        waiting=await answering.waiting(services, ours),
        responses=responses,
        responses_before=before,
        gained=await gained(services, names, since),
    )


async def gained(services: Services, watches: Collection[str], since: datetime) -> Gained:
    """The insights of some watches since then."""
    kept = await services.records.insights.find({}, "heard")
    ours = [one.value for one in kept if one.value.watch in watches]
    return gained_of(ours, since, services.now() + timedelta(seconds=1))


def _named(services: Services, name: str) -> Sequence[Watch]:
    if not name:
        return services.watches.all
    return (services.watches.named(name),)


BY_DAY = timedelta(days=3)
"""Of what is as long, the volume is shown by the day."""

_AT_ONCE = 200


def _all(mention: Mention) -> bool:
    return True


async def report(
    services: Services,
    watch: Watch,
    period: timedelta,
    counts: Callable[[Mention], bool] = _all,
) -> Report:
    """What was said about a watch in the `period` until now, of the mentions that count. Against
    the usual volume stand all mentions: it is to be compared with where all of them count."""
    now = services.now()
    since = now - period
    mentions = await _mentions(services, watch.name, since, now + timedelta(seconds=1))
    previous = await _mentions(services, watch.name, since - period, since)
    usual, known, hours, days = await _volume(services, watch.name, since, now)
    waiting = await services.records.conversations.find({"state": "new"}, "opened")
    made = await asyncio.to_thread(
        _summarised,
        mentions,
        previous,
        counts,
        usual=usual,
        since=since,
        now=now,
        brand_words=watch.query.words(),
        unanswered=frozenset(kept.value.id for kept in waiting if kept.value.watch == watch.name),
    )
    return Report(
        watch=watch.name,
        period=period,
        summary=made,
        hours=hours,
        days=days,
        known_days=known,
        before=await _before(services, watch, since, period),
    )


async def _before(
    services: Services, watch: Watch, since: datetime, period: timedelta
) -> int | None:
    """The mentions of as long a time before; None where not all of it was looked at alike."""
    days = await days_of(services.records, watch.name, since - period - MEMORY, since)
    alike = alike_from(days, await pairs_of(services.records, watch))
    if alike is None or alike > since - period:
        return None
    [before] = span_counts(days, [Span(since - period, since)])
    return before


def _summarised(
    mentions: list[Mention],
    previous: list[Mention],
    counts: Callable[[Mention], bool],
    *,
    usual: float,
    since: datetime,
    now: datetime,
    brand_words: Sequence[str],
    unanswered: frozenset[str],
) -> Summary:
    """The summary; of the mentions nothing is left then."""
    made = summarise(
        [mention for mention in mentions if counts(mention)],
        usual=usual,
        previous=[mention for mention in previous if counts(mention)],
        since=since,
        now=now,
        brand_words=brand_words,
        unanswered=unanswered,
    )
    _let_go(mentions)
    _let_go(previous)
    return made


def _let_go(mentions: list[Mention]) -> None:
    """Forget thousands of mentions, some at a time, in the thread: all at once, at the end of who
    asked, they would hold up the event loop for some 30 ms."""
    while mentions:
        del mentions[-_AT_ONCE:]


async def _mentions(
    services: Services, watch: str, since: datetime, until: datetime
) -> list[Mention]:
    """Page by page, so that nobody else waits for thousands."""
    found: list[Mention] = []
    async for page in pages(services.records.mentions, watch, since, until):
        found += page
    return found


async def _volume(
    services: Services, watch: str, since: datetime, now: datetime
) -> tuple[float, float, tuple[int, ...], tuple[int, ...]]:
    """The volume expected of the period from what came before it, the days that rests on, the
    last day's counts by hour, and those of a longer period by the day."""
    days = await days_of(services.records, watch, now - MEMORY, now)
    first = first_mention(days)
    if first is None:
        return 0.0, 0.0, (0,) * 24, ()
    _, counts = slots(days, max(first, now - MEMORY), now, None)
    in_period = min(len(counts), round((now - since) / SLOT))
    before = [count for count in counts[: len(counts) - in_period] if count is not None]
    known = len(before) * SLOT / timedelta(days=1)
    usual = sum(before) / len(before) * in_period if before else 0.0
    return usual, known, hourly(counts, 24), _daily(counts, now - since)


def _daily(counts: tuple[int | None, ...], period: timedelta) -> tuple[int, ...]:
    if period < BY_DAY:
        return ()
    hours = hourly(counts, 24 * min(round(period / timedelta(days=1)), MEMORY.days))
    return tuple(sum(hours[start : start + 24]) for start in range(0, len(hours), 24))
