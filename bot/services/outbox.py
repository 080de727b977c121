"""Carrying the outbox to Slack: in order in each lane, at Slack's rate, and once.

Before a call the delivery is kept as *trying*, so that after a crash or a time-out `saying` looks
for it in Slack before it is said again. The jobs see to it that no lane is delivered beside itself,
however many workers there are.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog
from msgspec.structs import replace
from structlog.contextvars import bound_contextvars

from bot.domain.outbox import (
    Delivery,
    DeliveryState,
    alert_delivery_id,
    channel_lane,
    notice_id,
)
from bot.errors import (
    ChannelClosed,
    Conflict,
    ContentRefused,
    MessageGone,
    SlackError,
    SlackRateLimited,
    SlackUnavailable,
    StoreUnavailable,
    TokenRefused,
)
from bot.metrics import ALERTS
from bot.services import cards, places
from bot.services.base import Services
from bot.services.outages import Outage, is_out
from bot.services.races import won
from bot.services.raising import redrawn
from bot.services.saying import NotSaid, say
from bot.slack.gateway import Posted
from bot.store.base import Put
from bot.store.repositories import Kept

log = structlog.get_logger(__name__)

CLOSED_REST = 300.0
"""Seconds before a channel is tried again that somebody has to open, or whose refusal nobody
foresaw."""

TOKEN_REST = 60.0
LONGEST_REST = 60.0

STUMBLE_REST = timedelta(seconds=5)
"""Before a lane goes on whose delivery fell over, or whose store could not be reached."""

_OF_ITS_OWN = frozenset({"note", "notice", "direct", "drill"})
"""Deliveries whose message nothing else knows the place of."""

LOOK_AGAIN = 10.0
"""Seconds after which lanes are looked for that nobody told of: what another worker committed, and
did not live to have delivered."""

Enqueue = Callable[[str], Awaitable[None]]
"""Has a lane delivered soon, by some worker: `deliver_lane`, never twice at once for a lane."""


class Outbox:
    """Finds the lanes in which something waits (`run`), and delivers one (`deliver_lane`)."""

    def __init__(
        self, services: Services, enqueue: Enqueue, look_again: float = LOOK_AGAIN
    ) -> None:
        self._services = services
        self._enqueue = enqueue
        self._look_again = look_again
        self._held_until: datetime | None = None
        self._outage = Outage(services)

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
                await asyncio.sleep(STUMBLE_REST.total_seconds())
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
                if delivery.after and delivery.after > now:
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

    async def deliver_lane(self, lane: str) -> timedelta | None:
        """Deliver one after the other until the lane is empty (None), or must rest: for how long.

        Where another worker took up the lane meanwhile, it is left to that one.
        """
        try:
            while head := await self._head(lane):
                with bound_contextvars(**self._services.sequence.asked_for(head.value.order)):
                    rest = await self._deliver(head)
                if rest:
                    return timedelta(seconds=rest)
        except _Taken:
            log.info("another worker delivers a lane", lane=lane)
        except StoreUnavailable as error:
            log.warning("a lane waits for the store", lane=lane, reason=str(error))
            return STUMBLE_REST
        except Exception:
            log.exception("a lane of the outbox fell over", lane=lane)
            return STUMBLE_REST
        return None

    async def _head(self, lane: str) -> Kept[Delivery] | None:
        """What is said next of a lane; what is held for a moment lets others pass."""
        now = self._services.clock()
        ready: list[Kept[Delivery]] = []
        for state in ("trying", "waiting"):
            waits = {"lane": lane, "state": state}
            found = await self._services.records.outbox.find(waits, "order", limit=1)
            if any(_is_held(kept.value, now) for kept in found):
                found = await self._services.records.outbox.find(waits, "order")
            ready += [kept for kept in found if not _is_held(kept.value, now)][:1]
        return min(ready, key=lambda kept: kept.value.order, default=None)

    async def _deliver(self, kept: Kept[Delivery]) -> float:
        """One try; the seconds to rest before the lane goes on. Raises _Taken."""
        outcome_unknown = kept.value.state == "trying"
        delivery = replace(kept.value, state="trying", attempts=kept.value.attempts + 1)
        records = self._services.records
        try:
            await records.commit([records.outbox.put(delivery.id, delivery, kept.version)])
        except Conflict as conflict:
            raise _Taken from conflict
        overtaken = await self._overtaken(delivery)
        try:
            posted = await say(self._services, delivery, outcome_unknown)
        except NotSaid as failure:
            return await self._put_off(delivery, kept.version + 1, failure)
        await self._sent(delivery, kept.version + 1, posted, overtaken)
        if delivery.kind == "alert" and (told := await records.alerts.get(delivery.alert)):
            ALERTS.labels(told.value.kind).inc()
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
        done = replace(delivery, state="sent", untaken=None)
        if posted and delivery.kind in _OF_ITS_OWN:
            done = replace(done, posted_to=posted.channel, ts=posted.ts)
        said = [
            records.outbox.put(delivery.id, done, version),
            *(
                records.outbox.put(kept.value.id, replace(kept.value, state="sent"), kept.version)
                for kept in overtaken
            ),
        ]

        async def attempt() -> bool:
            follow = [*await self._moved(delivery, posted), *await self._summed_up(delivery)]
            back = await self._outage.told()
            await records.commit([*said, *follow, *back])
            return bool(back)

        is_back = await won(attempt)
        log.info("said", kind=delivery.kind, id=delivery.id, attempts=delivery.attempts)
        self._outage.is_over()
        if is_back:
            self._services.wake.set()
        self._settled(delivery)

    def _settled(self, delivery: Delivery) -> None:
        """What follows on a card waits for it no more."""
        if delivery.kind in ("alert", "drill"):
            self._services.wake.set()

    async def _moved(self, delivery: Delivery, posted: Posted | None) -> list[Put]:
        """The alert (or insight) with the place of its message, where one was posted anew."""
        if posted is None or delivery.kind not in ("alert", "refresh"):
            return []
        return await places.moved(self._services, delivery.alert, posted)

    async def _summed_up(self, delivery: Delivery) -> list[Put]:
        """What is shown anew in a spike's thread is summed up on the spike's card."""
        if delivery.kind != "refresh":
            return []
        alerts = self._services.records.alerts
        part = await alerts.get(delivery.alert)
        spike = await alerts.get(part.value.within) if part and part.value.within else None
        if spike is None:
            return []
        return [await redrawn(self._services, spike.value, self._services.now())]

    async def _overtaken(self, delivery: Delivery) -> list[Kept[Delivery]]:
        """Refreshes that this one makes needless: it draws the card as it is from now on. One that
        waits to link to another alert's message is not."""
        if delivery.kind != "refresh":
            return []
        found = await self._services.records.outbox.find(
            {"alert": delivery.alert, "kind": "refresh", "state": "waiting"}, "order"
        )
        return [kept for kept in found if kept.value.within in ("", delivery.within)]

    async def _put_off(self, delivery: Delivery, version: int, failure: NotSaid) -> float:
        """Keep what is still to be said, tell the admins of what only they can mend, and tell how
        long to rest."""
        error = failure.error
        state, rest = _after(delivery, failure)
        if nobody := await self._why_for_nobody(delivery, error):
            state, rest, error = "dropped", 0, ChannelClosed(str(error), nobody)
        records = self._services.records
        untaken = self._outage.goes_on(delivery.untaken) if is_out(error) else None
        kept = replace(delivery, state=state, error=str(error), untaken=untaken)
        put_off = records.outbox.put(delivery.id, kept, version)
        told = await self._told(delivery, error, state)
        try:
            await records.commit([put_off, *told])
        except Conflict as conflict:
            if not any(notice.id == conflict.id for notice in told):
                raise
            await records.commit([put_off])  # another worker told the admins this instant
        level = log.error if state == "dropped" else log.warning
        level("not said", kind=delivery.kind, id=delivery.id, reason=str(error), rest=rest)
        if told:
            self._services.wake.set()
        if state == "dropped":
            self._settled(delivery)
        return rest

    async def _why_for_nobody(self, delivery: Delivery, error: SlackError) -> str | None:
        """Why it would wait for ever, as a word of Slack's, where it is for a member who left."""
        if delivery.kind != "direct" or is_out(error) or isinstance(error, ContentRefused):
            return None
        try:
            return await self._services.slack.person_fault(delivery.channel)
        except SlackError:
            return None  # it is asked again with the next try

    async def _told(
        self, delivery: Delivery, error: SlackError, state: DeliveryState
    ) -> Sequence[Put]:
        """A notice to the admins about a channel that takes nothing: one for a reason, over all
        workers, until something was said there again."""
        if error.retry or delivery.kind in ("note", "amend"):
            return ()
        outbox = self._services.records.outbox
        last = await outbox.find(
            {"lane": channel_lane(delivery.channel), "state": "sent"},
            "order",
            newest_first=True,
            limit=1,
        )
        since = last[0].value.order if last else 0
        about = f"{delivery.channel} {error.code} {since}"
        if await outbox.get(notice_id(about)):
            return ()
        return cards.unsaid_notice(self._services, delivery, error, state, about)


def _is_held(delivery: Delivery, now: datetime) -> bool:
    return delivery.after is not None and delivery.after > now


class _Taken(Exception):
    """Another worker has the delivery."""


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
