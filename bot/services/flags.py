"""Negative posts that are worth telling, with what they are told for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.domain.alerts import NegativeReason, negative_reason
from bot.domain.grading import grade_post
from bot.domain.mention import Mention
from bot.domain.severity import Graded
from bot.domain.watch import Watch
from bot.services.base import Services


class Flag(NamedTuple):
    """A negative post, why it counts as one, and how bad it is."""

    mention: Mention
    reason: NegativeReason
    graded: Graded


def flagged(
    services: Services, watch: Watch, mentions: Sequence[Mention], now: datetime
) -> list[Flag]:
    """The negative ones of some posts; what the brand's own accounts write is none."""
    found: list[Flag] = []
    for mention in mentions:
        reason = negative_reason(mention, watch.negative_below, now)
        if reason and not services.config.is_own(mention.post):
            found.append(Flag(mention, reason, grade_post(mention, watch.alarm, now)))
    return found
