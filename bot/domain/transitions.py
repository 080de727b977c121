"""What people do to a conversation: a state machine of pure transitions, from one table.

An event says who did what, when and why. `carried_out` gives the conversation as it is after it,
or refuses it in words; whoever carries the events of a conversation out again, in their order, has
the conversation again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from bot.domain.conversation import VIGIE, AuditEvent, Conversation, Deed, State
from bot.errors import AlreadyClaimed, IllegalTransition
from bot.phrases import phrase

TRANSITIONS: Mapping[Deed, Mapping[State, tuple[State, ...]]] = {
    "track": {"new": ("new",)},
    "claim": {"new": ("claimed",), "snoozed": ("claimed",)},
    "assign": {"new": ("claimed",), "snoozed": ("claimed",)},
    "hand_over": {
        "claimed": ("claimed",),
        "replied": ("replied",),
        "snoozed": ("claimed", "replied"),
    },
    "confirm": {"claimed": ("claimed",)},
    "release": {"claimed": ("new",), "replied": ("new",), "snoozed": ("new",)},
    "lapse": {"claimed": ("new",)},
    "reply": {
        "new": ("replied",),
        "claimed": ("replied",),
        "snoozed": ("replied",),
        "replied": ("replied",),
    },
    "snooze": {"new": ("snoozed",), "claimed": ("snoozed",), "replied": ("snoozed",)},
    "wake": {"snoozed": ("new", "claimed", "replied")},
    "resolve": {
        "new": ("resolved",),
        "claimed": ("resolved",),
        "replied": ("resolved",),
        "snoozed": ("resolved",),
    },
    "dismiss": {
        "new": ("dismissed",),
        "claimed": ("dismissed",),
        "replied": ("dismissed",),
        "snoozed": ("dismissed",),
    },
    "reopen": {
        "resolved": ("new", "claimed"),
        "dismissed": ("new", "claimed"),
        "replied": ("claimed",),
    },
}
"""Of each deed the states in which it can be done, and those that it may lead to: which of them,
the conversation says (what it was before its snooze, whether somebody had it). A *reply* to what is
replied is one that was seen at the source, where before somebody had only said so; *reopen* of it
is somebody else's new post."""

_REFUSALS: Mapping[Deed, str] = {
    "assign": phrase("<@{who}> already has this conversation."),
    "confirm": phrase("There is nothing to confirm: this conversation does not wait for you."),
    "lapse": phrase("Nobody has this conversation."),
    "hand_over": phrase("Nobody has this conversation."),
    "release": phrase("Nobody has this conversation."),
    "reopen": phrase("This conversation is still open."),
    "snooze": phrase("This conversation is snoozed already. Wake it first."),
    "track": phrase("Vigie has this conversation already."),
    "wake": phrase("This conversation is not snoozed."),
}
"""What is said where an open conversation is in no state for a deed."""


def carried_out(conversation: Conversation, event: AuditEvent) -> Conversation:
    """The conversation after an event.

    Raises AlreadyClaimed or IllegalTransition, whose words are for who did it.
    """
    if conversation.state not in TRANSITIONS[event.deed]:
        raise _refusal(conversation, event)
    after = _tidied(_DEEDS[event.deed](conversation, event))
    if (after.state, after.assignee) != (conversation.state, conversation.assignee):
        return replace(after, changed=event.at)
    return after


def _tidied(conversation: Conversation) -> Conversation:
    """What belongs to one state alone does not outlive it."""
    after = conversation
    if after.state != "snoozed":
        after = replace(after, snoozed_until=None, snoozed_by="", awake="new")
    if after.state != "claimed":
        after = replace(after, ask_at=None, lapse_at=None)
    if after.is_open:
        after = replace(after, closed_by="", note="", because="")
    return after


def _track(conversation: Conversation, event: AuditEvent) -> Conversation:
    return conversation


def _claim(conversation: Conversation, event: AuditEvent) -> Conversation:
    if conversation.assignee and conversation.assignee != event.by:
        raise AlreadyClaimed(conversation.assignee)
    return replace(conversation, state="claimed", assignee=event.by)


def _assign(conversation: Conversation, event: AuditEvent) -> Conversation:
    if conversation.assignee:
        raise AlreadyClaimed(conversation.assignee)
    return replace(conversation, state="claimed", assignee=event.to)


def _hand_over(conversation: Conversation, event: AuditEvent) -> Conversation:
    if not conversation.assignee:
        raise IllegalTransition("Nobody has this conversation.")
    if conversation.assignee == event.to == event.by:
        raise IllegalTransition("You already have this conversation.")
    if conversation.assignee == event.to:
        raise IllegalTransition("<@{who}> already has this conversation.", who=event.to)
    state = conversation.awake if conversation.state == "snoozed" else conversation.state
    return replace(conversation, state=state, assignee=event.to)


