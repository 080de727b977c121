"""An operation with dates, a cost and a goal, and what it returned for its money."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

import msgspec

from bot.domain.lift import Lift
from bot.errors import WordedError

Goal = Literal["mentions", "engagement", "clicks", "sign-ups", "sales"]

GOALS: tuple[Goal, ...] = get_args(Goal)

MOST_BESIDE, MOST_TAGS = 6, 12

LONGEST = 92
"""Days of an operation."""

_CURRENCY = re.compile(r"[A-Z]{3}")
_NAME = re.compile(r"\S.{0,59}")


class CampaignError(WordedError):
    """What was asked of a campaign, and why that cannot be."""


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """What others counted of a campaign, and somebody told; None where nobody did."""

    engagement: int | None = None
    clicks: int | None = None
    sign_ups: int | None = None
    sales: int | None = None


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """An operation on a watch from `first` to `last`, both included, days of the watch's zone.

    It cost so much of a `currency` (ISO 4217), and a conversion is worth so much of it (None:
    nobody said). `tags` are the link tags and hashtags by which it is known; `beside` are the
    watches that it did not touch; `counted` is what came of it elsewhere.
    """

    name: str
    watch: str
    first: date
    last: date
    goal: Goal = "mentions"
    cost: Decimal = Decimal(0)
    currency: str = "EUR"
    worth: Decimal | None = None
    tags: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    counted: Counted = Counted()

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """What one of something cost, in the campaign's currency: as it is estimated, and at 90% from
    `low` to `high`. None stands for what cannot be said, as the price of what may be nothing."""

    estimate: Decimal | None
    low: Decimal | None
    high: Decimal | None


class Return(msgspec.Struct, frozen=True, kw_only=True):
    """What a campaign's money came to: the price of an extra mention and of what was counted, and
    how much came back for one that was spent, less that one (0.2: a fifth more came in than went
    out). None where there was no cost, or nothing to divide it by."""

    extra_mention: Price | None
    engagement: Decimal | None
    click: Decimal | None
    sign_up: Decimal | None
    sale: Decimal | None
    came_back: Decimal | None


def checked(campaign: Campaign) -> Campaign:
    """The campaign, if it can be one. Raises CampaignError where it cannot."""
    if not _NAME.fullmatch(campaign.name):
        raise CampaignError("A campaign has a name of at most {most} characters.", most=60)
    if campaign.last < campaign.first:
        raise CampaignError("A campaign ends on the day it begins, or later.")
    if campaign.days > LONGEST:
        raise CampaignError("A campaign lasts at most {most} days.", most=LONGEST)
    if campaign.watch in campaign.beside:
        raise CampaignError("A watch cannot be compared with itself.")
    if len(set(campaign.beside)) > MOST_BESIDE or len(campaign.tags) > MOST_TAGS:
        raise CampaignError(
            "At most {watches} watches beside it, and {tags} tags.",
            watches=MOST_BESIDE,
            tags=MOST_TAGS,
        )
    if not _CURRENCY.fullmatch(campaign.currency):
        raise CampaignError("A currency is three letters: EUR, GBP, USD.")
    amounts = (campaign.cost, campaign.worth or Decimal(0))
    if not all(amount.is_finite() and amount >= 0 for amount in amounts):
        raise CampaignError("An amount of money is a number, and not below nothing.")
    return campaign


def returned(campaign: Campaign, found: Lift | None) -> Return:
    """What a campaign's money came to, where so much was `found` (None: it cannot be told)."""
    counted = campaign.counted
    cost = campaign.cost if campaign.cost > 0 else None
    bought = counted.sales if counted.sales is not None else counted.sign_ups
    came_back = None
    if cost is not None and campaign.worth is not None and bought is not None:
        came_back = (bought * campaign.worth - cost) / cost
    return Return(
        extra_mention=_price(cost, found) if cost is not None and found else None,
        engagement=_each(cost, counted.engagement),
        click=_each(cost, counted.clicks),
        sign_up=_each(cost, counted.sign_ups),
        sale=_each(cost, counted.sales),
        came_back=came_back,
    )


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
