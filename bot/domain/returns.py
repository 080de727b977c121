"""What an operation returned for its money, and whether it reached what it was for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

import msgspec

from bot.domain.campaigns import Campaign, Goal
from bot.domain.conversions import ConversionKind, Tally, Told
from bot.domain.lift import CannotTell, Lift

CountedGoal = Literal["engagement", "clicks", "sign-ups", "sales"]

KIND_OF: Mapping[CountedGoal, ConversionKind] = {
    "engagement": "engagement",
    "clicks": "click",
    "sign-ups": "sign-up",
    "sales": "sale",
}
"""What is counted for a goal that others count."""

Reached = Literal["reached", "missed", "unsure", "uncounted"]


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """What one of something cost, in the campaign's currency: as it is estimated, and at 90% from
    `low` to `high`. None stands for what cannot be said, as the price of what may be nothing."""

    estimate: Decimal | None
    low: Decimal | None
    high: Decimal | None


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """How much of something was counted, and what each of it cost (None: nothing, or nothing to
    divide by). Where it was `typed` in, that is what counts, and `told` is what a webhook or files
    said. It was worth `value` in the campaign's currency (None: nobody said), and what is in
    `others`, by currency, beside it."""

    count: int
    price: Decimal | None
    typed: bool = False
    told: int = 0
    value: Decimal | None = None
    others: tuple[tuple[str, Decimal], ...] = ()


class Return(msgspec.Struct, frozen=True, kw_only=True):
    """What a campaign's money came to: the price of an extra mention (a positive one, where these
    are its goal), and what was counted of each thing of which anything is known. `came_back` is how
    much came in for one that was spent, less that one (0.2: a fifth more came in than went out).
    None where there was no cost, or nothing to divide it by."""

    extra_mention: Price | None
    brought: Mapping[CountedGoal, Brought]
    came_back: Decimal | None


class Tagged(msgspec.Struct, frozen=True):
    """So many mentions `bear` a campaign's tags, `of` those that are kept of its days."""

    bear: int
    of: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a campaign added to its watch's mentions (and to the positive ones, where these are its
    goal), what it brought and what its money came to; `so_far` while it goes on. `tagged` is None
    where it has no tags, `reached` where it has no target."""

    campaign: Campaign
    found: Lift | CannotTell
    positive: Lift | CannotTell | None
    tally: Tally
    tagged: Tagged | None
    returned: Return
    reached: Reached | None
    so_far: bool

    @property
    def meant(self) -> Lift | CannotTell:
        """The lift that its goal asks for."""
        return self.found if self.positive is None else self.positive


def returned(campaign: Campaign, found: Lift | None, tally: Tally) -> Return:
    """What a campaign's money came to, where so much was `found` (None: it cannot be told), and so
    much was told by webhooks and files. What was typed in takes the place of what was told."""
    cost = campaign.cost if campaign.cost > 0 else None
    brought = {
        goal: one for goal in KIND_OF if (one := _brought(campaign, goal, cost, tally)) is not None
    }
    income = _income(campaign, brought, tally)
    return Return(
        extra_mention=_price(cost, found) if cost is not None and found else None,
        brought=brought,
        came_back=(income - cost) / cost if cost is not None and income is not None else None,
    )


def reached(
    campaign: Campaign, found: Lift | CannotTell, brought: Mapping[CountedGoal, Brought]
) -> Reached | None:
    """Whether a campaign reached its target; `found` is the lift that its goal asks for, of which
    the whole interval decides. None where it has none."""
    target, goal = campaign.target, campaign.goal
    if target is None:
        return None
    if goal == "mentions" or goal == "positive-mentions":
        if isinstance(found, CannotTell):
            return "unsure"
        if found.low >= target:
            return "reached"
        return "missed" if found.high < target else "unsure"
    if goal not in brought:
        return "uncounted"
    return "reached" if brought[goal].count >= target else "missed"


def _brought(
    campaign: Campaign, goal: CountedGoal, cost: Decimal | None, tally: Tally
) -> Brought | None:
    typed, told = _typed(campaign, goal), tally.told.get(KIND_OF[goal])
    if typed is None and told is None:
        return None
    told = told or Told()
    count = told.count if typed is None else typed
    others = {money: worth for money, worth in told.values.items() if money != campaign.currency}
    return Brought(
        count=count,
        price=_each(cost, count),
        typed=typed is not None,
        told=told.count,
        value=told.values.get(campaign.currency),
        others=tuple(sorted(others.items())),
    )


def _typed(campaign: Campaign, goal: Goal) -> int | None:
    counted = campaign.counted
    typed = {
        "engagement": counted.engagement,
        "clicks": counted.clicks,
        "sign-ups": counted.sign_ups,
        "sales": counted.sales,
    }
    return typed.get(goal)


def _income(
    campaign: Campaign, brought: Mapping[CountedGoal, Brought], tally: Tally
) -> Decimal | None:
    """What came in by sales, or by sign-ups where nobody counts sales: what they were told to be
    worth, and what the campaign says that each of the others is."""
    goal: CountedGoal = "sales" if "sales" in brought else "sign-ups"
    bought = brought.get(goal)
    if bought is None:
        return None
    if bought.typed and campaign.worth is not None:
        return bought.count * campaign.worth
    if campaign.worth is None:
        return bought.value
    told = tally.told[KIND_OF[goal]]
    return (bought.value or Decimal(0)) + told.unvalued * campaign.worth


def _price(cost: Decimal, found: Lift) -> Price:
    """The more mentions, the cheaper each: the interval turns round."""
    return Price(
        estimate=_each(cost, round(found.extra)) if found.verdict == "more" else None,
        low=_each(cost, round(found.high)),
        high=_each(cost, round(found.low)),
    )


def _each(cost: Decimal | None, things: int | None) -> Decimal | None:
    if cost is None or things is None or things <= 0:
        return None
    return cost / things
