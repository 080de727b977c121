"""Each change of an insight is told to a tracker, at least once.

That it is to be told is kept in the commit of the change, as a timer; what is told is read when it
is sent, so that no copy of anybody's words waits anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
import structlog

from bot.domain.insights import Insight
from bot.domain.timers import TimerKind
from bot.domain.trackers import again_at, event_id, event_of
from bot.errors import SourceError, SourceRateLimited
from bot.services.base import Services
from bot.services.timers import Look, set_timer
from bot.store.base import Write

log = structlog.get_logger(__name__)

KIND: TimerKind = "tracker"


def last_change(services: Services, insight: Insight) -> Sequence[Write]:
    """The write by which the last change of an insight is told; none where nobody is told."""
    if services.tracker is None or not insight.changes:
        return ()
    change = insight.changes[-1]
    return [set_timer(services, KIND, event_id(insight.id, change), change.at)]


async def look(services: Services, subject: str, now: datetime) -> Look:
    """Tell of a change (by its event's id) and, should it not be taken, when to tell it again."""
    tracker = services.tracker
    kept = await services.records.insights.get(subject.rpartition(".")[0])
    event = event_of(kept.value, subject) if kept else None
    if tracker is None or event is None:
        return Look()
    try:
        await tracker.tell(msgspec.json.encode(event))
    except SourceError as error:
        again = again_at(event.at, now)
        if again and isinstance(error, SourceRateLimited):
            again = max(again, error.until)
        level = log.warning if again else log.error
        level("a tracker was not told", change=subject, reason=str(error), again=again)
        return Look(again=again)
    log.info("a tracker was told", change=subject)
    return Look()
