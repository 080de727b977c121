"""Answers to the manager's questions, from the mentions that are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.domain.mention import Mention
from bot.domain.reports import Report
from bot.domain.summaries import Summary, summarise
from bot.domain.volume import SLOT, first_mention, hourly, slots
from bot.domain.watch import Watch
from bot.services.base import Services
from bot.services.volumes import MEMORY, days_of


async def summary(services: Services, name: str, period: timedelta) -> list[Report]:
    """A report on the watch called `name`, or on all of them. Raises UnknownWatch."""
    return [await report(services, watch, period) for watch in _named(services, name)]


def _named(services: Services, name: str) -> Sequence[Watch]:
    if not name:
        return services.watches.all
    return (services.watches.named(name),)


def _all(mention: Mention) -> bool:
    return True


async def report(
    services: Services, watch: Watch, period: timedelta, counts: Callable[[Mention], bool] = _all
) -> Report:
    """What was said about a watch in the `period` until now, of the mentions that count. Against
    the usual volume stand all mentions: it is to be compared with where all of them count."""
    now = services.now()
    since = now - period
    mentions = await _mentions(services, watch.name, since, now)
    previous = await _mentions(services, watch.name, since - period, since)
    usual, known, hours = await _volume(services, watch.name, since, now)
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
    return Report(watch=watch.name, period=period, summary=made, hours=hours, known_days=known)


def _summarised(
    mentions: Sequence[Mention],
    previous: Sequence[Mention],
    counts: Callable[[Mention], bool],
    *,
    usual: float,
    since: datetime,
    now: datetime,
    brand_words: Sequence[str],
    unanswered: frozenset[str],
) -> Summary:
    return summarise(
        [mention for mention in mentions if counts(mention)],
        usual=usual,
        previous=[mention for mention in previous if counts(mention)],
        since=since,
        now=now,
        brand_words=brand_words,
        unanswered=unanswered,
    )


async def _mentions(
    services: Services, watch: str, since: datetime, before: datetime
) -> list[Mention]:
    found = await services.records.mentions.find(
        {"watch": watch}, "at", since=since, before=before + timedelta(seconds=1)
    )
    return [kept.value for kept in found]


async def _volume(
    services: Services, watch: str, since: datetime, now: datetime
) -> tuple[float, float, tuple[int, ...]]:
    """The volume expected of the period from what came before it, the days that rests on, and
    the last day's counts by hour."""
    days = await days_of(services.records, watch, now - MEMORY, now)
    first = first_mention(days)
    if first is None:
        return 0.0, 0.0, (0,) * 24
    _, counts = slots(days, max(first, now - MEMORY), now, None)
    in_period = min(len(counts), round((now - since) / SLOT))
    before = [count for count in counts[: len(counts) - in_period] if count is not None]
    known = len(before) * SLOT / timedelta(days=1)
    usual = sum(before) / len(before) * in_period if before else 0.0
    return usual, known, hourly(counts, 24)