def _confirm(conversation: Conversation, event: AuditEvent) -> Conversation:
    _must_be_theirs(
        conversation, event, phrase("<@{who}> has it, and only they can say that they go on.")
    )
    return conversation


def _release(conversation: Conversation, event: AuditEvent) -> Conversation:
    if not conversation.assignee:
        raise IllegalTransition("Nobody has this conversation.")
    _must_be_theirs(
        conversation,
        event,
        phrase(
            "<@{who}> has it, and only they can release it. Use Hand over to give it to somebody."
        ),
    )
    return replace(conversation, state="new", assignee="")


def _lapse(conversation: Conversation, event: AuditEvent) -> Conversation:
    return replace(conversation, state="new", assignee="")


def _reply(conversation: Conversation, event: AuditEvent) -> Conversation:
    """Somebody says that it was answered, or Vigie saw it; what was seen counts for more."""
    seen = event.by == VIGIE
    if seen and not conversation.assignee:
        raise IllegalTransition("Nobody has this conversation.")
    if conversation.state == "replied" and (conversation.measured or not seen):
        raise IllegalTransition("This conversation is marked as answered already.")
    after = replace(
        conversation, state="replied", assignee=conversation.assignee or event.by, due=None
    )
    if conversation.measured:
        return after
    if seen:
        return replace(
            after, answered=event.at, measured=True, answered_by=event.note, waited=event.waited
        )
    return replace(after, answered=conversation.answered or event.at)


def _snooze(conversation: Conversation, event: AuditEvent) -> Conversation:
    _must_be_theirs(conversation, event, phrase("<@{who}> has it, and only they can snooze it."))
    return replace(
        conversation,
        state="snoozed",
        awake=conversation.state,
        snoozed_until=event.until,
        snoozed_by=event.by,
    )


def _wake(conversation: Conversation, event: AuditEvent) -> Conversation:
    return replace(conversation, state=conversation.awake)


def _resolve(conversation: Conversation, event: AuditEvent) -> Conversation:
    return replace(conversation, state="resolved", closed_by=event.by, note=event.note)


def _dismiss(conversation: Conversation, event: AuditEvent) -> Conversation:
    return replace(conversation, state="dismissed", closed_by=event.by, because=event.because)


def _reopen(conversation: Conversation, event: AuditEvent) -> Conversation:
    """Back to who had it, or to the queue; Vigie alone reopens what still is open."""
    if conversation.is_open and event.by != VIGIE:
        raise IllegalTransition("This conversation is still open.")
    state: State = "claimed" if conversation.assignee else "new"
    return replace(conversation, state=state, due=None)


_DEEDS: Mapping[Deed, Callable[[Conversation, AuditEvent], Conversation]] = {
    "track": _track,
    "claim": _claim,
    "assign": _assign,
    "hand_over": _hand_over,
    "confirm": _confirm,
    "release": _release,
    "lapse": _lapse,
    "reply": _reply,
    "snooze": _snooze,
    "wake": _wake,
    "resolve": _resolve,
    "dismiss": _dismiss,
    "reopen": _reopen,
}


def _must_be_theirs(conversation: Conversation, event: AuditEvent, words: str) -> None:
    """What somebody has is not put aside by others."""
    if conversation.assignee and conversation.assignee != event.by:
        raise IllegalTransition(words, who=conversation.assignee)


def _refusal(conversation: Conversation, event: AuditEvent) -> IllegalTransition | AlreadyClaimed:
    """Why the conversation is in no state for it."""
    if conversation.closed_by == VIGIE:
        return IllegalTransition(
            "Vigie resolved it, as it was over. Reopen it first if there is more to do."
        )
    if not conversation.is_open:
        words = (
            phrase("<@{who}> already resolved it. Reopen it first if there is more to do.")
            if conversation.state == "resolved"
            else phrase("<@{who}> already dismissed it. Reopen it first if there is more to do.")
        )
        return IllegalTransition(words, who=conversation.closed_by)
    if event.deed != "claim":
        return IllegalTransition(_REFUSALS[event.deed], who=conversation.assignee)
    if conversation.assignee == event.by:
        return IllegalTransition("You already have this conversation.")
    return AlreadyClaimed(conversation.assignee)


def diagram() -> str:
    """The table as a picture, in Mermaid's language (https://mermaid.js.org/syntax/stateDiagram)."""
    arrows: dict[tuple[State, State], list[str]] = {}
    for deed, starts in TRANSITIONS.items():
        for start, ends in starts.items():
            for end in ends:
                if (start, end) != ("new", "new"):
                    arrows.setdefault((start, end), []).append(deed.replace("_", " "))
    lines = [f"    {start} --> {end}: {', '.join(deeds)}" for (start, end), deeds in arrows.items()]
    return "\n".join(("stateDiagram-v2", "    [*] --> new", *lines))
