"""An operation with dates, a cost and a goal."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

import msgspec

from bot.domain.money import CURRENCY
from bot.errors import WordedError

Goal = Literal["mentions", "positive-mentions", "engagement", "clicks", "sign-ups", "sales"]

GOALS: tuple[Goal, ...] = get_args(Goal)

MOST_BESIDE, MOST_TAGS = 6, 12

MOST = 10**12
"""No count is larger."""

LONGEST = 92
"""Days of an operation."""

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

    `target` is how much of its goal it is to reach: so many extra mentions, so many clicks. It cost
    so much of a `currency` (ISO 4217), and a conversion is `worth` so much of it. None: nobody said
    so. `tags` are the link tags and hashtags by which it is known (`bot.domain.tags`); `beside` are
    the watches that it did not touch; `counted` is what came of it elsewhere.
    """

    name: str
    watch: str
    first: date
    last: date
    goal: Goal = "mentions"
    target: int | None = None
    cost: Decimal = Decimal(0)
    currency: str = "EUR"
    worth: Decimal | None = None
    tags: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    counted: Counted = Counted()

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


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
    if not CURRENCY.fullmatch(campaign.currency):
        raise CampaignError("A currency is three letters: EUR, GBP, USD.")
    if campaign.target is not None and not 0 < campaign.target <= MOST:
        raise CampaignError("A target is a whole number above nothing.")
    amounts = (campaign.cost, campaign.worth or Decimal(0))
    if not all(amount.is_finite() and amount >= 0 for amount in amounts):
        raise CampaignError("An amount of money is a number, and not below nothing.")
    return campaign
