"""The round that a lookout makes: whatever has fallen due is looked at, one after the other.

What comes of it is written in one commit with the end of its timer, so that a crash repeats it
wholly or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from msgspec.structs import replace

from bot.domain.timers import Timer, TimerKind
from bot.errors import Conflict, StoreUnavailable
from bot.services import digests, escalation, prompting
from bot.services.base import Services
from bot.services.timers import Looker
from bot.store.base import Write
from bot.store.repositories import Kept

log = structlog.get_logger(__name__)

AT_ONCE = 200
"""Timers that one round looks at; the rest comes with the next."""

STUMBLE = timedelta(minutes=1)
"""Before a timer goes off again whose look fell over."""


LOOKERS: Mapping[TimerKind, Looker] = {
    "lease": prompting.lease,
    "wake": prompting.wake,
    "remind": prompting.remind,
    "overdue": prompting.overdue,
    "escalate": escalation.look,
    "digest": digests.look,
}


async def make(services: Services, lookers: Mapping[TimerKind, Looker] = LOOKERS) -> int:
    """Look at everything that has fallen due; how many timers went off."""
    now = services.now()
    due = await services.records.timers.find(
        {}, "due", before=now + timedelta(seconds=1), limit=AT_ONCE
    )
    for kept in due:
        await _look(services, kept, lookers, now)
    if due:
        services.wake.set()
    return len(due)


async def _look(
    services: Services, kept: Kept[Timer], lookers: Mapping[TimerKind, Looker], now: datetime
) -> None:
    timer = kept.value
    try:
        writes, again = await lookers[timer.kind](services, timer.subject, now)
        await _end(services, kept, writes, again)
    except Conflict:
        log.debug("a timer's subject changed meanwhile; the next round looks again", id=timer.id)
    except StoreUnavailable as error:
        log.warning("a round waits for the store", reason=str(error))
    except Exception:
        # One look that falls over must not keep the others from being made.
        log.exception("a timer's look fell over", kind=timer.kind)
        await _end(services, kept, (), now + STUMBLE)


async def _end(
    services: Services, kept: Kept[Timer], writes: Sequence[Write], again: datetime | None
) -> None:
    """Keep what came of a timer, and its end or its next time."""
    timers, timer = services.records.timers, kept.value
    end: Write = (
        timers.remove(timer.id, kept.version)
        if again is None
        else timers.put(timer.id, replace(timer, due=again), kept.version)
    )
    await services.records.commit([*writes, end])
