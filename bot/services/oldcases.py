"""What the team is done with, dropped once it is older than the configuration lets it be kept:
closed conversations and insights, alerts, and the audit trail. What is open stays, however old."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from bot.config.keeping import kept_since
from bot.domain.insights import Insight
from bot.domain.outbox import insight_card
from bot.errors import Conflict
from bot.services.base import Services
from bot.store.base import Write

log = structlog.get_logger(__name__)

CLOSED = ("resolved", "dismissed")

AT_ONCE = 100
"""Conversations, or alerts, that are dropped in one commit."""


async def drop_conversations(services: Services) -> int:
    """Conversations that were closed long ago, with their threads; how many."""
    oldest = kept_since(services.config.keep.conversations, services.now())
    if oldest is None:
        return 0
    records = services.records
    closed = [
        kept
        for state in CLOSED
        for kept in await records.conversations.find({"state": state}, "opened", before=oldest)
        if kept.value.changed < oldest
    ]
    removals: list[list[Write]] = [
        [
            records.conversations.remove(kept.value.id, kept.version),
            records.exchanges.remove(kept.value.id),
        ]
        for kept in closed
    ]
    return await _remove(services, removals)


async def drop_alerts(services: Services) -> int:
    """Alerts that were raised long ago, of which nothing waits to be said, and of whose
    conversations none is to be answered; how many."""
    oldest = kept_since(services.config.keep.alerts, services.now())
    if oldest is None:
        return 0
    records = services.records
    open_ones = await services.pending.read(records)
    worked = {one.id for one in open_ones}
    showing = {one.alert for one in open_ones}  # a story shows many, and is called by its first
    needed = showing | await _still_to_be_said(services)
    removals: list[list[Write]] = [
        [records.alerts.remove(kept.value.id, kept.version)]
        async for kept in records.each(records.alerts)
        if kept.value.raised < oldest
        and kept.value.conversation not in worked
        and kept.value.id not in needed
    ]
    return await _remove(services, removals)


async def drop_audit(services: Services) -> int:
    """Who did what long ago; how many deeds."""
    oldest = kept_since(services.config.keep.audit, services.now())
    return await services.records.drop_days("audit", oldest.date()) if oldest else 0


async def drop_insights(services: Services) -> int:
    """Insights that were closed long ago, with what voiced them; how many."""
    oldest = kept_since(services.config.keep.insights, services.now())
    if oldest is None:
        return 0
    records = services.records
    waiting = await _still_to_be_said(services)
    removals: list[list[Write]] = []
    for kept in await records.insights.find({}, "heard", before=oldest):
        if kept.value.is_open or _last_changed(kept.value) >= oldest:
            continue
        if insight_card(kept.value.id) in waiting:
            continue
        voiced = await records.voiced.find({"insight": kept.value.id}, "at")
        removals.append(
            [
                records.insights.remove(kept.value.id, kept.version),
                *(records.voiced.remove(one.value.id) for one in voiced),
            ]
        )
    return await _remove(services, removals)


async def _still_to_be_said(services: Services) -> set[str]:
    """The alerts, and what stands for insights, about which something waits for Slack: it could
    never be drawn without them, and all behind it would wait for ever."""
    return {
        kept.value.alert
        for state in ("waiting", "trying")
        for kept in await services.records.outbox.find({"state": state}, "order")
    }


def _last_changed(insight: Insight) -> datetime:
    return max((insight.heard, *(change.at for change in insight.changes)))


async def _remove(services: Services, removals: Sequence[list[Write]]) -> int:
    """Carry out removals, many in a commit; how many there were. What somebody writes at the same
    moment is no longer old: it stays."""
    removed = 0
    for start in range(0, len(removals), AT_ONCE):
        batch = removals[start : start + AT_ONCE]
        try:
            await services.records.commit([write for writes in batch for write in writes])
        except Conflict as conflict:
            log.info("somebody has taken up what was old", table=conflict.table, id=conflict.id)
            removed += sum([await _is_removed(services, writes) for writes in batch])
        else:
            removed += len(batch)
    return removed


async def _is_removed(services: Services, writes: list[Write]) -> bool:
    try:
        await services.records.commit(writes)
    except Conflict:
        return False
    return True
