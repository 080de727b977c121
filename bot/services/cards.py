"""Gathering what a card shows."""

from __future__ import annotations

from bot.domain.alerts import NegativeReason, SpikeReason, TrackedReason
from bot.domain.mention import Mention
from bot.domain.outbox import DeliveryState, notice_delivery
from bot.errors import SlackError, StoreDamaged, TokenRefused
from bot.i18n import phrase
from bot.services import voices
from bot.services.base import Services
from bot.slack.blocks.alert import AlertView
from bot.slack.blocks.alert import alert_card as draw
from bot.slack.blocks.parts import Card
from bot.slack.mrkdwn import escape
from bot.slack.rooms import why_closed
from bot.store.base import Put


async def alert_card(services: Services, id: str, mark: str = "") -> Card:
    """The card of an alert, drawn from the state of the moment."""
    records = services.records
    kept = await records.alerts.get(id)
    if kept is None:
        raise StoreDamaged(f"the alert {id} is to be shown, but is not in the store")
    alert = kept.value
    conversation = await records.conversations.get(alert.conversation)
    mute = await records.mutes.get(alert.watch)
    view = AlertView(
        alert=alert,
        conversation=conversation.value if conversation else None,
        posts=await _posts(services, alert.reason, alert.mention),
        now=services.now(),
        voice=voices.in_channel(services, alert.channel),
        muted_until=mute.value.until if mute else None,
        mark=mark,
    )
    return draw(view)


async def _posts(services: Services, reason: object, mention: str) -> list[Mention]:
    match reason:
        case NegativeReason() | TrackedReason():
            wanted: tuple[str, ...] = (mention,)
        case SpikeReason(posts=posts):
            wanted = posts
        case _:
            wanted = ()
    found = [await services.records.mentions.get(id) for id in wanted]
    return [kept.value for kept in found if kept]


def unsaid_notice(
    services: Services, channel: str, error: SlackError, state: DeliveryState, about: str
) -> list[Put]:
    """A word to the admin channel about a channel that Slack lets nothing into; `about` is the
    same for as long as that lasts, and it is said once."""
    admin = services.config.slack.admin_channel
    if channel == admin or isinstance(error, TokenRefused):
        return []
    voice = voices.in_channel(services, admin)
    words = (
        phrase("⚠️ Vigie cannot write in {channel}: {why}. One message was given up.")
        if state == "dropped"
        else phrase(
            "⚠️ Vigie cannot write in {channel}: {why}. What is to be said there waits, in order, "
            "and is tried again every five minutes."
        )
    )
    text = voice.say(
        words, channel=escape(channel), why=why_closed(error.code or str(error), voice)
    )
    notice = notice_delivery(admin, text, services.sequence(), services.now(), about)
    return [services.records.outbox.put(notice.id, notice, 0)]
