"""Until when something is put aside, in the clock of who puts it aside."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal, get_args

Choice = Literal["soon", "tomorrow", "monday", "day"]

CHOICES: tuple[Choice, ...] = get_args(Choice)

SOON = timedelta(hours=2)
_MONDAY = 0


def wakes(
    choice: Choice, day: date | None, now: datetime, zone: tzinfo, morning: time
) -> datetime | None:
    """When it wakes: in two hours, or at the time `morning` of tomorrow, of the next Monday or of a
    `day`. None where that is not to come, or no day was given."""
    if choice == "soon":
        return now + SOON
    today = now.astimezone(zone).date()
    if choice == "tomorrow":
        day = today + timedelta(days=1)
    elif choice == "monday":
        day = today + timedelta(days=(_MONDAY - today.weekday() - 1) % 7 + 1)
    if day is None:
        return None
    moment = datetime.combine(day, morning, zone).astimezone(UTC)
    return moment if moment > now else None
