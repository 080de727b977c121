"""`/vigie campaign`: what an operation returned; without a name, the form for a new one."""

from __future__ import annotations

import asyncio

import structlog

from bot.domain.lift import Lift
from bot.i18n import Voice
from bot.pictures.campaign import campaign_alt, campaign_svg, campaign_title
from bot.pictures.campaignwords import Counts
from bot.services import campaigns
from bot.slack.blocks.campaign import campaign_card, campaigns_card
from bot.slack.blocks.campaignform import campaign_view
from bot.slack.blocks.parts import Card
from handlers.asked.pictures import Drawing, shown
from handlers.asked.question import Answer, Question
from handlers.replies import open_modal

log = structlog.get_logger(__name__)


async def _campaign(question: Question) -> Card:
    services, voice = question.services, question.voice
    if not question.named:
        return await _all(question)
    told = await campaigns.report(services, await campaigns.named(services, question.named))
    where = ""
    if isinstance(told.meant, Lift):
        of: Counts = "mentions" if told.positive is None else "positive-mentions"
        picture = await asyncio.to_thread(_drawn, told.meant, told.campaign.name, of, voice)
        where = await shown(question, picture)
    may = campaigns.may(services, question.by)
    return campaign_card(told, where, voice, may_change=may)


async def _all(question: Question) -> Card:
    """The form to who may set one, where Slack lets it be opened; the list in any case."""
    services, voice = question.services, question.voice
    may = campaigns.may(services, question.by)
    watches = [watch.name for watch in services.watches.all]
    if may and question.trigger and watches:
        today = services.now().astimezone(services.config.timezone).date()
        view = campaign_view(None, watches, today, voice)
        if code := await open_modal(services.slack.client, {"trigger_id": question.trigger}, view):
            log.warning("a modal was not opened", reason=code)
    return campaigns_card(
        await campaigns.known(services),
        await campaigns.missed(services),
        voice,
        may_set=may and bool(watches),
    )


def _drawn(found: Lift, name: str, of: Counts, voice: Voice) -> Drawing:
    return Drawing(
        filename=f"vigie-{found.last.isoformat()}.png",
        svg=campaign_svg(found, name, voice, of),
        title=campaign_title(name, voice),
        alt=campaign_alt(found, name, voice, of),
    )


ANSWERS: dict[str, Answer] = {"campaign": _campaign}
"""By its English word; `bot.slack.blocks.help` knows the French one."""
