"""What waits for an answer, and how long answers took."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

import msgspec

from bot.domain.conversation import Conversation


class Responses(msgspec.Struct, frozen=True, kw_only=True):
    """How long the first answer took, from when the post was flagged: the median of `answers`, of
    which `measured` were seen at the source (the others were said to be answered)."""

    median: timedelta
    answers: int
    measured: int


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Conversations that nobody has answered: how many, how many of them are overdue, and the most
    pressing, beside them the addresses of their cards (`""`: none is known)."""

    total: int = 0
    overdue: int = 0
    first: tuple[Conversation, ...] = ()
    cards: tuple[str, ...] = ()


def waiting_of(conversations: Sequence[Conversation], now: datetime, most: int) -> Waiting:
    """What waits among open conversations; the `most` pressing by deadline, then by age."""
    waiting = [
        one
        for one in conversations
        if one.awaits_answer and (one.answered is None or one.due is not None)
    ]
    pressing = sorted(waiting, key=lambda one: (one.due is None, one.due or one.opened, one.id))
    return Waiting(
        total=len(waiting),
        overdue=sum(one.due is not None and one.due < now for one in waiting),
        first=tuple(pressing[:most]),
    )


def responses_of(
    conversations: Sequence[Conversation], since: datetime, until: datetime
) -> Responses | None:
    """The first answers given between two moments; None where there were none."""
    answered = [
        (one.answered - one.opened, one.measured)
        for one in conversations
        if one.answered is not None and since <= one.answered < until
    ]
    if not answered:
        return None
    taken = [max(timedelta(), length).total_seconds() for length, _ in answered]
    return Responses(
        median=timedelta(seconds=median(taken)),
        answers=len(answered),
        measured=sum(measured for _, measured in answered),
    )
