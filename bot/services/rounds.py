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
from bot.services import (
    allclear,
    checklists,
    digests,
    drills,
    escalation,
    exchanges,
    missed,
    prompting,
    proposing,
    pulses,
    settling,
    trackers,
)
from bot.services.base import Services
from bot.services.timers import Looker
from bot.store.base import Write
from bot.store.repositories import Kept

log = structlog.get_logger(__name__)

AT_ONCE = 200
"""Timers that one round looks at; the rest comes with the next."""

READ = 2000
"""Timers among which they are found."""

STUMBLE = timedelta(minutes=1)
"""Before a timer goes off again whose look fell over."""


LOOKERS: Mapping[TimerKind, Looker] = {
    "lease": prompting.lease,
    "wake": prompting.wake,
    "remind": prompting.remind,
    "overdue": missed.look,
    "escalate": escalation.look,
    "all_clear": allclear.look,
    "settle": settling.look,
    "digest": digests.look,
    "pulse": pulses.look,
    "demand": proposing.look,
    "drill": drills.look,
    "playbook": checklists.look,
}


READERS: Mapping[TimerKind, Looker] = {"exchange": exchanges.look}
"""Looks that ask a source, which may take its time: a round of their own holds nothing else up."""

WORDED: Mapping[TimerKind, Looker] = {"digest": digests.look}
"""Looks that may ask a language model, which takes its time as well."""

SENDERS: Mapping[TimerKind, Looker] = {"tracker": trackers.look}
"""Looks that tell somebody outside, who may take their time too."""

UNWORDED = {kind: looker for kind, looker in LOOKERS.items() if kind not in WORDED}


async def make(services: Services, lookers: Mapping[TimerKind, Looker] = LOOKERS) -> int:
    """Look at everything of these kinds that has fallen due; how many timers went off."""
    now = services.now()
    found = await services.records.timers.find(
        {}, "due", before=now + timedelta(seconds=1), limit=READ
    )
    due = [kept for kept in found if kept.value.kind in lookers][:AT_ONCE]
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
        look = await lookers[timer.kind](services, timer.subject, now)
        await _end(services, kept, look.writes, look.again)
        look.then()
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
    """Keep what came of a timer, and its end or its next time, before which any other gives way."""
    timers, timer = services.records.timers, kept.value
    others = [write for write in writes if (write.table, write.id) != ("timers", timer.id)]
    end: Write = (
        timers.remove(timer.id, kept.version)
        if again is None
        else timers.put(timer.id, replace(timer, due=again), kept.version)
    )
    await services.records.commit([*others, end])
