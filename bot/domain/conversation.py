"""A conversation, its states, and the events that it goes through (`bot.domain.transitions`)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from bot.domain.severity import Severity

State = Literal["new", "claimed", "replied", "snoozed", "resolved", "dismissed"]
Deed = Literal[
    "claim", "assign", "hand_over", "confirm", "release", "lapse", "reply", "snooze", "wake",
    "resolve", "dismiss", "reopen", "track",
]  # fmt: skip
"""*confirm* says that a claim still holds, *lapse* is its end for want of that; *wake* ends a
snooze; *track* opened the conversation by hand."""

OPEN: tuple[State, ...] = ("new", "claimed", "replied", "snoozed")

VIGIE = "vigie"
"""Who did what no person did: a claim that lapsed, an answer that was seen at the source."""

Dismissal = Literal["", "not_about_us", "not_negative"]


Untitled = Literal["spike", "wave", "silence", "theme", "velocity"]

Taken = Literal["deleted", "forgotten"]
"""How a post went: its author took it back, or somebody asked that its author be forgotten."""


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """Mentions of one thread at the source (or one spike), worked as one item.

    `title` is what its first post says and who wrote it, `""` of what has no first post: readers
    are told in their own language `what` it is (a spike; a post that was taken back), and its time.
    `assignee` and `closed_by` are Slack user ids, `""` where there is none. `alert` is the id of
    the alert whose message shows the conversation. `changed` is when its state last changed.
    `due` is until when it is to be answered, None once it was; `answered` is when the brand first
    answered, `measured` says that this was seen at the source, where the account `answered_by`
    wrote it; `waited` is how long that was after the first post. `ask_at` is when whoever claimed
    it is asked whether the claim still holds; once they were, `lapse_at` is when it ends for want
    of an answer.
    A snoozed one sleeps until `snoozed_until`, since `snoozed_by` said so, and is `awake` again
    what it was. `because` says what a dismissed one is. `url` and `source` are those of its first
    post (or of the message by which it was tracked).
    """

    id: str
    watch: str
    title: str
    alert: str
    opened: datetime
    changed: datetime
    state: State = "new"
    assignee: str = ""
    closed_by: str = ""
    note: str = ""
    severity: Severity = "medium"
    language: str = "unknown"
    what: Untitled | Taken = "spike"
    source: str = ""
    url: str = ""
    due: datetime | None = None
    answered: datetime | None = None
    measured: bool = False
    answered_by: str = ""
    waited: timedelta | None = None
    ask_at: datetime | None = None
    lapse_at: datetime | None = None
    snoozed_until: datetime | None = None
    snoozed_by: str = ""
    awake: State = "new"
    because: Dismissal = ""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def awaits_answer(self) -> bool:
        """Whether the brand is to answer: not yet, or again since they wrote back."""
        state = self.awake if self.state == "snoozed" else self.state
        return state in ("new", "claimed")


class AuditEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what to a conversation, when, and why: never changed once written.

    `to` is whom it was given to; `note` says why, or what about it (of a reply that was seen at the
    source: the account). `until` is how long it sleeps, `because` what a dismissed one is, `waited`
    how long after the first post a reply was seen. `order` grows with every event.
    """

    id: str
    conversation: str
    order: int
    at: datetime
    by: str
    deed: Deed
    to: str = ""
    note: str = ""
    until: datetime | None = None
    because: Dismissal = ""
    waited: timedelta | None = None
