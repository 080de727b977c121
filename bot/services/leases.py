"""A claim is a lease: it is renewed by whatever its holder does, asked for when they do nothing,
and it ends when they do not answer. All of that in the hours that the team works."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from bot.domain.conversation import Conversation
from bot.services import timers
from bot.services.base import Services
from bot.store.base import Write


def renewed(
    services: Services, before: Conversation, after: Conversation, by: str, now: datetime
) -> tuple[Conversation, list[Write]]:
    """The conversation after an act of `by`, with its lease: begun with each claim, and renewed by
    whatever its holder does."""
    begun = (before.state, before.assignee) != (after.state, after.assignee)
    if after.state != "claimed" or not (begun or by == after.assignee):
        return after, []
    ask_at = services.config.hours.after(now, services.config.claims.ask_after)
    renewal = timers.set_timer(services, "lease", after.id, ask_at)
    return replace(after, ask_at=ask_at, lapse_at=None), [renewal]
