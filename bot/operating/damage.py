"""Damaged pieces of the data folder are told in the admin channel: what was set aside when it was
opened, and what was found since."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import timedelta
from hashlib import blake2b

import structlog

from bot.domain.outbox import notice_delivery
from bot.errors import Conflict, StoreError
from bot.services import voices
from bot.services.base import Services
from bot.slack.notes import damaged
from bot.store.damage import SetAside

log = structlog.get_logger(__name__)

LOOK = timedelta(minutes=1)
"""Between two looks at what was found to be damaged."""


class Damages:
    """What is damaged is told once, however often Vigie is started on it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._told = 0

    async def look(self) -> None:
        """Tell of what was set aside since the last look."""
        services = self._services
        found = services.records.set_aside[self._told :]
        if not found:
            return
        channel = services.config.slack.admin_channel
        files = list(dict.fromkeys(one.file.name for one in found))
        words = damaged(len(found), files, voices.in_channel(services, channel))
        about = f"damaged {_named(found)}"
        notice = notice_delivery(channel, words, services.sequence(), services.now(), about)
        with contextlib.suppress(Conflict):  # it was told before Vigie was started again
            await services.records.commit([services.records.outbox.put(notice.id, notice, 0)])
        self._told += len(found)
        services.wake.set()


def _named(found: Sequence[SetAside]) -> str:
    """What stands for these pieces, however many: Slack carries it with the message."""
    names = " ".join(one.copy.name for one in found)
    return blake2b(names.encode(), digest_size=16).hexdigest()


async def tell_damages(services: Services) -> None:
    """Look again and again, until cancelled."""
    damages = Damages(services)
    while True:
        try:
            await damages.look()
        except StoreError as error:
            log.warning("damage could not be told", reason=str(error))
        await asyncio.sleep(LOOK.total_seconds())
