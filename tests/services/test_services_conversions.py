"""What is told of campaigns is kept once, and counted when somebody asks."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from bot.config import Config, loads
from bot.domain.campaigns import Campaign
from bot.domain.conversions import AFTER, Conversion, ConversionKind, Told
from bot.services import campaigns, conversions, retention
from bot.services.base import Services
from bot.store.postgres import PostgresStore
from bot.store.repositories import TABLES, Records
from tests.builders import NOW, kept_for
from tests.postgres import made
from tests.services.conftest import CONFIG

DAY = timedelta(days=1)
TODAY = NOW.date()
ADMIN = "U_ADMIN"
AUTUMN = Campaign(
    name="Autumn",
    watch="Lumo",
    first=TODAY - 20 * DAY,
    last=TODAY - 10 * DAY,
    cost=Decimal(1000),
    tags=("utm_campaign=autumn",),
)


@pytest.fixture
def config() -> Config:
    return loads(CONFIG.replace("[slack]", f'[slack]\nadmins = ["{ADMIN}"]'))


def told(
    number: int = 1,
    *,
    days_ago: int = 15,
    kind: ConversionKind = "sale",
    tag: str = "autumn",
    url: str = "",
    value: int | None = None,
) -> Conversion:
    return Conversion(
        id=f"c{number}",
        at=NOW - days_ago * DAY,
        kind=kind,
        tag=tag,
        url=url,
        value=None if value is None else Decimal(value),
    )


async def kept(services: Services) -> Sequence[Conversion]:
    return [one.value for one in await services.records.conversions.find({}, "at")]


async def test_what_is_told_twice_is_kept_once(services: Services) -> None:
    first = await campaigns.receive(services, [told(1), told(2), told(2)])
    again = await campaigns.receive(services, [told(2), told(3)])

    assert (first.new, first.known) == (2, 1)
    assert (again.new, again.known) == (1, 1)
    assert len(await kept(services)) == 3


async def test_two_who_are_told_the_same_at_once_keep_it_once(services: Services) -> None:
    many = [told(number) for number in range(50)]

    both = await asyncio.gather(*(conversions.keep(services.records, many) for _ in range(2)))

    assert sum(one.new for one in both) == 50
    assert len(await kept(services)) == 50


async def test_two_workers_on_one_database_keep_what_both_are_told_once(
    postgres_schema: str,
) -> None:
    tables = [spec for spec in TABLES if spec.name == "conversions"]
    first = await made(postgres_schema, tables)
    stores = [first, await PostgresStore.open(postgres_schema, tables, migrated=False)]
    many = [told(number, value=7) for number in range(40)]

    both = await asyncio.gather(*(conversions.keep(Records(one), many) for one in stores))

    tally = await conversions.tally(
        Records(stores[0]), AUTUMN, [AUTUMN], ZoneInfo("Europe/Paris"), TODAY
    )
    for store in stores:
        await store.close()
    assert sum(one.new for one in both) == 40
    assert tally.told["sale"] == Told(count=40, values={"EUR": Decimal(280)})


async def test_the_report_counts_what_was_told_and_what_came_back(services: Services) -> None:
    await campaigns.save(services, AUTUMN, ADMIN)
    sales = [told(number, value=300) for number in range(5)]
    late = told(9, days_ago=10 - AFTER, kind="click")
    too_late = told(10, days_ago=10 - AFTER - 1, kind="click")
    await campaigns.receive(services, [*sales, late, too_late, told(11, tag="autmun")])

    report = await campaigns.report(services, AUTUMN)

    assert report.tally.told == {
        "sale": Told(count=5, values={"EUR": Decimal(1500)}),
        "click": Told(count=1, unvalued=1),
    }
    assert report.tally.unmatched == 1
    assert report.returned.brought["sales"].price == Decimal(200)
    assert report.returned.came_back == Decimal("0.5")


async def test_a_tag_that_is_given_later_counts_what_came_before(services: Services) -> None:
    await campaigns.save(services, AUTUMN, ADMIN)
    received = await campaigns.receive(services, [told(1, tag="spring"), told(2, tag="spring")])
    assert received.unmatched == 2
    assert (await campaigns.missed(services)).commonest == (("spring", 2),)

    wider = replace(AUTUMN, tags=("utm_campaign=autumn", "spring"))
    await campaigns.save(services, wider, ADMIN, before="Autumn")

    assert (await campaigns.missed(services)).counts == {}
    assert (await campaigns.report(services, wider)).tally.told["sale"].count == 2


async def test_conversions_are_kept_as_long_as_mentions_are(services: Services) -> None:
    await campaigns.receive(services, [told(1, days_ago=401), told(2, days_ago=399)])

    config = kept_for(services.config, mentions=400 * DAY)
    await retention.keep_within(dataclasses.replace(services, config=config))

    assert [one.id for one in await kept(services)] == ["c2"]
