"""What a person wants to be told of in a direct message, and when."""

from __future__ import annotations

from datetime import time

import msgspec

from bot.domain.severity import Severity


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """A person's digest: at the times `at` of their own zone, on the weekdays `days` (0 is
    Monday), of some watches and languages (none: all), and what is at least of `severity`.
    No time means no digest. Where there is nothing to say, that is said only if `when_empty`."""

    user: str
    watches: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    severity: Severity = "low"
    at: tuple[time, ...] = ()
    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    when_empty: bool = False
