"""Vigie watches over itself: whether any poll goes well, how late the event loop comes, and a sign
of life for whoever waits for one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import structlog

from bot.config.operating import Operating
from bot.domain.outbox import notice_delivery
from bot.domain.pairs import pair_id
from bot.domain.received import is_sent
from bot.errors import Conflict, SourceError, StoreError
from bot.i18n import Voice
from bot.metrics import LOOP_LAG_SECONDS
from bot.operating.damage import tell_damages
from bot.operating.parts import Parts
from bot.services import voices
from bot.services.base import Beat
from bot.slack.notes import deaf_to_all, hears_again

log = structlog.get_logger(__name__)

LOOK = timedelta(minutes=1)
"""Between two looks at whether polls go well."""

SAMPLE = 0.5
"""Seconds between two looks at how late the event loop comes."""


class Hearing:
    """Whether polls go well. A laptop that slept for a day is not deaf when it wakes: what counts
    is how often it was looked in vain, not what the clock says."""

    def __init__(self, parts: Parts, deaf_after: timedelta) -> None:
        self._parts = parts
        self._most = max(1, round(deaf_after / LOOK))
        self._in_vain = 0

    async def look(self) -> None:
        """Note whether a poll has gone well since the last look. The admin channel hears once that
        none does, and once that they do again."""
        heard = await self._latest()
        if heard != self._parts.heard:
            self._parts.heard, self._in_vain = heard, 0
            if self._parts.deaf and heard:
                self._parts.deaf = False
                await self._say(hears_again(self._voice), f"hears since {heard.isoformat()}")
        elif self._polls:
            self._in_vain += 1
            if self._in_vain >= self._most and not self._parts.deaf:
                await self._is_deaf(heard)

    @property
    def _polls(self) -> bool:
        """Whether there is anything to poll, and not only what is sent."""
        services = self._parts.services
        asked = {one.name for one in services.config.sources if one.kind != "webhook"}
        return any(asked & set(watch.sources) for watch in services.watches.polled)

    async def _is_deaf(self, heard: datetime | None) -> None:
        self._parts.deaf = True
        about = f"deaf since {heard.isoformat() if heard else 'the beginning'}"
        await self._say(deaf_to_all(heard, self._voice), about)

    @property
    def _voice(self) -> Voice:
        services = self._parts.services
        return voices.in_channel(services, services.config.slack.admin_channel)

    async def _latest(self) -> datetime | None:
        """When a poll last went well; the first that is later than what is known, where one is."""
        services, known = self._parts.services, self._parts.heard
        for watch in services.watches.polled:
            for source in watch.sources:
                kept = await services.records.pairs.get(pair_id(watch.name, source))
                heard = kept.value.last_ok if kept and not is_sent(kept.value.cursor) else None
                if heard and (known is None or heard > known):
                    return heard
            await asyncio.sleep(0)
        return known

    async def _say(self, words: str, about: str) -> None:
        """Once, whichever of the workers says it."""
        services = self._parts.services
        channel = services.config.slack.admin_channel
        notice = notice_delivery(channel, words, services.sequence(), services.now(), about)
        with contextlib.suppress(Conflict):
            await services.records.commit([services.records.outbox.put(notice.id, notice, 0)])
        services.wake.set()


class Heartbeat:
    """Asks for an address while every part works: who waits for it rings when it stays away.

    The address is a secret, and stands in no log.
    """

    def __init__(self, parts: Parts, give: Beat) -> None:
        self._parts = parts
        self._give = give

    async def beat(self) -> bool:
        """Whether it was asked for, and answered."""
        if not self._parts.ready:
            return False
        try:
            await self._give()
        except SourceError as error:
            log.warning("the heartbeat was not heard", reason=str(error))
            return False
        return True


@contextlib.asynccontextmanager
async def watched_over(parts: Parts, operating: Operating) -> AsyncIterator[None]:
    """Watch over it while the block runs."""
    hearing = Hearing(parts, operating.deaf_after)
    tasks = [
        asyncio.create_task(_look(hearing), name="hearing"),
        asyncio.create_task(_sample(), name="loop lag"),
        asyncio.create_task(tell_damages(parts.services), name="damages"),
    ]
    if give := parts.services.heartbeat:
        heartbeat = Heartbeat(parts, give)
        tasks.append(asyncio.create_task(_beat(heartbeat, operating.every), name="heartbeat"))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _look(hearing: Hearing) -> None:
    while True:
        try:
            await hearing.look()
        except StoreError as error:
            log.warning("it is not known whether polls go well", reason=str(error))
        await asyncio.sleep(LOOK.total_seconds())


async def _sample() -> None:
    clock = asyncio.get_running_loop().time
    while True:
        asked = clock()
        await asyncio.sleep(SAMPLE)
        LOOP_LAG_SECONDS.observe(max(0.0, clock() - asked - SAMPLE))


async def _beat(heartbeat: Heartbeat, every: timedelta) -> None:
    while True:
        await asyncio.sleep(every.total_seconds())
        await heartbeat.beat()
