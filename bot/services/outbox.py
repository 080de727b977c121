"""Carrying the outbox to Slack: in order in each lane, at Slack's rate, and once.

Before a call the delivery is kept as *trying*, so that after a crash or a time-out `saying` looks
for it in Slack before it is said again.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import structlog
from msgspec.structs import replace

from bot.domain.outbox import Delivery, DeliveryState, alert_delivery_id
from bot.errors import (
    Conflict,
    ContentRefused,
    MessageGone,
    SlackRateLimited,
    SlackUnavailable,
    TokenRefused,
)
from bot.services import cards
from bot.services.base import Services
from bot.services.saying import NotSaid, say
from bot.slack.gateway import Posted
from bot.store.base import Put
from bot.store.repositories import Kept

log = structlog.get_logger(__name__)

CLOSED_REST = 300.0
"""Seconds before a channel is tried again that somebody has to open, or whose refusal nobody
foresaw."""

TOKEN_REST = 60.0
_TRIES = 8
LONGEST_REST = 60.0


class Outbox:
    """Delivers until cancelled; one task a lane, supervised by `run`."""

    def __init__(
        self, services: Services, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._services = services
        self._sleep = sleep
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._told: set[tuple[str, str]] = set()

    async def run(self) -> None:
        """Deliver what waits, and what comes to wait, until cancelled."""
        try:
            while True:
                self._services.wake.clear()
                for lane in await self._ready_lanes():
                    self._start(lane)
                await self._services.wake.wait()
        finally:
            tasks = list(self._lanes.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _ready_lanes(self) -> list[str]:
        """Lanes with something to say and nobody at work; what follows on a card waits for it."""
        ready: dict[str, None] = {}
        for state in ("trying", "waiting"):
            for kept in await self._services.records.outbox.find({"state": state}, "order"):
                delivery = kept.value
                if delivery.lane in self._lanes or delivery.lane in ready:
                    continue
                if delivery.kind in ("alert", "notice") or await self._is_settled(delivery.alert):
                    ready[delivery.lane] = None
        return list(ready)

    async def _is_settled(self, alert: str) -> bool:
        """Whether the alert's card was posted, or never will be."""
        kept = await self._services.records.alerts.get(alert)
        if kept is not None and kept.value.ts:
            return True
        first = await self._services.records.outbox.get(alert_delivery_id(alert))
        return first is None or first.value.state == "dropped"

    def _start(self, lane: str) -> None:
        task = asyncio.create_task(self._deliver_lane(lane), name=f"outbox {lane}")
        self._lanes[lane] = task
        task.add_done_callback(lambda done: self._ended(lane, done))

    def _ended(self, lane: str, task: asyncio.Task[None]) -> None:
        self._lanes.pop(lane, None)
        if not task.cancelled() and (error := task.exception()):
            log.error("a lane of the outbox fell over", lane=lane, exc_info=error)
        self._services.wake.set()

    async def _deliver_lane(self, lane: str) -> None:
        """Deliver one after the other until the lane is empty."""
        try:
            while head := await self._head(lane):
                rest = await self._deliver(head)
                if rest:
                    await self._sleep(rest)
        except Exception:
            # The supervisor logs it and starts the lane again: not at once, or it would spin.
            await self._sleep(5)
            raise

    async def _head(self, lane: str) -> Kept[Delivery] | None:
        found = [
            kept
            for state in ("trying", "waiting")
            for kept in await self._services.records.outbox.find(
                {"lane": lane, "state": state}, "order", limit=1
            )
        ]
        return min(found, key=lambda kept: kept.value.order, default=None)

    async def _deliver(self, kept: Kept[Delivery]) -> float:
        """One try; the seconds to rest before the lane goes on."""
        outcome_unknown = kept.value.state == "trying"
        delivery = replace(kept.value, state="trying", attempts=kept.value.attempts + 1)
        records = self._services.records
        await records.commit([records.outbox.put(delivery.id, delivery, kept.version)])
        overtaken = await self._overtaken(delivery)
        try:
            posted = await say(self._services, delivery, outcome_unknown)
        except NotSaid as failure:
            return await self._put_off(delivery, kept.version + 1, failure)
        await self._sent(delivery, kept.version + 1, posted, overtaken)
        return 0

    async def _sent(
        self,
        delivery: Delivery,
        version: int,
        posted: Posted | None,
        overtaken: Sequence[Kept[Delivery]],
    ) -> None:
        """Record what was said, and where; a spike's card may be changed by a poll meanwhile."""
        records = self._services.records
        said = [
            records.outbox.put(kept.value.id, replace(kept.value, state="sent"), kept.version)
            for kept in (Kept(delivery, version), *overtaken)
        ]
        for tries_left in reversed(range(_TRIES)):
            try:
                await records.commit([*said, *await self._moved(delivery, posted)])
            except Conflict:
                if not tries_left:
                    raise
            else:
                break
        self._told -= {told for told in self._told if told[0] == delivery.channel}
        log.info("said", kind=delivery.kind, id=delivery.id, attempts=delivery.attempts)
        self._services.wake.set()

    async def _moved(self, delivery: Delivery, posted: Posted | None) -> list[Put]:
        """The alert with the place of its message, where a new message was posted for it."""
        if posted is None or delivery.kind not in ("alert", "refresh"):
            return []
        alert = await self._services.records.alerts.get(delivery.alert)
        if alert is None:
            return []
        moved = replace(alert.value, posted_to=posted.channel, ts=posted.ts)
        return [self._services.records.alerts.put(moved.id, moved, alert.version)]

    async def _overtaken(self, delivery: Delivery) -> list[Kept[Delivery]]:
        """Refreshes that this one makes needless: it draws the card as it is from now on."""
        if delivery.kind != "refresh":
            return []
        return await self._services.records.outbox.find(
            {"alert": delivery.alert, "kind": "refresh", "state": "waiting"}, "order"
        )

    async def _put_off(self, delivery: Delivery, version: int, failure: NotSaid) -> float:
        """Keep what is still to be said, tell the admins of what only they can mend, and tell how
        long to rest."""
        error = failure.error
        state, rest = _after(delivery, failure)
        records = self._services.records
        kept = replace(delivery, state=state, error=str(error))
        writes = [records.outbox.put(delivery.id, kept, version)]
        told = (delivery.channel, error.code)
        if not error.retry and delivery.kind != "note" and told not in self._told:
            self._told.add(told)
            writes += cards.unsaid_notice(self._services, delivery.channel, error, state)
        await records.commit(writes)
        level = log.error if state == "dropped" else log.warning
        level("not said", kind=delivery.kind, id=delivery.id, reason=str(error), rest=rest)
        return rest


