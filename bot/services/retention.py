"""What is kept no longer than it is needed, or than the configuration allows.

Days are dropped whole: a day goes once all of it is older than it may be.
"""

from __future__ import annotations

from datetime import date, timedelta

import structlog

from bot.services import mutes
from bot.services.base import Services
from bot.services.envelopes import forget_envelopes

log = structlog.get_logger(__name__)

DELIVERIES = timedelta(days=30)
"""How long deliveries are kept that went out, or were given up."""


async def keep_within(services: Services) -> int:
    """Drop what is too old: mentions, deliveries that are done, envelopes, mutes that ended; how
    many documents that were. To be run once a day."""
    mentions = await _drop_mentions(services)
    deliveries = await _drop_deliveries(services)
    envelopes = await forget_envelopes(services)
    muted = await mutes.forget(services)
    dropped = mentions + deliveries + envelopes + muted
    if dropped:
        log.info(
            "dropped what is too old",
            mentions=mentions,
            deliveries=deliveries,
            envelopes=envelopes,
            mutes=muted,
        )
    return dropped


async def _drop_mentions(services: Services) -> int:
    kept = services.config.keep_mentions
    if kept is None:
        return 0
    return await services.records.drop_days("mentions", (services.now() - kept).date())


async def _drop_deliveries(services: Services) -> int:
    """A day on which something still waits is kept whole, and all after it."""
    before = (services.now() - DELIVERIES).date()
    pending = await _first_pending_day(services)
    return await services.records.drop_days("outbox", min(before, pending or before))


async def _first_pending_day(services: Services) -> date | None:
    """The day of the oldest delivery that is not done. The numbers of several workers follow their
    clocks, which may differ: all that waits is looked at."""
    pending = [
        kept.value.created.date()
        for state in ("waiting", "trying")
        for kept in await services.records.outbox.find({"state": state}, "order")
    ]
    return min(pending, default=None)
