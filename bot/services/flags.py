"""Negative posts that are worth telling, with what they are told for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain.alerts import NegativeReason, negative_reason
from bot.domain.grading import grade_post
from bot.domain.mention import Mention
from bot.domain.severity import Graded
from bot.domain.watch import Watch
from bot.services import levels
from bot.services.base import Services

AT_ONCE = 100
"""Posts that are looked at in one go, some 3 ms."""


class Flag(NamedTuple):
    """A negative post, why it counts as one, and how bad it is."""

    mention: Mention
    reason: NegativeReason
    graded: Graded


async def flagged(
    services: Services, watch: Watch, mentions: Sequence[Mention], now: datetime
) -> list[Flag]:
    """The negative ones of some posts; what the brand's own accounts write is none."""
    limits = await levels.limits(services, watch)
    found: list[Flag] = []
    for number, mention in enumerate(mentions):
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)  # a flood of them would let nobody else have a turn
        reason = negative_reason(mention, limits.for_mention(mention).score, now)
        if reason and not services.config.is_own(mention.post):
            reason = _placed(services, reason, limits.rank(mention))
            found.append(Flag(mention, reason, grade_post(mention, watch.alarm, now)))
    return found


def _placed(services: Services, reason: NegativeReason, rank: float | None) -> NegativeReason:
    """The reason with where the post stands in its stream, and how many judgements taught who
    read it."""
    model = services.lessons.models.get(reason.language) if reason.engine == "learnt" else None
    return replace(reason, rank=rank, judgements=model.trial.labels if model else 0)
