"""A campaign, set or changed in a form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.campaigns import GOALS, Campaign, Counted
from bot.domain.money import amount_of
from bot.errors import VigieError
from bot.i18n import Voice
from bot.services import campaigns
from bot.slack import ids
from bot.slack.blocks.campaignform import campaign_view
from bot.slack.mrkdwn import name
from handlers.clicks import Click, on_click
from handlers.replies import in_words
from handlers.submissions import CLOSED, Outcome, Refused, Submission, on_submission
from handlers.submitted import chosen, day, several, text


def register(app: AsyncApp) -> None:
    app.action(ids.CAMPAIGN)(on_click(on_change))
    app.action(ids.CAMPAIGN_NEW)(on_click(on_change))
    app.action(ids.CAMPAIGN_DELETE)(on_click(on_delete, keeps=True))
    app.view(ids.CAMPAIGN_VIEW)(on_submission(on_saved, under=ids.CAMPAIGN_NAME))


async def on_change(clicked: Click) -> None:
    """The form of the campaign that is named, or of a new one."""
    services = clicked.services
    try:
        campaigns.check_may(services, clicked.by)
        new = clicked.action["action_id"] == ids.CAMPAIGN_NEW
        known = None if new else await campaigns.named(services, clicked.value)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
        return
    watches = [watch.name for watch in services.watches.all]
    today = services.now().astimezone(services.config.timezone).date()
    await clicked.open(campaign_view(known, watches, today, clicked.voice))


async def on_delete(clicked: Click) -> None:
    """Forget the campaign, which Slack has asked about once more."""
    try:
        await campaigns.delete(clicked.services, clicked.value, clicked.by)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
        return
    words = clicked.voice.say("The campaign *{campaign}* is deleted.", campaign=name(clicked.value))
    await clicked.tell(words)


async def on_saved(submitted: Submission) -> Outcome:
    """Keep what was put in."""
    wanted = campaign_in(submitted.view, submitted.voice)
    await campaigns.save(submitted.services, wanted, submitted.by, before=submitted.carried)
    return CLOSED


def campaign_in(view: Mapping[str, Any], voice: Voice) -> Campaign:
    """The campaign that a form holds. Raises Refused."""
    goal = chosen(view, ids.CAMPAIGN_GOAL)
    return Campaign(
        name=text(view, ids.CAMPAIGN_NAME).strip(),
        watch=chosen(view, ids.WATCH),
        first=_day(view, ids.CAMPAIGN_FIRST, voice),
        last=_day(view, ids.CAMPAIGN_LAST, voice),
        goal=next((known for known in GOALS if known == goal), GOALS[0]),
        target=_count(view, ids.CAMPAIGN_TARGET, voice) or None,
        cost=_money(view, ids.CAMPAIGN_COST, voice) or Decimal(0),
        currency=text(view, ids.CAMPAIGN_CURRENCY).strip().upper(),
        worth=_money(view, ids.CAMPAIGN_WORTH, voice),
        tags=tuple(text(view, ids.CAMPAIGN_TAGS).replace(",", " ").split()),
        beside=several(view, ids.CAMPAIGN_BESIDE),
        counted=Counted(
            engagement=_count(view, ids.CAMPAIGN_ENGAGEMENT, voice),
            clicks=_count(view, ids.CAMPAIGN_CLICKS, voice),
            sign_ups=_count(view, ids.CAMPAIGN_SIGN_UPS, voice),
            sales=_count(view, ids.CAMPAIGN_SALES, voice),
        ),
    )


def _day(view: Mapping[str, Any], block: str, voice: Voice) -> date:
    found = day(view, block)
    if found is None:
        raise Refused({block: voice.say("Choose a day.")})
    return found


def _money(view: Mapping[str, Any], block: str, voice: Voice) -> Decimal | None:
    """An amount as it is typed: 5000, 5 000,50 or 5,000.50; None for none."""
    written = text(view, block).strip()
    if not written:
        return None
    amount = amount_of(written)
    if amount is None:
        raise Refused({block: voice.say("An amount is a number: 5000 or 49.90.")})
    return amount


def _count(view: Mapping[str, Any], block: str, voice: Voice) -> int | None:
    written = "".join(text(view, block).split())
    if not written:
        return None
    if not (written.isascii() and written.isdigit()):
        raise Refused({block: voice.say("A count is a whole number.")})
    return int(written)
