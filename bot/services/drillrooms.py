"""Where a drill can be held: in a channel in which nobody takes it for what it plays."""

from __future__ import annotations

import structlog

from bot.errors import ConversationError, SlackError
from bot.services import voices
from bot.services.base import Services
from bot.slack.mrkdwn import escape
from bot.slack.rooms import why_closed

log = structlog.get_logger(__name__)


async def check_room(services: Services, by: str, channel: str) -> None:
    """Raises ConversationError, in words for `by`, where no drill can be held in a channel."""
    await _check_apart(services, channel)
    await _check_open(services, by, channel)


async def _check_apart(services: Services, channel: str) -> None:
    """Raises ConversationError where something else is told in the channel, or nothing can be."""
    told = {services.config.slack.admin_channel}
    for watch in services.watches.all:
        told |= {watch.negative_channel, watch.spike_channel}
    told |= {route.channel for route in services.config.routes}
    told |= {team.channel for team in services.config.teams}
    told |= {channel.name for channel in services.config.channels if channel.digest}
    told.add(services.config.insights.channel)
    own = await services.slack.channel_id(channel)
    ids = {await services.slack.channel_id(one) for one in told if own and one != channel}
    if channel in told or (own and own in ids):
        raise ConversationError(
            "Alerts are told in {channel}: a drill is played where nobody takes it for one. Choose "
            "a channel of its own, such as #practice.",
            channel=escape(channel),
        )


async def _check_open(services: Services, by: str, channel: str) -> None:
    """Raises ConversationError where Slack says that Vigie cannot write in the channel."""
    try:
        code = await services.slack.channel_fault(channel)
    except SlackError as error:
        log.warning("nobody knows whether a drill can be told", reason=str(error))
        return
    if code:
        why = why_closed(code, await voices.to(services, by))
        raise ConversationError(
            "A drill cannot be told in {channel}: {why}.", channel=escape(channel), why=why
        )
