"""What can be a campaign."""

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
    checked,
)

CAMPAIGN = Campaign(
    name="Autumn",
    watch="lumo",
    first=date(2026, 9, 14),
    last=date(2026, 9, 27),
    cost=Decimal(5000),
    beside=("rival",),
)


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
        ({"target": 0}, "above nothing"),
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
