"""What waits to be said in Slack: the lanes in which something does are looked for, and somebody
asked to deliver them, as `carrying` does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime

import structlog

from bot.domain.outbox import Delivery, alert_delivery_id
from bot.errors import StoreUnavailable
from bot.services import places
from bot.services.base import Services

log = structlog.get_logger(__name__)

STORE_REST = 5.0
"""Seconds before lanes are looked for again in a store that could not be reached."""

LOOK_AGAIN = 10.0
"""Seconds after which lanes are looked for that nobody told of: what another worker committed, and
did not live to have delivered."""

Enqueue = Callable[[str], Awaitable[None]]
"""Has a lane delivered soon, by some worker, never twice at once: see `Carrier.deliver`."""


class Outbox:
    """Finds the lanes in which something waits, and has them delivered."""

    def __init__(
        self, services: Services, enqueue: Enqueue, look_again: float = LOOK_AGAIN
    ) -> None:
        self._services = services
        self._enqueue = enqueue
        self._look_again = look_again
        self._held_until: datetime | None = None

    async def run(self) -> None:
        """Have what waits delivered, and what comes to wait, until cancelled."""
        reached = True
        while True:
            self._services.wake.clear()
            try:
                for lane in await self._ready_lanes():
                    await self._enqueue(lane)
            except StoreUnavailable as error:
                if reached:
                    log.warning("the outbox waits for the store", reason=str(error))
                reached = False
                await asyncio.sleep(STORE_REST)
                continue
            reached = True
            await self._woken()

    async def _woken(self) -> None:
        """Until something new waits, or what is held for a moment may be said."""
        held = self._held_until - self._services.clock() if self._held_until else None
        rest = self._look_again if held is None else min(self._look_again, held.total_seconds())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, rest)):
                await self._services.wake.wait()

    async def _ready_lanes(self) -> list[str]:
        """Lanes with something to say; what follows on a card waits for it."""
        ready: dict[str, None] = {}
        now = self._services.clock()
        held: list[datetime] = []
        for state in ("trying", "waiting"):
            for kept in await self._services.records.outbox.find({"state": state}, "order"):
                delivery = kept.value
                if delivery.after and delivery.is_held(now):
                    held.append(delivery.after)
                elif delivery.lane not in ready and await self._may_follow(delivery):
                    ready[delivery.lane] = None
        self._held_until = min(held, default=None)
        return list(ready)

    async def _may_follow(self, delivery: Delivery) -> bool:
        """Whether nothing has to be shown before it: a card in a thread waits for that of the
        thread, what follows on a card for that card, and what links to another for that one."""
        if delivery.within and not await self._is_settled(delivery.within):
            return False
        if delivery.kind in ("refresh", "note"):
            return await self._is_settled(delivery.alert)
        return True

    async def _is_settled(self, alert: str) -> bool:
        """Whether the alert's card was posted, or never will be."""
        if await places.place_of(self._services, alert):
            return True
        first = await self._services.records.outbox.get(alert_delivery_id(alert))
        return first is None or first.value.state == "dropped"


@contextlib.asynccontextmanager
async def delivering(outbox: Outbox) -> AsyncIterator[None]:
    """The outbox at work while the block runs.

    Should it fall over, the block is cancelled and what befell the outbox is raised: a Vigie that
    polls and says nothing is worse than one that is started again.
    """
    running = asyncio.create_task(outbox.run(), name="outbox")
    block = asyncio.current_task()

    def fell_over(task: asyncio.Task[None]) -> None:
        if block and not task.cancelled():
            block.cancel()

    running.add_done_callback(fell_over)
    try:
        yield
    except asyncio.CancelledError:
        if running.done() and not running.cancelled() and (error := running.exception()):
            raise error from None
        raise
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
