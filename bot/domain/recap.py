"""One conversation summed up: what its thread comes to, how far it reached, what the team did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from bot.domain.conversation import AuditEvent, Conversation
from bot.domain.faults import Fault
from bot.domain.gist import Gist
from bot.domain.mention import Mention

MOST_EVENTS = 8
"""Events of the audit trail that are told, the latest."""


class Step(msgspec.Struct, frozen=True):
    """An event, and who `had` the conversation before it (`""`: nobody)."""

    event: AuditEvent
    had: str


def steps_of(history: Iterable[AuditEvent]) -> tuple[Step, ...]:
    """The latest events of a conversation's whole history, oldest first."""
    steps, had = list[Step](), ""
    for event in history:
        steps.append(Step(event, had))
        match event.deed:
            case "claim":
                had = event.by
            case "assign" | "hand_over":
                had = event.to
            case "release" | "lapse":
                had = ""
            case _:
                pass
    return tuple(steps[-MOST_EVENTS:])


def seen_by(mentions: Iterable[Mention]) -> int:
    """How many people may have seen some mentions: of each author as many as their furthest one,
    as those who follow somebody are the same from post to post."""
    furthest: dict[tuple[str, str], int] = {}
    for mention in mentions:
        who = (mention.post.source, mention.post.author or mention.id)
        furthest[who] = max(mention.reach, furthest.get(who, 0))
    return sum(furthest.values())


class Recap(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation as it stands. `reach` estimates how many people may have seen its `mentions`
    (those that a watch matched, of all that the gist is of), 0 where none is kept. `steps` are
    the latest of its audit trail, `names` those of the members in them. `read` is when its thread
    was read, `error` why it could not be since."""

    conversation: Conversation
    gist: Gist
    reach: int
    mentions: int
    steps: tuple[Step, ...]
    names: Mapping[str, str]
    read: datetime
    error: Fault | str = ""


class TalkRecap(msgspec.Struct, frozen=True, kw_only=True):
    """A thread in Slack summed up; `about` is the conversation whose card stands in it, None where
    there is none, or several. `is_cut` says that its thread is longer than was read. `names` are
    those of the people who wrote or are spoken to in it."""

    gist: Gist
    about: Recap | None = None
    is_cut: bool = False
    names: tuple[str, ...] = ()
