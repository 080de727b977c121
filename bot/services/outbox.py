"""Carrying the outbox to Slack: in order in each lane, at Slack's rate, and once.

Before a call the delivery is kept as *trying*. After a crash or a time-out, what was being tried
is looked for in Slack before it is said again; if Slack cannot be asked, it is said again, marked
as a possible repeat: a repeat is preferred to silence.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta

import structlog
from msgspec.structs import replace

from bot.domain.outbox import Delivery, DeliveryState
from bot.errors import (
    ChannelClosed,
    ContentRefused,
    MessageGone,
    SlackError,
    SlackRateLimited,
    SlackUnavailable,
    TokenRefused,
)
from bot.services import cards
from bot.services.base import Services
from bot.slack.gateway import Posted
from bot.slack.notes import named, with_names
from bot.store.repositories import Kept

log = structlog.get_logger(__name__)

CLOSED_REST = 300.0
TOKEN_REST = 60.0
LONGEST_REST = 60.0
ENOUGH = 6
"""Tries of a delivery that Slack refuses for a reason nobody foresaw."""

SKEW = timedelta(minutes=10)
"""How far Slack's clock may be from ours when a lost message is looked for."""

REPEAT = "(possible repeat: Slack did not say whether this arrived before) "


class Outbox:
    """Delivers until cancelled; one task a lane, supervised by `run`."""

    def __init__(
        self, services: Services, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._services = services
        self._sleep = sleep
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._closed: set[str] = set()

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
                if delivery.kind in ("alert", "notice") or await self._is_posted(delivery.alert):
                    ready[delivery.lane] = None
        return list(ready)

    async def _is_posted(self, alert: str) -> bool:
        kept = await self._services.records.alerts.get(alert)
        return kept is not None and bool(kept.value.ts)

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
            posted = await self._say(delivery, outcome_unknown)
        except SlackError as error:
            return await self._refused(delivery, kept.version + 1, error)
        await self._sent(delivery, kept.version + 1, posted, overtaken)
        return 0

    async def _say(self, delivery: Delivery, outcome_unknown: bool) -> Posted | None:
        if delivery.kind == "refresh":
            return await self._refresh(delivery)
        mark = ""
        if outcome_unknown:
            found, mark = await self._look_for(delivery)
            if found:
                return found
        return await self._post(delivery, mark)

    async def _look_for(self, delivery: Delivery) -> tuple[Posted | None, str]:
        """Where a delivery of unknown outcome stands in Slack; else the mark of a repeat."""
        at = await self._card(delivery) if delivery.kind == "note" else None
        channel = at.channel if at else delivery.channel
        try:
            found = await self._services.slack.find(
                channel, delivery.id, delivery.created - SKEW, at.ts if at else None
            )
        except (SlackUnavailable, SlackRateLimited):
            raise
        except SlackError as error:
            log.warning("Slack cannot be asked for a lost message", reason=str(error))
            return None, REPEAT
        return found, ""

    async def _post(self, delivery: Delivery, mark: str = "") -> Posted:
        slack = self._services.slack
        if delivery.kind == "alert":
            card = await cards.alert_card(self._services, delivery.alert, mark)
            try:
                return await slack.post(
                    delivery.channel, card.text, card.blocks, delivery=delivery.id
                )
            except ContentRefused as error:
                log.error("Slack refused a card; its text is sent", reason=str(error))
                return await slack.post(delivery.channel, card.text, delivery=delivery.id)
        text = mark + await self._worded(delivery.text)
        if delivery.kind == "notice":
            return await slack.post(delivery.channel, text, delivery=delivery.id)
        at = await self._card(delivery)
        return await slack.post(at.channel, text, delivery=delivery.id, thread_ts=at.ts)

    async def _refresh(self, delivery: Delivery) -> Posted | None:
        """Draw the card again; where its message is gone, post it once anew."""
        at = await self._card(delivery)
        card = await cards.alert_card(self._services, delivery.alert)
        try:
            await self._services.slack.update(at, card.text, card.blocks)
        except MessageGone:
            return await self._services.slack.post(
                at.channel, card.text, card.blocks, delivery=delivery.id
            )
        return None

    async def _worded(self, text: str) -> str:
        names = {user: await self._services.slack.name_of(user) for user in named(text)}
        return with_names(text, names)

    async def _card(self, delivery: Delivery) -> Posted:
        kept = await self._services.records.alerts.get(delivery.alert)
        if kept is None or not kept.value.ts:
            raise MessageGone("the alert's card was never posted")
        return Posted(kept.value.posted_to, kept.value.ts)

    async def _sent(
        self,
        delivery: Delivery,
        version: int,
        posted: Posted | None,
        overtaken: Sequence[Kept[Delivery]],
    ) -> None:
        records = self._services.records
        writes = [
            records.outbox.put(kept.value.id, replace(kept.value, state="sent"), kept.version)
            for kept in (Kept(delivery, version), *overtaken)
        ]
        if posted and delivery.kind in ("alert", "refresh"):
            alert = await records.alerts.get(delivery.alert)
            if alert is not None:
                moved = replace(alert.value, posted_to=posted.channel, ts=posted.ts)
                writes.append(records.alerts.put(moved.id, moved, alert.version))
        await records.commit(writes)
        self._closed.discard(delivery.channel)
        log.info("said", kind=delivery.kind, id=delivery.id, attempts=delivery.attempts)
        self._services.wake.set()

    async def _overtaken(self, delivery: Delivery) -> list[Kept[Delivery]]:
        """Refreshes that this one makes needless: it draws the card as it is from now on."""
        if delivery.kind != "refresh":
            return []
        return await self._services.records.outbox.find(
            {"alert": delivery.alert, "kind": "refresh", "state": "waiting"}, "order"
        )

    async def _refused(self, delivery: Delivery, version: int, error: SlackError) -> float:
        """Keep what is still to be said, and tell how long to rest."""
        state, rest = _after(delivery, error)
        records = self._services.records
        kept = replace(delivery, state=state, error=str(error))
        writes = [records.outbox.put(delivery.id, kept, version)]
        if isinstance(error, ChannelClosed) and delivery.channel not in self._closed:
            self._closed.add(delivery.channel)
            writes += cards.closed_channel_notice(self._services, delivery.channel, error.code)
        await records.commit(writes)
        level = log.error if state == "dropped" else log.warning
        level("not said", kind=delivery.kind, id=delivery.id, reason=str(error), rest=rest)
        return rest


def _after(delivery: Delivery, error: SlackError) -> tuple[DeliveryState, float]:
    """The state of a delivery that was not made, and the rest before the next try."""
    backoff = min(2.0 ** (delivery.attempts - 1), LONGEST_REST)
    match error:
        case SlackRateLimited():
            return "waiting", error.seconds
        case SlackUnavailable():
            return "trying", backoff
        case ChannelClosed():
            return "waiting", CLOSED_REST
        case TokenRefused():
            return "waiting", TOKEN_REST
        case ContentRefused() | MessageGone():
            return "dropped", 0
        case _ if delivery.attempts >= ENOUGH:
            return "dropped", 0
        case _:
            return "waiting", backoff


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
