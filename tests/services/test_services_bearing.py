"""What of a campaign shows in the mentions of its watch."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from bot.config import Config, loads
from bot.domain.campaigns import Campaign
from bot.domain.daycounts import DayCount
from bot.domain.lift import CannotTell, Lift
from bot.domain.mention import Sentiment
from bot.domain.returns import Tagged
from bot.domain.volume import DayVolume
from bot.services import bearing, campaigns
from bot.services.base import Services
from tests.builders import NOW, a_mention, a_post, kept_for
from tests.services.conftest import CONFIG

PARIS = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def config() -> Config:
    accounts = '[[accounts]]\nsource = "forum"\nauthor = "Lumo"\n'
    return loads(f"{CONFIG}\n{accounts}")


async def keep(
    services: Services, at: datetime, score: float | None, count: int = 1, **post: object
) -> None:
    """So many mentions of one moment, that feel like this."""
    felt = None if score is None else Sentiment(score=score)
    writes = []
    for number in range(count):
        id = f"{at:%m%d%H} {score} {number} {post}"
        mention = a_mention(id=id, at=at, post=a_post(at=at, **post))
        mention = replace(mention, analysis=replace(mention.analysis, sentiment=felt))
        writes.append(services.records.mentions.put(id, mention))
    await services.records.commit(writes)


async def test_positive_mentions_are_counted_by_the_day_without_the_brands_own(
    services: Services,
) -> None:
    night = datetime(2026, 11, 20, 23, 30, tzinfo=NOW.tzinfo)  # past midnight in Paris
    await keep(services, night, 0.8, count=2)
    await keep(services, night - 2 * timedelta(hours=1), 0.8)
    for score in (0.04, -0.5, None):
        await keep(services, night, score)
    await keep(services, night, 0.9, source="forum", author="LUMO")
    days = [DayCount(day=date(2026, 11, day), seen=9, share=0.9) for day in (20, 21, 22)]

    found = await bearing.positive_days(services, "Lumo", days, PARIS)

    assert [(one.seen, one.share) for one in found] == [(1, 0.9), (2, 0.9), (0, 0.9)]


async def test_mentions_that_bear_a_tag_are_counted_among_all(services: Services) -> None:
    await keep(services, NOW, 0.1, text="My lamp! #LumoAutumn")
    await keep(
        services, NOW, 0.1, text="Look", links=("https://lumo.example/?utm_campaign=autumn",)
    )
    await keep(services, NOW, 0.1, text="lumoautumn")
    await keep(services, NOW - 40 * DAY, 0.1, text="#lumoautumn")
    campaign = Campaign(
        name="Autumn",
        watch="Lumo",
        first=TODAY - 5 * DAY,
        last=TODAY,
        tags=("#lumoautumn", "utm_campaign=autumn"),
    )

    assert (await campaigns.report(services, campaign)).tagged == Tagged(bear=2, of=3)
    bare = replace(campaign, tags=())
    assert (await campaigns.report(services, bare)).tagged is None


async def test_a_campaign_for_positive_mentions_is_held_against_their_own_past(
    services: Services,
) -> None:
    first = TODAY - 8 * DAY
    for number in range(1, 60):
        day = TODAY - number * DAY
        at = datetime(day.year, day.month, day.day, 12, tzinfo=NOW.tzinfo)
        await keep(services, at, 0.5, count=12 if day >= first else 4)
        volume = DayVolume(watch="Lumo", day=day.isoformat(), counts=(1,) * 96)
        await services.records.commit([services.records.volumes.put(volume.day, volume)])
    campaign = Campaign(
        name="Praise",
        watch="Lumo",
        first=first,
        last=TODAY - 2 * DAY,
        goal="positive-mentions",
        target=20,
        cost=Decimal(560),
    )

    told = await campaigns.report(services, campaign)

    assert isinstance(told.positive, Lift)
    assert (told.positive.verdict, told.positive.seen) == ("more", 7 * 12)
    assert isinstance(told.found, Lift)
    assert told.found.verdict != "more"
    assert told.reached == "reached"
    assert told.returned.extra_mention
    assert told.returned.extra_mention.estimate == pytest.approx(Decimal(10), abs=Decimal(1))


async def test_what_is_no_longer_kept_is_no_day_without_any(services: Services) -> None:
    config = kept_for(services.config, mentions=30 * DAY)
    days = [DayCount(day=TODAY - number * DAY, seen=5) for number in (31, 30, 29, 28)]

    keeping = dataclasses.replace(services, config=config)
    found = await bearing.positive_days(keeping, "Lumo", days, PARIS)

    assert [TODAY - one.day for one in found] == [29 * DAY, 28 * DAY]


async def test_of_a_watch_without_positive_mentions_nothing_can_be_told(
    services: Services,
) -> None:
    campaign = Campaign(
        name="A", watch="Lumo", first=TODAY - DAY, last=TODAY - DAY, goal="positive-mentions"
    )

    told = await campaigns.report(services, campaign)

    assert isinstance(told.positive, CannotTell)
    assert told.meant is told.positive
