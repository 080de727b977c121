"""The disk takes nothing more: the admin channel hears of it at once, and Vigie waits for room."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from pathlib import Path

import structlog

from bot.errors import SlackError
from bot.services import voices
from bot.services.base import Services
from bot.slack.notes import disk_has_room, disk_is_full
from bot.store.room import has_room

log = structlog.get_logger(__name__)

LOOK = timedelta(seconds=30)
"""Between two looks at whether there is room again."""


async def wait_for_room(services: Services, folder: Path, stop: asyncio.Event) -> bool:
    """Wait until the data folder takes writes again, False where `stop` was set first.

    The outbox cannot be written to either, so what is said is said to Slack directly: it is lost
    where Slack cannot be reached, and may come again after a restart.
    """
    voice = voices.in_channel(services, services.config.slack.admin_channel)
    log.error("the data folder takes nothing more; waiting for room", folder=str(folder))
    await _say(services, disk_is_full(voice))
    while not await _is_set_within(stop, LOOK):
        if await asyncio.to_thread(has_room, folder):
            log.info("the data folder takes writes again", folder=str(folder))
            await _say(services, disk_has_room(voice))
            return True
    return False


async def _is_set_within(stop: asyncio.Event, pause: timedelta) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(pause.total_seconds()):
            await stop.wait()
    return stop.is_set()


async def _say(services: Services, words: str) -> None:
    try:
        await services.slack.post(
            services.config.slack.admin_channel, words, delivery=f"disk.{services.sequence()}"
        )
    except SlackError as error:
        log.warning("the admin channel could not be told", reason=str(error))