def _after(delivery: Delivery, failure: NotSaid) -> tuple[DeliveryState, float]:
    """The state of a delivery that was not made, and the rest before the next try.

    Only what Slack can never take is dropped. All else waits, in its order, for Slack or for a
    person; while nobody knows whether it arrived it stays *trying*.
    """
    state: DeliveryState = "trying" if failure.unknown else "waiting"
    match failure.error:
        case SlackRateLimited(seconds=seconds):
            return state, seconds
        case SlackUnavailable():
            return state, min(2.0 ** (delivery.attempts - 1), LONGEST_REST)
        case TokenRefused():
            return state, TOKEN_REST
        case ContentRefused() | MessageGone():
            return "dropped", 0
        case _:
            return state, CLOSED_REST


@contextlib.asynccontextmanager
async def delivering(services: Services) -> AsyncIterator[None]:
    """The outbox at work while the block runs.

    Should it fall over, the block is cancelled and what befell the outbox is raised: a Vigie that
    polls and says nothing is worse than one that is started again.
    """
    outbox = asyncio.create_task(Outbox(services).run(), name="outbox")
    block = asyncio.current_task()

    def fell_over(task: asyncio.Task[None]) -> None:
        if block and not task.cancelled():
            block.cancel()

    outbox.add_done_callback(fell_over)
    try:
        yield
    except asyncio.CancelledError:
        if outbox.done() and not outbox.cancelled() and (error := outbox.exception()):
            raise error from None
        raise
    finally:
        outbox.cancel()
        await asyncio.gather(outbox, return_exceptions=True)
