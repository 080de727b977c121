"""What is to be looked at again at some moment, kept so that a restart forgets nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

TimerKind = Literal[
    "escalate",
    "all_clear",
    "settle",
    "lease",
    "remind",
    "overdue",
    "wake",
    "exchange",
    "digest",
    "pulse",
    "demand",
    "drill",
    "playbook",
    "tracker",
]
"""*escalate*: an alert that nobody took; *all_clear*: a watch whose spike may have ended; *settle*:
one whose spike was held for its source; *lease*: a claim that is to be confirmed; *remind* and
*overdue*: a conversation's deadline; *wake*: a snoozed conversation; *exchange*: a conversation
whose thread is to be read at its source; *digest*: a summary for a person or a channel; *pulse*: a
watch that may have fallen quiet, or whose wave may have ended; *demand*: one in which somebody
asked for something; *drill*: a channel in which
one ends; *playbook*: an alert that is severe enough for its steps to be begun;
*tracker*: a change of an insight that a tracker is to be told."""


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    """`subject` is the id of what is to be looked at when `due` has come.

    A timer decides nothing: when it goes off, what is so at that moment is looked at, and it may
    well be that nothing is left to do.
    """

    kind: TimerKind
    subject: str
    due: datetime

    @property
    def id(self) -> str:
        return timer_id(self.kind, self.subject)


def timer_id(kind: TimerKind, subject: str) -> str:
    """The id of a timer: there is one of a kind for a subject."""
    return f"{kind} {subject}"
