"""How Vigie speaks to whom: a channel's language from the configuration, a person's from Slack."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.i18n import Voice, language_of
from bot.services.base import Services


def in_channel(services: Services, channel: str) -> Voice:
    """How Vigie speaks in a channel, as it is written in the configuration."""
    config = services.config
    known = next((one.language for one in config.channels if one.name == channel), None)
    return Voice(known or config.slack.language, config.timezone)


async def to(services: Services, user: str) -> Voice:
    """How Vigie speaks to a person: by the locale and the zone that Slack knows of them.

    Where Slack does not tell at once, the configuration's: an answer is not held up for that.
    """
    config = services.config
    member = await services.slack.member(user)
    if member is None:
        return Voice(config.slack.language, config.timezone)
    language = language_of(member.locale) or config.slack.language
    try:
        zone = ZoneInfo(member.zone) if member.zone else config.timezone
    except (ZoneInfoNotFoundError, ValueError):
        zone = config.timezone
    return Voice(language, zone)
