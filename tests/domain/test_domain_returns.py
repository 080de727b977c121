"""What an operation cost, for what it brought, and whether that is what it was for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from bot.domain.campaigns import Campaign, Counted, Goal
from bot.domain.conversions import Tally, Told
from bot.domain.lift import CannotTell, Lift
from bot.domain.returns import Price, Reached, Return, reached, returned

CAMPAIGN = Campaign(
    name="Autumn",
    watch="lumo",
    first=date(2026, 9, 14),
    last=date(2026, 9, 27),
    cost=Decimal(5000),
)
NOTHING = Tally(until=date(2026, 10, 4))


def typed(campaign: Campaign, **counted: int) -> Return:
    return returned(replace(campaign, counted=Counted(**counted)), None, NOTHING)


def sent(campaign: Campaign = CAMPAIGN, **told: Told) -> Return:
    tally = replace(NOTHING, told={kind.replace("_", "-"): one for kind, one in told.items()})
    return returned(campaign, None, tally)


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
    found = returned(CAMPAIGN, a_lift(extra=500, low=250, high=1000), NOTHING)

    assert found.extra_mention == Price(estimate=Decimal(10), low=Decimal(5), high=Decimal(20))


def test_what_may_be_nothing_has_a_least_price_alone() -> None:
    found = returned(CAMPAIGN, a_lift(extra=100, low=-50, high=250), NOTHING)

    assert found.extra_mention == Price(estimate=None, low=Decimal(20), high=None)


def test_where_it_cannot_be_told_nothing_has_a_price() -> None:
    assert returned(CAMPAIGN, None, NOTHING).extra_mention is None


def test_clicks_and_sign_ups_are_divided_by_what_was_counted() -> None:
    brought = typed(CAMPAIGN, engagement=0, clicks=2_000, sign_ups=50).brought

    assert (brought["clicks"].price, brought["sign-ups"].price) == (Decimal("2.5"), Decimal(100))
    assert brought["engagement"].price is None
    assert "sales" not in brought


def test_what_was_sent_counts_where_nothing_is_typed_in() -> None:
    brought = sent(click=Told(count=500, unvalued=500)).brought

    assert (brought["clicks"].count, brought["clicks"].price) == (500, Decimal(10))
    assert not brought["clicks"].typed


def test_what_is_typed_in_counts_in_the_place_of_what_was_sent() -> None:
    tally = replace(NOTHING, told={"click": Told(count=500, unvalued=500)})
    campaign = replace(CAMPAIGN, counted=Counted(clicks=1_000))

    clicks = returned(campaign, None, tally).brought["clicks"]

    assert (clicks.count, clicks.price, clicks.typed, clicks.told) == (1_000, Decimal(5), True, 500)


def test_what_comes_back_is_told_where_a_conversion_is_worth_something() -> None:
    worth = replace(CAMPAIGN, worth=Decimal(120))

    assert typed(worth, sign_ups=50).came_back == Decimal("0.2")
    assert typed(CAMPAIGN, sign_ups=50).came_back is None


def test_sales_are_what_is_worth_something_where_they_are_counted() -> None:
    worth = replace(CAMPAIGN, worth=Decimal(1000))

    assert typed(worth, sign_ups=50, sales=2).came_back == Decimal("-0.6")


def test_a_sale_is_worth_what_was_told_of_it_and_else_what_the_campaign_says() -> None:
    sales = Told(count=30, unvalued=10, values={"EUR": Decimal(4000), "USD": Decimal(900)})

    assert sent(sale=sales).came_back == Decimal("-0.2")
    assert sent(replace(CAMPAIGN, worth=Decimal(200)), sale=sales).came_back == Decimal("0.2")


def test_what_is_of_another_currency_is_told_beside_it() -> None:
    sold = sent(sale=Told(count=3, values={"USD": Decimal(900)}))

    assert sold.brought["sales"].value is None
    assert sold.brought["sales"].others == (("USD", Decimal(900)),)
    assert sold.came_back is None


def test_what_cost_nothing_has_no_price() -> None:
    free = replace(CAMPAIGN, cost=Decimal(0), worth=Decimal(1), counted=Counted(sales=3))
    found = returned(free, a_lift(extra=500, low=250, high=1000), NOTHING)

    assert found.extra_mention is None
    assert found.brought["sales"].price is None
    assert found.came_back is None


@pytest.mark.parametrize(
    ("target", "answer"), [(250, "reached"), (251, "unsure"), (1_001, "missed")]
)
def test_a_target_of_mentions_is_reached_where_the_whole_interval_is_beyond_it(
    target: int, answer: Reached
) -> None:
    campaign = replace(CAMPAIGN, target=target)

    assert reached(campaign, a_lift(extra=500, low=250, high=1000), {}) == answer


@pytest.mark.parametrize(("target", "answer"), [(50, "reached"), (51, "missed")])
def test_a_target_of_what_is_counted_is_reached_by_its_count(target: int, answer: Reached) -> None:
    campaign = replace(CAMPAIGN, goal="sign-ups", target=target)

    assert reached(campaign, CannotTell(why="gap"), typed(campaign, sign_ups=50).brought) == answer


@pytest.mark.parametrize(
    ("goal", "answer"), [("positive-mentions", "unsure"), ("sales", "uncounted")]
)
def test_where_nothing_is_known_no_target_is_reached(goal: Goal, answer: Reached) -> None:
    campaign = replace(CAMPAIGN, goal=goal, target=5)

    assert reached(campaign, CannotTell(why="gap"), {}) == answer
    assert reached(replace(campaign, target=None), CannotTell(why="gap"), {}) is None
