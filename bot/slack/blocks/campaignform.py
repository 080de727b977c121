"""The form in which a campaign is set."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bot.domain.campaigns import GOALS, Campaign
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.campaign import GOAL_WORDS
from bot.slack.blocks.forms import MOST_OPTIONS, field, modal, option, select
from bot.slack.blocks.parts import Block, Element, plain


def campaign_view(
    campaign: Campaign | None, watches: Sequence[str], today: date, voice: Voice
) -> Block:
    """The form of a campaign that is changed, or of a new one (None)."""
    first, last = (campaign.first, campaign.last) if campaign else (today, today)
    about = [
        field(ids.CAMPAIGN_NAME, voice.say("Name"), _line(campaign.name if campaign else "", 60)),
        field(
            ids.WATCH,
            voice.say("Which watch is it for?"),
            select(
                [option(one, one) for one in watches],
                chosen=campaign.watch if campaign else watches[0],
            ),
        ),
        field(ids.CAMPAIGN_FIRST, voice.say("First day"), _day(first)),
        field(ids.CAMPAIGN_LAST, voice.say("Last day"), _day(last)),
        field(
            ids.CAMPAIGN_GOAL,
            voice.say("What is it for?"),
            select(
                [option(voice.say(GOAL_WORDS[goal]), goal) for goal in GOALS],
                chosen=campaign.goal if campaign else GOALS[0],
            ),
        ),
        field(
            ids.CAMPAIGN_TARGET,
            voice.say("Target"),
            _line(str(campaign.target or "") if campaign else "", 12),
            optional=True,
            hint=voice.say("How many of them it is to bring: 500 more mentions, 2,000 clicks."),
        ),
    ]
    return modal(
        ids.CAMPAIGN_VIEW,
        voice.say("Campaign"),
        [
            *about,
            *_money(campaign, voice),
            *_beside(campaign, watches, voice),
            *_counted(campaign, voice),
        ],
        submit=voice.say("Save"),
        close=voice.say("Cancel"),
        metadata=campaign.name if campaign else "",
    )


def _money(campaign: Campaign | None, voice: Voice) -> list[Block]:
    cost = _amount(campaign.cost or None) if campaign else ""
    worth = _amount(campaign.worth) if campaign else ""
    return [
        field(ids.CAMPAIGN_COST, voice.say("Cost"), _line(cost, 15), optional=True),
        field(
            ids.CAMPAIGN_CURRENCY,
            voice.say("Currency"),
            _line(campaign.currency if campaign else "EUR", 3),
        ),
        field(
            ids.CAMPAIGN_WORTH,
            voice.say("What is a sale or a sign-up worth?"),
            _line(worth, 15),
            optional=True,
        ),
    ]


def _beside(campaign: Campaign | None, watches: Sequence[str], voice: Voice) -> list[Block]:
    """Tags, and the watches to compare with, where there is another one."""
    tags = " ".join(campaign.tags) if campaign else ""
    blocks = [
        field(
            ids.CAMPAIGN_TAGS,
            voice.say("Link tags and hashtags"),
            _line(tags, 300),
            optional=True,
            hint=voice.say(
                "By these, what a webhook or a file tells is known as its: utm_campaign=autumn "
                "#lumoautumn lumo.example/autumn"
            ),
        )
    ]
    options = [option(one, one) for one in watches[:MOST_OPTIONS]]
    if len(options) < 2:
        return blocks
    element: Element = {
        "type": "multi_static_select",
        "action_id": ids.VALUE,
        "options": options,
        "placeholder": plain(voice.say("None"), 150),
    }
    chosen = [one for one in options if campaign and one["value"] in campaign.beside]
    if chosen:
        element["initial_options"] = chosen
    hint = voice.say("They show what would have happened anyway: those that it did not touch.")
    label = voice.say("Compare with")
    return [*blocks, field(ids.CAMPAIGN_BESIDE, label, element, optional=True, hint=hint)]


def _counted(campaign: Campaign | None, voice: Voice) -> list[Block]:
    """What others counted, to be told when it is known."""
    counted = campaign.counted if campaign else None
    hint = voice.say("What is typed in here counts in the place of what was sent.")
    rows = (
        (ids.CAMPAIGN_ENGAGEMENT, voice.say("Engagement"), counted and counted.engagement),
        (ids.CAMPAIGN_CLICKS, voice.say("Clicks"), counted and counted.clicks),
        (ids.CAMPAIGN_SIGN_UPS, voice.say("Sign-ups"), counted and counted.sign_ups),
        (ids.CAMPAIGN_SALES, voice.say("Sales"), counted and counted.sales),
    )
    return [
        field(
            block,
            label,
            _line("" if known is None else str(known), 12),
            optional=True,
            hint=hint if block == rows[0][0] else "",
        )
        for block, label, known in rows
    ]


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:f}"


def _line(written: str, most: int) -> Element:
    element: Element = {
        "type": "plain_text_input",
        "action_id": ids.VALUE,
        "max_length": most,
    }
    if written:
        element["initial_value"] = written[:most]
    return element


def _day(day: date) -> Element:
    return {"type": "datepicker", "action_id": ids.VALUE, "initial_date": day.isoformat()}
