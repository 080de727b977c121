"""A conversation and what people do to it: a state machine of pure transitions.

    new ──claim/assign──► claimed ──resolve──► resolved
     │ ◄────release────── │                       │
     └──────dismiss───────┴──► dismissed          │
     ◄──────────────────reopen────────────────────┘ (from dismissed as well)

Every transition takes the conversation, who acts and `now`, and returns the conversation as it
is afterwards, or raises a `bot.errors.ConversationError` whose words are for the person.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec
from msgspec.structs import replace

from bot.domain.severity import Severity
from bot.errors import AlreadyClaimed, IllegalTransition
from bot.phrases import phrase

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


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """Mentions of one thread at the source (or one spike), worked as one item.

    `assignee` and `closed_by` are Slack user ids, `""` where there is none. `alert` is the id of
    the alert whose message shows the conversation. `changed` is when its state last changed.
    `due` is until when it is to be answered, None once it was; `answered` is when the brand first
    answered, `measured` says that this was seen at the source, where the account `answered_by`
    wrote it; `waited` is how long that was after the first post. `ask_at` is when whoever claimed
    it is asked whether the claim still holds; once they were, `lapse_at` is when it ends for want
    of an answer.
    `because` says what a dismissed one is. `url` and `source` are those of its first post (or of
    the message by which it was tracked).
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
    because: Dismissal = ""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class AuditEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what to a conversation, when, and why: never changed once written.

    `to` is whom it was assigned to. `order` grows with every event.
    """

    id: str
    conversation: str
    order: int
    at: datetime
    by: str
    deed: Deed
    to: str = ""
    note: str = ""


def claim(conversation: Conversation, by: str, now: datetime) -> Conversation:
    """`by` takes it. Raises AlreadyClaimed where somebody else has it."""
    _must_be_open(conversation)
    if conversation.assignee == by:
        raise IllegalTransition("You already have this conversation.")
    if conversation.assignee:
        raise AlreadyClaimed(conversation.assignee)
    return replace(conversation, state="claimed", assignee=by, changed=now)


def assign(conversation: Conversation, to: str, now: datetime) -> Conversation:
    """It is given to `to`, whoever had it before."""
    _must_be_open(conversation)
    if conversation.assignee == to:
        raise IllegalTransition("<@{who}> already has this conversation.", who=to)
    return replace(conversation, state="claimed", assignee=to, changed=now)


def release(conversation: Conversation, by: str, now: datetime) -> Conversation:
    """Its assignee gives it back to the queue; nobody else may."""
    _must_be_open(conversation)
    if not conversation.assignee:
        raise IllegalTransition("Nobody has this conversation.")
    if conversation.assignee != by:
        raise IllegalTransition(
            "<@{who}> has it, and only they can release it. Use Assign to hand it to somebody.",
            who=conversation.assignee,
        )
    return replace(conversation, state="new", assignee="", changed=now)


def resolve(conversation: Conversation, by: str, note: str, now: datetime) -> Conversation:
    """It is dealt with; `note` says how, if anything is to be said."""
    _must_be_open(conversation)
    return replace(conversation, state="resolved", closed_by=by, note=note, changed=now)


def dismiss(conversation: Conversation, by: str, now: datetime) -> Conversation:
    """It is not about us."""
    _must_be_open(conversation)
    return replace(conversation, state="dismissed", closed_by=by, changed=now)


def reopen(conversation: Conversation, now: datetime) -> Conversation:
    """It was closed too early: back to its assignee, or to the queue."""
    if conversation.is_open:
        raise IllegalTransition("This conversation is still open.")
    state: State = "claimed" if conversation.assignee else "new"
    return replace(conversation, state=state, closed_by="", note="", changed=now)


def _must_be_open(conversation: Conversation) -> None:
    if not conversation.is_open:
        words = (
            phrase("<@{who}> already resolved it. Reopen it first if there is more to do.")
            if conversation.state == "resolved"
            else phrase("<@{who}> already dismissed it. Reopen it first if there is more to do.")
        )
        raise IllegalTransition(words, who=conversation.closed_by)
