"""What is put into the form of a campaign, however people write numbers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.campaigns import Campaign, Counted
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.campaignform import campaign_view
from handlers.campaigns import campaign_in
from handlers.submissions import Refused

VOICE = Voice("en", ZoneInfo("Europe/Paris"))
TODAY = date(2026, 11, 28)


def put_in(**written: str) -> Campaign:
    """The campaign of a form in which all that is needed is filled in, and what is `written`."""
    values: dict[str, dict[str, object]] = {
        ids.CAMPAIGN_NAME: {"value": "Autumn"},
        ids.WATCH: {"selected_option": {"value": "Lumo"}},
        ids.CAMPAIGN_FIRST: {"selected_date": "2026-09-14"},
        ids.CAMPAIGN_LAST: {"selected_date": "2026-09-27"},
        ids.CAMPAIGN_CURRENCY: {"value": "eur"},
        **{block: {"value": value} for block, value in written.items()},
    }
    state = {block: {ids.VALUE: value} for block, value in values.items()}
    return campaign_in({"state": {"values": state}}, VOICE)


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("", "0"),
        ("5000", "5000"),
        ("5 000,50", "5000.50"),
        ("5\u202f000", "5000"),
        ("5,000", "5000"),
        ("5.000", "5000"),
        ("1,234,567.8", "1234567.8"),
        ("49.90", "49.90"),
    ],
)
def test_an_amount_is_understood_as_people_write_it(written: str, amount: str) -> None:
    assert put_in(**{ids.CAMPAIGN_COST: written}).cost == Decimal(amount)


@pytest.mark.parametrize("written", ["much", "-5", "NaN", "Infinity", "5 €", "1e9999999999"])
def test_what_is_no_amount_is_refused_at_its_field(written: str) -> None:
    with pytest.raises(Refused) as refused:
        put_in(**{ids.CAMPAIGN_COST: written})
    assert list(refused.value.words) == [ids.CAMPAIGN_COST]


@given(st.text(max_size=15))
def test_nothing_that_is_typed_breaks_the_form(written: str) -> None:
    try:
        campaign = put_in(**{ids.CAMPAIGN_WORTH: written, ids.CAMPAIGN_CLICKS: written})
    except Refused:
        return
    assert campaign.worth is None or campaign.worth >= 0


def test_a_count_that_nobody_gave_is_not_nothing() -> None:
    campaign = put_in(**{ids.CAMPAIGN_CLICKS: "1 200", ids.CAMPAIGN_SALES: "0"})

    assert campaign.counted == Counted(clicks=1200, sales=0)
    assert campaign.currency == "EUR"


def test_tags_are_told_apart_by_blanks_and_commas() -> None:
    assert put_in(**{ids.CAMPAIGN_TAGS: "#lumo, utm_autumn"}).tags == ("#lumo", "utm_autumn")


def test_a_campaign_that_is_changed_stands_in_the_form_as_it_is() -> None:
    campaign = put_in(**{ids.CAMPAIGN_COST: "5000", ids.CAMPAIGN_CLICKS: "7"})
    view = campaign_view(campaign, ["Halo", "Lumo"], TODAY, VOICE)
    shown = {block["block_id"]: block["element"] for block in view["blocks"]}

    assert view["private_metadata"] == "Autumn"
    assert shown[ids.CAMPAIGN_COST]["initial_value"] == "5000"
    assert shown[ids.CAMPAIGN_CLICKS]["initial_value"] == "7"
    assert shown[ids.CAMPAIGN_LAST]["initial_date"] == "2026-09-27"
    assert shown[ids.WATCH]["initial_option"]["value"] == "Lumo"
