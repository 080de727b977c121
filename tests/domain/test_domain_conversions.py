"""Which campaign a conversion counts for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from bot.domain.campaigns import Campaign
from bot.domain.conversions import (
    Conversion,
    ConversionKind,
    Misses,
    Tally,
    Told,
    Whose,
    tallied,
)

PARIS = ZoneInfo("Europe/Paris")
AUTUMN = Campaign(
    name="Autumn",
    watch="Lumo",
    first=date(2026, 9, 14),
    last=date(2026, 9, 27),
    tags=("utm_campaign=autumn", "#lumoautumn"),
)
WINTER = Campaign(
    name="Hiver",
    watch="Lumo",
    first=date(2026, 12, 1),
    last=date(2026, 12, 24),
    tags=("utm_campaign=hiver", "#lumoautumn"),
)
DURING = datetime(2026, 9, 20, 12, tzinfo=UTC)


def a_sale(
    tag: str = "autumn",
    *,
    at: datetime = DURING,
    campaign: str = "",
    kind: ConversionKind = "sale",
    count: int = 1,
    value: str = "",
    currency: str = "",
) -> Conversion:
    return Conversion(
        id="1",
        at=at,
        kind=kind,
        campaign=campaign,
        tag=tag,
        count=count,
        value=Decimal(value) if value else None,
        currency=currency,
    )


def whose(*campaigns: Campaign) -> Whose:
    return Whose(campaigns or (AUTUMN, WINTER), PARIS)


def test_a_conversion_counts_for_the_campaign_whose_tag_it_bears() -> None:
    assert whose().of(a_sale("autumn")) == AUTUMN


def test_of_two_campaigns_with_a_tag_the_days_decide() -> None:
    assert whose().of(a_sale("#lumoautumn")) == AUTUMN
    assert whose().of(a_sale("#lumoautumn", at=DURING + timedelta(days=80))) == WINTER


@pytest.mark.parametrize(
    ("at", "is_counted"),
    [
        (datetime(2026, 9, 13, 21, 59, tzinfo=UTC), False),
        (datetime(2026, 9, 13, 22, 0, tzinfo=UTC), True),  # midnight in Paris
        (datetime(2026, 10, 4, 21, 59, tzinfo=UTC), True),  # a week after its last day
        (datetime(2026, 10, 4, 22, 0, tzinfo=UTC), False),
    ],
)
def test_the_days_of_a_campaign_and_a_week_after_them_count(at: datetime, is_counted: bool) -> None:
    assert whose().of(a_sale(at=at)) == (AUTUMN if is_counted else "other-days")


def test_the_name_of_a_campaign_tells_alone() -> None:
    assert whose().of(a_sale("hiver", campaign="AUTUMN")) == AUTUMN


def test_a_name_that_no_campaign_has_may_be_its_tag() -> None:
    assert whose().of(a_sale("", campaign="utm_campaign=autumn")) == AUTUMN
    assert whose().of(a_sale("", campaign="autumn")) == AUTUMN


def test_what_two_campaigns_claim_on_one_day_counts_for_neither() -> None:
    twin = Campaign(
        name="Twin", watch="Lumo", first=AUTUMN.first, last=AUTUMN.last, tags=("autumn",)
    )
    both = whose(AUTUMN, twin)
    tally = tallied(Tally(until=AUTUMN.last), [a_sale(count=3)], AUTUMN, both)

    assert both.of(a_sale()) == "several"
    assert (tally.told, tally.shared) == ({}, 3)


def test_what_was_told_is_added_up_by_kind_and_by_currency() -> None:
    told = [
        a_sale(value="20"),
        a_sale(value="30", currency="EUR"),
        a_sale(value="9", currency="USD"),
        a_sale(count=2),
        a_sale(kind="click", count=400),
        a_sale("spring"),
    ]
    tally = tallied(Tally(until=AUTUMN.last), told, AUTUMN, whose())

    assert tally.told == {
        "sale": Told(count=5, unvalued=2, values={"EUR": Decimal(50), "USD": Decimal(9)}),
        "click": Told(count=400, unvalued=400),
    }
    assert tally.unmatched == 1


def test_a_campaign_that_is_changed_while_its_report_is_made_is_the_same_one() -> None:
    changed = replace(AUTUMN, cost=Decimal(900))
    tally = tallied(Tally(until=AUTUMN.last), [a_sale()], AUTUMN, Whose([changed], PARIS))
    assert tally.told["sale"].count == 1


def test_what_counts_for_none_is_counted_by_why_with_the_tags_that_match_none() -> None:
    misses = Misses(whose())
    misses.count([a_sale("autmun", count=2), a_sale("spring"), a_sale(""), a_sale()])
    misses.count([a_sale(at=DURING - timedelta(days=30))])

    missed = misses.missed()

    assert missed.counts == {"none": 4, "other-days": 1}
    assert missed.commonest == (("autmun", 2), ("spring", 1))
