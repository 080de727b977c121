"""What becomes of an insight: a state machine of pure transitions, from one table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from bot.domain.insights import LONGEST_REASON, Change, Deed, Insight, InsightError, State
from bot.phrases import phrase

TRANSITIONS: Mapping[Deed, Mapping[State, State]] = {
    "hear": {"proposed": "heard"},
    "accept": {"heard": "accepted", "declined": "accepted"},
    "decline": {"heard": "declined", "accepted": "declined", "planned": "declined"},
    "plan": {"heard": "planned", "accepted": "planned"},
    "ship": {"heard": "shipped", "accepted": "shipped", "planned": "shipped"},
    "answer": {"shipped": "answered"},
    "dismiss": {"proposed": "dismissed", "heard": "dismissed"},
    "change": {
        "proposed": "proposed",
        "heard": "heard",
        "accepted": "accepted",
        "planned": "planned",
    },
    "merge": {
        "proposed": "dismissed",
        "heard": "dismissed",
        "accepted": "dismissed",
        "planned": "dismissed",
    },
    "reopen": {
        "declined": "heard",
        "dismissed": "heard",
        "shipped": "accepted",
        "answered": "accepted",
    },
}
"""Of each deed the states in which it can be done, and what each of them becomes."""

ANYBODYS: frozenset[Deed] = frozenset({"hear", "answer"})
"""Deeds that are not left to the team that owns the insight."""

_ALREADY: Mapping[State, str] = {
    "proposed": phrase("Nobody has said yet that this is an insight: make it one first."),
    "heard": phrase("This insight waits for a decision already."),
    "accepted": phrase("This insight is accepted already."),
    "declined": phrase("This insight was declined. Reopen it first if there is more to do."),
    "planned": phrase("This insight is planned already."),
    "shipped": phrase("This insight is shipped already."),
    "answered": phrase("This insight is shipped, and answered. Reopen it if there is more to do."),
    "dismissed": phrase("Somebody said that this is no insight. Reopen it first if it is one."),
}
"""What is said where an insight is in no state for a deed."""


def carried_out(
    insight: Insight, deed: Deed, by: str, now: datetime, order: int, reason: str = ""
) -> Insight:
    """The insight after a deed, with the change noted. Raises InsightError, whose words are for
    who did it."""
    after = TRANSITIONS[deed].get(insight.state)
    if after is None:
        raise InsightError(_ALREADY[insight.state])
    if insight.same:  # who voiced it voices the other
        raise InsightError(
            "Another insight took over who asks for this: `/vigie insight {id}`.", id=insight.same
        )
    said = " ".join(reason.split())[:LONGEST_REASON]
    if deed == "decline" and not said:
        raise InsightError("Say why it is declined.")
    change = Change(
        order=order, at=now, by=by, deed=deed, was=insight.state, now=after, reason=said
    )
    changed = replace(insight, state=after, changes=(*insight.changes, change), reason="", same="")
    return _dated(changed, change)


def _dated(insight: Insight, change: Change) -> Insight:
    """With the times that a change sets, and without those that it takes back."""
    at = change.at
    match change.deed:
        case "hear":
            return replace(insight, by=change.by, heard=at)
        case "accept":
            return replace(insight, decided=insight.decided or at)
        case "decline":
            return replace(
                insight, decided=insight.decided or at, planned=None, reason=change.reason
            )
        case "dismiss":
            return replace(insight, reason=change.reason)
        case "merge":
            return replace(insight, same=change.reason, planned=None)
        case "plan":
            return replace(insight, decided=insight.decided or at, planned=at)
        case "ship":
            return replace(insight, decided=insight.decided or at, shipped=at)
        case "answer":
            return replace(insight, answered=at)
        case "reopen":
            return replace(insight, planned=None, shipped=None, answered=None)
        case _:
            return insight


def diagram() -> str:
    """The table as a picture, in Mermaid's language (https://mermaid.js.org/syntax/stateDiagram)."""
    arrows: dict[tuple[State, State], list[str]] = {}
    for deed, starts in TRANSITIONS.items():
        for start, end in starts.items():
            if start == end:
                continue
            arrows.setdefault((start, end), []).append(deed)
    lines = [f"    {start} --> {end}: {', '.join(deeds)}" for (start, end), deeds in arrows.items()]
    return "\n".join(("stateDiagram-v2", "    [*] --> proposed", "    [*] --> heard: hear", *lines))
