"""What of a campaign shows in the mentions of its watch: those that bear its tags, and day by day
those that are positive."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from bot.domain.conversions import bear_one
from bot.domain.daycounts import DayCount
from bot.domain.mention import NEUTRAL
from bot.domain.returns import Tagged
from bot.domain.tags import Tag, marks_in
from bot.services.base import Services
from bot.services.feltposts import FeltPost
from bot.services.paging import pages

_A_DAY = timedelta(days=1)


class _Said(msgspec.Struct, frozen=True, gc=False):
    text: str
    title: str = ""
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class _Mention(msgspec.Struct, frozen=True, gc=False):
    """A mention, of which only what was said is read."""

    id: str
    at: datetime
    post: _Said


async def tagged(
    services: Services, watch: str, tags: Sequence[Tag], since: datetime, until: datetime
) -> Tagged:
    """How many of a watch's mentions that are kept from `since` to before `until` bear a tag."""
    bear, of = 0, 0
    mentions = services.records.mentions.read_as(_Mention)
    async for page in pages(mentions, watch, since, until):
        of += len(page)
        bear += await asyncio.to_thread(_bearing, page, tags)
    return Tagged(bear, of)


def _bearing(mentions: Sequence[_Mention], tags: Sequence[Tag]) -> int:
    said = (one.post for one in mentions)
    return sum(
        bear_one(marks_in(f"{one.title}\n{one.text}", one.tags, one.links), tags) for one in said
    )


class _By(msgspec.Struct, frozen=True, gc=False):
    source: str
    author: str


class _FeltBy(FeltPost, frozen=True, gc=False):
    """The same, and by whom it is."""

    post: _By


async def positive_days(
    services: Services, watch: str, days: Sequence[DayCount], zone: ZoneInfo
) -> tuple[DayCount, ...]:
    """The same days of a watch with its positive mentions by others than the brand itself, as far
    back as mentions are kept."""
    first = _first_kept(services, zone)
    days = [one for one in days if first is None or one.day >= first]
    if not days:
        return ()
    since, until = (
        datetime.combine(day, time(), zone) for day in (days[0].day, days[-1].day + _A_DAY)
    )
    positive: Counter[date] = Counter()
    accounts = services.config.accounts
    async for page in pages(services.records.mentions.read_as(_FeltBy), watch, since, until):
        positive.update(
            one.at.astimezone(zone).date()
            for one in page
            if one.score is not None
            and one.score >= NEUTRAL
            and (one.post.source, one.post.author.casefold()) not in accounts
        )
    return tuple(replace(one, seen=positive[one.day]) for one in days)


def _first_kept(services: Services, zone: ZoneInfo) -> date | None:
    """The first day of which all mentions are still kept, None where they are for ever."""
    kept = services.config.keep_mentions
    if kept is None:
        return None
    return (services.now() - kept).astimezone(zone).date() + _A_DAY
