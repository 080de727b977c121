"""What is kept no longer than it is needed, or than the configuration allows.

Mentions, deliveries and the audit trail go by whole days, once all of a day is older than it may
be. What was said of a mention goes with it.
"""

from __future__ import annotations

import asyncio
import time as clocks
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta

import structlog

from bot.config.keeping import kept_since
from bot.domain.checklists import Checklist
from bot.domain.copies import WITHIN
from bot.domain.drafts import Draft
from bot.domain.judgements import Proposal
from bot.services import asking, drillkeeping, mutes, oldcases, unvoicing
from bot.services.base import Services
from bot.services.envelopes import forget_envelopes
from bot.store.base import Write
from bot.store.repositories import Repository

log = structlog.get_logger(__name__)

BUDGETS = timedelta(days=90)
"""How long it is kept what was spent on a day."""

AT_ONCE = 500
"""Documents that are removed in one commit."""

_LOOKED_AT = 100
"""Mentions that are asked for in one go, below 1 ms."""

AHEAD = timedelta(days=1)
"""By how much a clock that was set forward may be believed at once."""


class Daily:
    """Drops what is too old, once a day. Nothing, for a day, where the clock went ahead by more
    than the time that passed: set wrongly, it would make everything too old, and nothing that is
    dropped comes back. `monotonic` tells seconds that only grow.
    """

    def __init__(
        self, services: Services, monotonic: Callable[[], float] = clocks.monotonic
    ) -> None:
        self._services = services
        self._monotonic = monotonic
        self._seen = self._look()

    async def __call__(self) -> None:
        """To be run once a day."""
        before, self._seen = self._seen, self._look()
        passed = timedelta(seconds=self._seen[1] - before[1])
        ahead = self._seen[0] - before[0] - passed
        if ahead > AHEAD:
            log.warning("the clock went ahead: nothing is dropped today", days=ahead.days)
            return
        await keep_within(self._services)

    def _look(self) -> tuple[datetime, float]:
        return self._services.now(), self._monotonic()


async def keep_within(services: Services) -> int:
    """Drop what is too old: mentions, what people judged of them and which insights they voiced,
    conversations and insights that are closed, alerts, the audit trail, deliveries that are done,
    drafts, proposals, checklists, envelopes, mutes that ended, spent budgets; how many documents
    that were. Nothing of it, or of what was deleted or written over, is left on the disk then.
    To be run once a day."""
    dropped = {
        "mentions": await _drop_mentions(services),
        "voices": await _drop_voices(services),
        "prints": await _drop_prints(services),
        "conversions": await _drop_conversions(services),
        "judgements": await _drop_judgements(services),
        "conversations": await oldcases.drop_conversations(services),
        "alerts": await oldcases.drop_alerts(services),
        "audit": await oldcases.drop_audit(services),
        "insights": await oldcases.drop_insights(services),
        "deliveries": await _drop_deliveries(services),
        "drafts": await _drop_papers(services, services.records.drafts),
        "proposals": await _drop_papers(services, services.records.proposals),
        "checklists": await _drop_papers(services, services.records.checklists),
        "envelopes": await forget_envelopes(services),
        "mutes": await mutes.forget(services),
        "questions": await asking.forget(services),
        "budgets": await _drop_budgets(services),
        "drills": await drillkeeping.forget(services),
    }
    if any(dropped.values()):
        log.info("dropped what is too old", **dropped)
    await services.records.purge()
    return sum(dropped.values())


async def _drop_mentions(services: Services) -> int:
    """With the other names that they are known by."""
    kept = services.config.keep_mentions
    if kept is None:
        return 0
    before = (services.now() - kept).date()
    dropped = await services.records.drop_days("mentions", before)
    return dropped + await services.records.drop_days("aliases", before)


async def _drop_voices(services: Services) -> int:
    """That mentions which are gone voiced an insight; it counts them as before."""
    if services.config.keep_mentions is None:
        return 0
    first = (services.now() - services.config.keep_mentions).date()
    return await unvoicing.drop_before(services, datetime.combine(first, time(), UTC))


async def _drop_conversions(services: Services) -> int:
    """What was told of campaigns goes as mentions do, or sooner."""
    kept = services.config.keep_conversions
    if kept is None:
        return 0
    return await services.records.drop_days("conversions", (services.now() - kept).date())


async def _drop_prints(services: Services) -> int:
    """The sketches of what was said, once nothing is held against them any more."""
    return await services.records.drop_days("prints", (services.now() - WITHIN).date())


async def _drop_judgements(services: Services) -> int:
    """Those of a mention that is gone, for its age or because its author is forgotten: a label is
    kept no longer than what it is about, and no longer than it may be itself."""
    records = services.records
    oldest = kept_since(services.config.keep.judgements, services.now())
    gone: list[Write] = []
    for number, kept in enumerate(await records.judgements.find({}, "at")):
        if number % _LOOKED_AT == 0:
            await asyncio.sleep(0)  # a store that answers at once gives nobody else a turn
        is_old = oldest is not None and kept.value.at < oldest
        if is_old or await records.mentions.get(kept.value.mention) is None:
            gone.append(records.judgements.remove(kept.value.mention))
    return await _remove(services, gone)


async def _drop_papers(
    services: Services,
    papers: Repository[Draft] | Repository[Proposal] | Repository[Checklist],
) -> int:
    """For whoever asks who wrote, approved, declined or did what; a change that was declined may be
    proposed again after that."""
    before = kept_since(services.config.keep.drafts, services.now())
    found = await papers.find({}, "at", before=before) if before else []
    return await _remove(services, [papers.remove(kept.value.id) for kept in found])


async def _drop_budgets(services: Services) -> int:
    before = (services.now() - BUDGETS).date().isoformat()
    found = await services.records.budgets.find({}, "day", before=before)
    return await _remove(services, [services.records.budgets.remove(k.value.id) for k in found])


async def _remove(services: Services, writes: Sequence[Write]) -> int:
    for start in range(0, len(writes), AT_ONCE):
        await services.records.commit(writes[start : start + AT_ONCE])
    return len(writes)


async def _drop_deliveries(services: Services) -> int:
    """A day on which something still waits is kept whole, and all after it."""
    oldest = kept_since(services.config.keep.deliveries, services.now())
    if oldest is None:
        return 0
    before = oldest.date()
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
