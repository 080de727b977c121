"""Campaigns are kept, and told what they returned, from what was counted."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from bot.config import Config, loads
from bot.domain.campaigns import Campaign, CampaignError, Counted
from bot.domain.lift import CannotTell, Lift
from bot.domain.volume import DayVolume
from bot.errors import ConversationError, UnknownWatch
from bot.services import campaigns
from bot.services.base import Services
from tests.builders import NOW
from tests.services.conftest import CONFIG

DAY = timedelta(days=1)
TODAY = NOW.date()
ADMIN = "U_ADMIN"


@pytest.fixture
def config() -> Config:
    return loads(CONFIG.replace("[slack]", f'[slack]\nadmins = ["{ADMIN}"]'))


def a_campaign(name: str = "Autumn", *, began: int = 15, ends: int = 2) -> Campaign:
    """One that began and ended so many days ago."""
    return Campaign(
        name=name,
        watch="Lumo",
        first=TODAY - began * DAY,
        last=TODAY - ends * DAY,
        cost=Decimal(1000),
    )


async def counted(services: Services, *, days: int = 80, since: date | None = None) -> None:
    """96 mentions a day, and twice as many from a day on."""
    put = services.records.volumes.put
    writes = []
    for number in range(days):
        day = TODAY - number * DAY
        each = 2 if since and day >= since else 1
        writes.append(
            put(day.isoformat(), DayVolume(watch="Lumo", day=day.isoformat(), counts=(each,) * 96))
        )
    await services.records.commit(writes)


async def test_what_a_campaign_added_is_told_with_its_price(services: Services) -> None:
    campaign = a_campaign()
    await counted(services, since=campaign.first)

    told = await campaigns.report(services, campaign)

    assert isinstance(told.found, Lift)
    assert told.found.verdict == "more"
    assert told.found.low < 14 * 96 < told.found.high
    assert told.returned.extra_mention is not None
    assert told.returned.extra_mention.estimate == pytest.approx(
        Decimal("0.744"), abs=Decimal("0.1")
    )
    assert not told.so_far


async def test_a_campaign_that_goes_on_is_told_up_to_yesterday(services: Services) -> None:
    campaign = a_campaign(ends=-10)
    await counted(services, since=campaign.first)

    told = await campaigns.report(services, campaign)

    assert isinstance(told.found, Lift)
    assert told.found.last == TODAY - DAY
    assert told.so_far


async def test_one_that_begins_today_cannot_be_told(services: Services) -> None:
    await counted(services)

    told = await campaigns.report(services, a_campaign(began=0, ends=-7))

    assert told.found == CannotTell(why="not over")


async def test_of_a_watch_of_which_nothing_was_counted_nothing_is_told(services: Services) -> None:
    told = await campaigns.report(services, a_campaign())

    assert told.positive is None
    assert isinstance(told.found, CannotTell)
    assert told.returned.extra_mention is None


async def test_a_campaign_is_kept_and_found_however_it_is_written(services: Services) -> None:
    campaign = replace(a_campaign("Été 26"), counted=Counted(clicks=5))

    await campaigns.save(services, campaign, ADMIN)

    assert await campaigns.named(services, "ÉTÉ 26") == campaign
    assert await campaigns.known(services) == [campaign]


async def test_of_two_who_give_a_name_at_once_one_is_told_so(services: Services) -> None:
    both = [replace(a_campaign("One"), cost=Decimal(cost)) for cost in (10, 20)]
    done = await asyncio.gather(
        *(campaigns.save(services, one, ADMIN) for one in both), return_exceptions=True
    )
    (kept,) = await campaigns.known(services)
    assert [one for one in done if not isinstance(one, BaseException)] == [kept]
    assert [str(one) for one in done if isinstance(one, CampaignError)] == [
        "Somebody else saved this campaign just now: look again."
    ]


async def test_a_campaign_that_is_renamed_is_not_there_twice(services: Services) -> None:
    await campaigns.save(services, a_campaign("One"), ADMIN)

    await campaigns.save(services, a_campaign("Two"), ADMIN, before="One")

    assert [one.name for one in await campaigns.known(services)] == ["Two"]


async def test_a_name_is_given_once(services: Services) -> None:
    await campaigns.save(services, a_campaign("One"), ADMIN)

    with pytest.raises(CampaignError, match="already"):
        await campaigns.save(services, a_campaign("one"), ADMIN)


async def test_a_campaign_is_set_changed_and_deleted_with_who_did_it_in_the_log(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await campaigns.save(services, a_campaign("One"), ADMIN)
    await campaigns.delete(services, "ONE", ADMIN)

    assert await campaigns.known(services) == []
    told = [(record.getMessage(), record.__dict__.get("by")) for record in caplog.records]
    assert ("campaign set", ADMIN) in told
    assert ("campaign deleted", ADMIN) in told


async def test_who_may_not_set_campaigns_deletes_none(services: Services) -> None:
    await campaigns.save(services, a_campaign("One"), ADMIN)

    with pytest.raises(ConversationError, match="administer"):
        await campaigns.delete(services, "One", "U_SOMEBODY")
    assert len(await campaigns.known(services)) == 1


async def test_who_may_not_set_campaigns_sets_none(services: Services) -> None:
    with pytest.raises(ConversationError, match="administer"):
        await campaigns.save(services, a_campaign(), "U_SOMEBODY")


async def test_a_watch_that_is_not_there_is_refused(services: Services) -> None:
    with pytest.raises(UnknownWatch):
        await campaigns.save(services, replace(a_campaign(), beside=("Nobody",)), ADMIN)


async def test_a_name_that_nobody_gave_is_not_found(services: Services) -> None:
    with pytest.raises(CampaignError, match="no campaign"):
        await campaigns.named(services, "Winter")
