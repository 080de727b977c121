"""Until when a conversation is to be answered, and how long a claim holds: in working hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from bot.domain.hours import ALWAYS, OpeningHours
from bot.domain.severity import Severity


class Deadline(NamedTuple):
    """When it is to be answered, and when its assignee is reminded of that; None: not at all."""

    due: datetime
    remind: datetime | None


def deadline(
    severity: Severity, start: datetime, length: timedelta, remind: timedelta, hours: OpeningHours
) -> Deadline:
    """The deadline `length` after `start`, in the team's hours; a critical one at any hour.

    The reminder comes `remind` of that time before; there is none where that would be at once.
    """
    reckoned = ALWAYS if severity == "critical" else hours
    left = length - remind
    return Deadline(
        due=reckoned.after(start, length),
        remind=reckoned.after(start, left) if left > timedelta() else None,
    )
