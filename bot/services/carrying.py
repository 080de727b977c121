"""Carrying a lane of the outbox to Slack: in order, at Slack's rate, and once.

Before a call the delivery is kept as *trying*, so that after a crash or a time-out `saying` looks
for it in Slack before it is said again. The jobs see to it that no lane is delivered beside itself,
however many workers there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import structlog
from msgspec.structs import replace
from structlog.contextvars import bound_contextvars

from bot.domain.outbox import Delivery, DeliveryState, channel_lane, notice_id
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


class Carrier:
    """Delivers what waits in a lane."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._outage = Outage(services)

    async def deliver(self, lane: str) -> timedelta | None:
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
            if any(kept.value.is_held(now) for kept in found):
                found = await self._services.records.outbox.find(waits, "order")
            ready += [kept for kept in found if not kept.value.is_held(now)][:1]
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
