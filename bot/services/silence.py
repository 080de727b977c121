"""A source that stopped answering, and one that answers again: told once each, to the admins."""

from __future__ import annotations

from datetime import datetime

from bot.domain.outbox import notice_delivery
from bot.domain.pairs import Pair
from bot.i18n import Voice
from bot.services import voices
from bot.services.base import Services
from bot.slack.notes import source_back, source_silent
from bot.store.base import Put


def is_silent(services: Services, pair: Pair, now: datetime) -> list[Put]:
    """A word to the admin channel about a source that does not answer."""
    return _say(services, source_silent(pair, _voice(services), now), now)


def is_back(services: Services, pair: Pair, now: datetime) -> list[Put]:
    """A word to the admin channel: it answers again. `pair` is as it was while silent."""
    return _say(services, source_back(pair, _voice(services)), now)


def _voice(services: Services) -> Voice:
    return voices.in_channel(services, services.config.slack.admin_channel)


def _say(services: Services, words: str, now: datetime) -> list[Put]:
    notice = notice_delivery(services.config.slack.admin_channel, words, services.sequence(), now)
    return [services.records.outbox.put(notice.id, notice, 0)]
