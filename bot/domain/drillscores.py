"""What a drill came to: how soon, how much, and how that compares with the team's others.

It is a team's, and tells of nobody: there is no name in it, and nothing by which people could be
put in an order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Literal

import msgspec

from bot.domain.conversation import AuditEvent, Deed
from bot.domain.scripts import Expects

TAKING: frozenset[Deed] = frozenset({"claim", "assign", "reply", "resolve", "dismiss"})
"""By these somebody has taken care of a post."""

ANSWERING: frozenset[Deed] = frozenset({"reply", "resolve"})

Change = Literal["better", "worse", "same"]


class Waited(msgspec.Struct, frozen=True, kw_only=True):
    """How long posts waited, by the clock on the wall: half of them no longer than `median`, none
    longer than `worst`."""

    median: timedelta
    worst: timedelta


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """Of the `wanted` posts that wanted an answer: how long until somebody took one (`claimed`) and
    until it was answered or resolved, None where none was; how many were `answered`, and how many
    `missed`: nobody did anything about them.

    `needless` are answers to posts that wanted none, `handovers` conversations that changed hands.
    `steps_done` of the `steps` of the checklist were ticked.
    """

    wanted: int
    answered: int
    missed: int
    needless: int
    handovers: int
    to_claim: Waited | None = None
    to_answer: Waited | None = None
    steps_done: int = 0
    steps: int = 0


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """A post that was shown, what it wanted, and what was done about it, in its order."""

    shown: datetime
    expects: Expects
    events: tuple[AuditEvent, ...]


def scored(posts: Iterable[Played], steps_done: int = 0, steps: int = 0) -> Score:
    """What a drill came to."""
    played = list(posts)
    wanted = [post for post in played if post.expects == "answer"]
    claimed = _waited(wanted, TAKING)
    answered = _waited(wanted, ANSWERING)
    return Score(
        wanted=len(wanted),
        answered=len(answered),
        missed=len(wanted) - len(claimed),
        needless=len(_waited((post for post in played if post.expects != "answer"), ANSWERING)),
        handovers=sum(event.deed == "hand_over" for post in played for event in post.events),
        to_claim=_summed(claimed),
        to_answer=_summed(answered),
        steps_done=steps_done,
        steps=steps,
    )


def change(now: Score, before: Score) -> Change:
    """Whether a team did better than in another drill, where both had posts that wanted an answer:
    first by what it missed, then by what it did not answer (few quick answers are no merit), then
    by how long the others waited. A tenth either way is the same."""
    for left in (_missed_part, _unanswered_part):
        more = left(now) - left(before)
        if abs(more) > _MARGIN:
            return "better" if more < 0 else "worse"
    if not (now.to_answer and before.to_answer):
        return "same"
    ratio = now.to_answer.median / max(before.to_answer.median, timedelta(seconds=1))
    if abs(ratio - 1) <= _MARGIN:
        return "same"
    return "better" if ratio < 1 else "worse"


_MARGIN = 0.1


def _missed_part(score: Score) -> float:
    return score.missed / score.wanted if score.wanted else 0.0


def _unanswered_part(score: Score) -> float:
    return 1 - score.answered / score.wanted if score.wanted else 0.0


def _waited(posts: Iterable[Played], deeds: frozenset[Deed]) -> list[timedelta]:
    """How long each post waited of those for which one of these was done."""
    firsts = (
        next((event.at - post.shown for event in post.events if event.deed in deeds), None)
        for post in posts
    )
    return [max(first, timedelta()) for first in firsts if first is not None]


def _summed(waited: Sequence[timedelta]) -> Waited | None:
    if not waited:
        return None
    middle = median(one.total_seconds() for one in waited)
    return Waited(median=timedelta(seconds=round(middle)), worst=max(waited))
