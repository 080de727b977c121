"""Answers that are drafted, and perhaps approved; a person sends them: Vigie never does.

    drafting ──► ready ───────────────────► sent
        │                                    ▲
        └──────► asked ──► approved ─────────┘
                   └─────► returned            (ready, asked and approved may be replaced)

Every transition returns the draft as it is afterwards, or raises an IllegalTransition whose words
are for the person.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from msgspec.structs import replace

from bot.errors import IllegalTransition

DraftState = Literal["drafting", "ready", "asked", "approved", "returned", "sent", "replaced"]

LASTS = timedelta(days=1)
"""How long a draft is good for: the conversation goes on, and what was right yesterday may not be
today. It is kept after that, for whoever asks later who wrote and who approved."""

LONGEST = 3000
"""Characters, as Slack's text input takes them."""

_UNDER_WAY: tuple[DraftState, ...] = ("drafting", "ready", "asked", "approved")


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """One person's draft for one conversation.

    *drafting*: being written since `at`; *ready*: written, and nobody was asked to approve it;
    *asked*: `approver` was; *approved* and *returned* is what they said, when it was `decided`,
    with their `note`; *sent*: `by` says that they sent it; *replaced*: they wrote another.
    """

    id: str
    conversation: str
    by: str
    at: datetime
    text: str = ""
    state: DraftState = "drafting"
    approver: str = ""
    decided: datetime | None = None
    note: str = ""


def lasts(draft: Draft, now: datetime) -> bool:
    """Whether it is still good, as to its age."""
    return now - draft.at < LASTS


def under_way(draft: Draft, now: datetime) -> bool:
    """Whether somebody is at it: begun, and neither sent nor given up."""
    return draft.state in _UNDER_WAY and lasts(draft, now)


def of_others(drafts: Iterable[Draft], by: str, now: datetime) -> list[Draft]:
    """The drafts that others are at, one a person, by when they began."""
    others: dict[str, Draft] = {}
    for draft in sorted(drafts, key=lambda draft: draft.at):
        if draft.by != by and under_way(draft, now):
            others.setdefault(draft.by, draft)
    return list(others.values())


def of(by: str, drafts: Iterable[Draft], now: datetime) -> Draft | None:
    """The draft that a person is writing, if they are."""
    return next(
        (one for one in drafts if one.by == by and one.state == "drafting" and lasts(one, now)),
        None,
    )


def last_text(by: str, drafts: Iterable[Draft], now: datetime) -> str:
    """What a person goes on from: the text that they wrote last, unless they sent it."""
    written = [one for one in drafts if one.by == by and one.text and lasts(one, now)]
    last = max(written, key=lambda one: (one.at, one.id), default=None)
    return last.text if last and last.state != "sent" else ""


def submitted(draft: Draft, by: str, text: str, approver: str) -> Draft:
    """`by` has written it; `approver` is asked, where there is one.

    One that was replaced while it still was being written (two forms were open) takes its turn.
    """
    check_writes(draft, by)
    never_written = draft.state == "replaced" and not draft.text
    if draft.state != "drafting" and not never_written:
        raise IllegalTransition("This draft was submitted before.")
    if not text.strip():
        raise IllegalTransition("There is nothing in the draft yet.")
    if len(text) > LONGEST:
        raise IllegalTransition("A draft has at most {most} characters.", most=LONGEST)
    if approver == draft.by:
        raise IllegalTransition("Nobody approves their own draft. Choose somebody else.")
    state: DraftState = "asked" if approver else "ready"
    return replace(draft, text=text.strip(), approver=approver, state=state)


def check_writes(draft: Draft, by: str) -> None:
    """Raises IllegalTransition where the draft is somebody else's, whatever form names it."""
    if draft.by != by:
        raise IllegalTransition("Somebody else writes this draft. Begin one of your own.")


def approved(draft: Draft, by: str, now: datetime) -> Draft:
    """`by`, who was asked, says that it can be sent."""
    _may_decide(draft, by, now)
    return replace(draft, state="approved", decided=now)


def returned(draft: Draft, by: str, note: str, now: datetime) -> Draft:
    """`by`, who was asked, sends it back; `note` says why."""
    _may_decide(draft, by, now)
    if not note.strip():
        raise IllegalTransition("Say what should be different.")
    return replace(draft, state="returned", decided=now, note=note.strip())


def sent(draft: Draft, by: str) -> Draft:
    """Who drafted it has sent it, themselves."""
    if draft.by != by:
        raise IllegalTransition("Only who drafted it says that it was sent.")
    if draft.state == "sent":
        raise IllegalTransition("You said before that you have sent it.")
    if draft.state not in ("ready", "approved"):
        raise IllegalTransition("This draft is not to be sent as it is.")
    return replace(draft, state="sent")


def replaced(drafts: Iterable[Draft], newer: Draft) -> list[Draft]:
    """The same person's drafts for the same conversation, whose place `newer` takes."""
    return [
        replace(draft, state="replaced")
        for draft in drafts
        if draft.by == newer.by
        and draft.id != newer.id
        and draft.conversation == newer.conversation
        and draft.state in _UNDER_WAY
    ]


def _may_decide(draft: Draft, by: str, now: datetime) -> None:
    if by == draft.by:
        raise IllegalTransition("Nobody approves their own draft.")
    if by != draft.approver:
        raise IllegalTransition("Somebody else was asked to approve this draft.")
    if draft.state == "replaced":
        raise IllegalTransition("A newer draft has taken the place of this one.")
    if draft.state in ("approved", "sent"):
        raise IllegalTransition("You have approved this draft already.")
    if draft.state == "returned":
        raise IllegalTransition("You have sent this draft back already.")
    if not lasts(draft, now):
        raise IllegalTransition("This draft is more than a day old. Ask for a new one.")
