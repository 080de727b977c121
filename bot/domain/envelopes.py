"""What came from Slack, and which worker deals with it."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

TAKEN_OVER = timedelta(seconds=10)
"""A claim without an answer for so long is a dead worker's: Slack waits three seconds."""


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """An envelope that the worker `by` began to handle at `at`; `answer` is empty until it has."""

    name: str
    at: datetime
    by: str
    answer: str = ""

    def is_abandoned(self, now: datetime) -> bool:
        """Whether whoever began it will not end it any more."""
        return not self.answer and now - self.at >= TAKEN_OVER
