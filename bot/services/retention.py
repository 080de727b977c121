"""What is kept no longer than it is needed, or than the configuration allows.

Mentions and deliveries go by whole days, once all of a day is older than it may be. What was said
of a mention goes with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import structlog

from bot.domain.checklists import Checklist
from bot.domain.copies import WITHIN
from bot.domain.drafts import Draft
from bot.domain.judgements import Proposal
from bot.services import asking, drillkeeping, mutes, unvoicing
from bot.services.base import Services
from bot.services.envelopes import forget_envelopes
from bot.store.base import Write
from bot.store.repositories import Repository

log = structlog.get_logger(__name__)

DELIVERIES = timedelta(days=30)
"""How long deliveries are kept that went out, or were given up."""

PAPERS = timedelta(days=90)
"""How long drafts, proposals and checklists are kept, for whoever asks who wrote, approved,
declined or did what; a change that was declined may be proposed again after that."""

AT_ONCE = 500
"""Documents that are removed in one commit."""

_LOOKED_AT = 100
"""Mentions that are asked for in one go, below 1 ms."""


async def keep_within(services: Services) -> int:
    """Drop what is too old: mentions, what people judged of them and which insights they voiced,
    deliveries that are done, drafts, proposals, checklists, envelopes, mutes that ended, spent
    budgets; how many documents that were. To be run once a day."""
    dropped = {
        "mentions": await _drop_mentions(services),
        "voices": await _drop_voices(services),
        "prints": await _drop_prints(services),
        "conversions": await _drop_conversions(services),
        "judgements": await _drop_judgements(services),
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
    """What was told of campaigns goes as mentions do."""
    kept = services.config.keep_mentions
    if kept is None:
        return 0
    return await services.records.drop_days("conversions", (services.now() - kept).date())


async def _drop_prints(services: Services) -> int:
    """The sketches of what was said, once nothing is held against them any more."""
    return await services.records.drop_days("prints", (services.now() - WITHIN).date())


async def _drop_judgements(services: Services) -> int:
    """Those of a mention that is gone, for its age or because its author is forgotten: a label is
    kept no longer than what it is about."""
    records = services.records
    gone: list[Write] = []
    for number, kept in enumerate(await records.judgements.find({}, "at")):
        if number % _LOOKED_AT == 0:
            await asyncio.sleep(0)  # a store that answers at once gives nobody else a turn
        if await records.mentions.get(kept.value.mention) is None:
            gone.append(records.judgements.remove(kept.value.mention))
    return await _remove(services, gone)


async def _drop_papers(
    services: Services,
    papers: Repository[Draft] | Repository[Proposal] | Repository[Checklist],
) -> int:
    found = await papers.find({}, "at", before=services.now() - PAPERS)
    return await _remove(services, [papers.remove(kept.value.id) for kept in found])


async def _drop_budgets(services: Services) -> int:
    before = (services.now() - PAPERS).date().isoformat()
    found = await services.records.budgets.find({}, "day", before=before)
    return await _remove(services, [services.records.budgets.remove(k.value.id) for k in found])


async def _remove(services: Services, writes: Sequence[Write]) -> int:
    for start in range(0, len(writes), AT_ONCE):
        await services.records.commit(writes[start : start + AT_ONCE])
    return len(writes)


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
