"""What a manager is told, as values to be shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from bot.domain.insights import Insight
from bot.domain.responses import Responses, Waiting
from bot.domain.shares import Compared, Share
from bot.domain.summaries import Summary
from bot.domain.trends import Felt, Span


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A summary of one watch, and its last hours as a row of counts (oldest first); of a longer
    time its `days` as well, each 24 hours that end as the period does.

    `known_days` is how much of the past the word "usual" rests on. `before` are the mentions of as
    long a time before; None where not all of both was looked at alike.
    """

    watch: str
    period: timedelta
    summary: Summary
    hours: tuple[int, ...]
    days: tuple[int, ...] = ()
    known_days: float
    before: int | None = None


class Gained(msgspec.Struct, frozen=True, kw_only=True):
    """The insights of a time: those that were `heard` in it, and how many were shipped."""

    heard: tuple[Insight, ...] = ()
    shipped: int = 0


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """Reports, one a watch, and what part each of several has in all that was said; what waits
    for an answer of them now, how long the answers of their time took and of as long before, and
    the insights that they gave."""

    reports: tuple[Report, ...]
    shares: Compared | None = None
    waiting: Waiting = Waiting()
    responses: Responses | None = None
    responses_before: Responses | None = None
    gained: Gained = Gained()


def shares_of(reports: Sequence[Report]) -> Compared | None:
    """What part each of several watches has; None where there is one, or nothing was said."""
    if len(reports) < 2 or not any(report.summary.total for report in reports):
        return None
    first = reports[0]
    return Compared(
        length=first.period,
        spans=(Span(first.summary.since, first.summary.until),),
        shares=tuple(_share(report) for report in reports),
    )


def _share(report: Report) -> Share:
    mood = report.summary.mood
    return Share(
        watch=report.watch,
        counts=(report.summary.total,),
        felt=Felt(mood.negative, mood.negative + mood.neutral + mood.positive),
        before=report.before,
    )


def gained_of(insights: Iterable[Insight], since: datetime, until: datetime) -> Gained:
    """What some insights came to between two moments; what Vigie merely proposed, or was found to
    be none, was not gained."""
    known = [one for one in insights if one.state not in ("proposed", "dismissed")]
    heard = [one for one in known if since <= one.heard < until]
    shipped = [one for one in known if one.shipped and since <= one.shipped < until]
    return Gained(
        heard=tuple(sorted(heard, key=lambda one: (-one.people, one.id))), shipped=len(shipped)
    )
