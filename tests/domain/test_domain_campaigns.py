"""What an operation cost, for what it brought."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json
from msgspec.structs import replace

from bot.domain.campaigns import (
    GOALS,
    LONGEST,
    Campaign,
    CampaignError,
    Counted,
    Price,
    checked,
    returned,
)
from bot.domain.lift import Lift

CAMPAIGN = Campaign(
    name="Autumn",
    watch="lumo",
    first=date(2026, 9, 14),
    last=date(2026, 9, 27),
    cost=Decimal(5000),
    beside=("rival",),
)


def a_lift(*, extra: int, low: int, high: int) -> Lift:
    return Lift(
        first=CAMPAIGN.first,
        last=CAMPAIGN.last,
        seen=1000 + extra,
        expected=1000,
        low=low,
        high=high,
        probability=0.9,
        known_days=56,
        days=(),
    )


def test_an_extra_mention_costs_less_the_more_there_are() -> None:
    found = returned(CAMPAIGN, a_lift(extra=500, low=250, high=1000))

    assert found.extra_mention == Price(estimate=Decimal(10), low=Decimal(5), high=Decimal(20))


def test_what_may_be_nothing_has_a_least_price_alone() -> None:
    found = returned(CAMPAIGN, a_lift(extra=100, low=-50, high=250))

    assert found.extra_mention == Price(estimate=None, low=Decimal(20), high=None)


def test_where_it_cannot_be_told_nothing_has_a_price() -> None:
    assert returned(CAMPAIGN, None).extra_mention is None


def test_clicks_and_sign_ups_are_divided_by_what_was_counted() -> None:
    found = returned(
        replace(CAMPAIGN, counted=Counted(engagement=0, clicks=2_000, sign_ups=50)), None
    )

    assert (found.click, found.sign_up) == (Decimal("2.5"), Decimal(100))
    assert found.engagement is None
    assert found.sale is None


def test_what_comes_back_is_told_where_a_conversion_is_worth_something() -> None:
    worth = replace(CAMPAIGN, worth=Decimal(120))

    assert returned(replace(worth, counted=Counted(sign_ups=50)), None).came_back == Decimal("0.2")
    assert returned(replace(CAMPAIGN, counted=Counted(sign_ups=50)), None).came_back is None


def test_sales_are_what_is_worth_something_where_they_are_counted() -> None:
    worth = replace(CAMPAIGN, worth=Decimal(1000))

    assert returned(
        replace(worth, counted=Counted(sign_ups=50, sales=2)), None
    ).came_back == Decimal("-0.6")


def test_what_cost_nothing_has_no_price() -> None:
    free = replace(CAMPAIGN, cost=Decimal(0), worth=Decimal(1))
    found = returned(replace(free, counted=Counted(sales=3)), a_lift(extra=500, low=250, high=1000))

    assert found.extra_mention is None
    assert found.sale is None
    assert found.came_back is None


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"last": CAMPAIGN.first - timedelta(days=1)}, "or later"),
        ({"last": CAMPAIGN.first + timedelta(days=LONGEST)}, "at most 92 days"),
        ({"beside": ("lumo",)}, "with itself"),
        ({"beside": tuple("abcdefg")}, "At most 6 watches"),
        ({"tags": tuple("#abcdefghijkl")}, "12 tags"),
        ({"currency": "€"}, "three letters"),
        ({"cost": Decimal(-1)}, "not below nothing"),
        ({"worth": Decimal("NaN")}, "not below nothing"),
    ],
)
def test_what_cannot_be_a_campaign_is_refused_with_why(
    changed: dict[str, object], words: str
) -> None:
    with pytest.raises(CampaignError, match=words):
        checked(replace(CAMPAIGN, **changed))


def test_a_campaign_of_a_day_is_one() -> None:
    assert checked(replace(CAMPAIGN, last=CAMPAIGN.first)).days == 1


@given(st.sampled_from(GOALS), st.decimals(0, 10**9, places=2))
def test_a_campaign_is_kept_as_it_is(goal: str, cost: Decimal) -> None:
    campaign = replace(CAMPAIGN, goal=goal, cost=cost)

    assert json.decode(json.encode(campaign), type=Campaign) == campaign
