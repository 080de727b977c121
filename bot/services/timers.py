"""Asking to be looked at again: what a deed writes, and what a look may come to.

`bot.services.rounds` knows every look; those who set timers know only this.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.domain.timers import Timer, TimerKind, timer_id
from bot.services.base import Services
from bot.store.base import Write


def _nothing() -> None:
    pass


class Look(NamedTuple):
    """What came of a timer: its writes, when it is to go off again, if it is, and what is done once
    they are kept (a line of the log: what is told before may not come about)."""

    writes: Sequence[Write] = ()
    again: datetime | None = None
    then: Callable[[], None] = _nothing


Looker = Callable[[Services, str, datetime], Awaitable[Look]]
"""Looks at a subject at a time."""


def set_timer(services: Services, kind: TimerKind, subject: str, due: datetime) -> Write:
    """The write by which `subject` is looked at when `due` comes; an earlier one is moved."""
    timer = Timer(kind=kind, subject=subject, due=due)
    return services.records.timers.put(timer.id, timer)


def end_timer(services: Services, kind: TimerKind, subject: str) -> Write:
    """The write by which `subject` is not looked at after all."""
    return services.records.timers.remove(timer_id(kind, subject))
