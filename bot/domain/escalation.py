"""Whom an alert is brought to that nobody takes, and when.

First to the person on duty, then to the manager; where nobody is on duty, at once to the manager.
A high alert waits for the hours that the team works, a critical one for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, get_args

import msgspec

from bot.domain.conversation import Conversation
from bot.domain.duty import Rota
from bot.domain.hours import OpeningHours
from bot.domain.severity import Severity, at_least

Step = Literal["duty", "manager"]

STEPS: tuple[Step, ...] = get_args(Step)


class Call(NamedTuple):
    """Who hears of it at a step, and whether somebody else does after them."""

    step: Step
    who: str
    goes_on: bool


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """An alert of a severity of which a conversation waits for somebody since `length`; `more`
    others of it wait as well."""

    conversation: Conversation
    severity: Severity
    length: timedelta
    more: int = 0


def escalates(severity: Severity) -> bool:
    """Whether an alert is brought to somebody at all."""
    return at_least(severity, "high")


def due(severity: Severity, since: datetime, length: timedelta, hours: OpeningHours) -> datetime:
    """When an alert has waited for `length` since a moment: in working time, a critical one in any.

    What falls on the end of a shift waits for the next one.
    """
    if severity == "critical":
        return since + length
    return hours.opens_next(hours.after(since, length))


def may_call(severity: Severity, at: datetime, hours: OpeningHours) -> bool:
    """Whether somebody may be called at this moment."""
    return severity == "critical" or hours.is_open(at)


def call(step: Step, rota: Rota, at: datetime) -> Call | None:
    """Who is called at a step; None where there is nobody."""
    on_duty = rota.on_duty(at)
    if step == "duty" and on_duty:
        return Call("duty", on_duty, goes_on=rota.manager not in ("", on_duty))
    return Call("manager", rota.manager, goes_on=False) if rota.manager else None


def waits(conversations: Sequence[Conversation]) -> Conversation | None:
    """The conversation of an alert that waits for somebody: its first that is new, unless somebody
    has one of the others in hand."""
    if any(one.is_open and one.assignee for one in conversations):
        return None
    return next((one for one in conversations if one.state == "new"), None)
