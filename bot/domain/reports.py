"""What a manager is told, as values to be shown."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from bot.domain.summaries import Summary


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A summary of one watch, and its last hours as a row of counts (oldest first).

    `known_days` is how much of the past the word "usual" rests on.
    """

    watch: str
    period: timedelta
    summary: Summary
    hours: tuple[int, ...]
    known_days: float
