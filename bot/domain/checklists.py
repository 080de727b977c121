"""The steps of a playbook that a team ticks: who did which, and when.

A checklist keeps the steps as they were when it was begun, so that a playbook that is written anew
changes nothing in what is under way. It holds no word of any post.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from bot.domain.playbooks import Fit, Playbook
from bot.errors import ConversationError


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A step, as in `bot.domain.playbooks.Step`, and `by` whom it was done at what time; `""` and
    None while it was not."""

    text: str
    role: str = ""
    within: timedelta | None = None
    by: str = ""
    at: datetime | None = None


class Checklist(msgspec.Struct, frozen=True, kw_only=True):
    """The steps of the playbook with this name, for the alert (or the drill) whose id it has.

    It is told in `channel`, in `language`, was begun by somebody (`""`: by Vigie) at a time, from
    which on its steps are due. `mark` stands before its title.
    """

    id: str
    playbook: str
    title: str
    language: str
    channel: str
    at: datetime
    items: tuple[Item, ...]
    by: str = ""
    mark: str = ""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a checklist is: `done` of `total` steps, in what `times` after it `began`."""

    done: int
    total: int
    began: datetime
    times: tuple[timedelta, ...]


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """What an alert's card says of the playbook that is for it: why it fits, where it is only
    offered; how far it is, where it was begun."""

    name: str
    title: str
    steps: int
    fit: Fit | None = None
    progress: Progress | None = None


def delivery_id(id: str) -> str:
    """The id of the delivery that shows a checklist."""
    return f"{id}.checklist"


def begun(
    playbook: Playbook,
    *,
    id: str,
    channel: str,
    at: datetime,
    by: str = "",
    mark: str = "",
    speed: int = 1,
) -> Checklist:
    """The checklist of a playbook, of which nothing is done; its steps are due so many times sooner
    than in life."""
    return Checklist(
        id=id,
        playbook=playbook.name,
        title=playbook.title,
        language=playbook.language,
        channel=channel,
        at=at,
        by=by,
        mark=mark,
        items=tuple(
            Item(text=step.text, role=step.role, within=step.within and step.within / speed)
            for step in playbook.steps
        ),
    )


def ticked(checklist: Checklist, number: int, by: str, at: datetime) -> Checklist:
    """`by` has done the step with this number (from 0). Raises ConversationError where it was done
    before, or there is none."""
    item = _item(checklist, number)
    if item.at:
        raise ConversationError("<@{who}> has ticked this step already.", who=item.by)
    return _with(checklist, number, replace(item, by=by, at=at))


def unticked(checklist: Checklist, number: int) -> Checklist:
    """The step with this number (from 0) is to be done after all. Raises ConversationError where it
    was not done, or there is none."""
    item = _item(checklist, number)
    if item.at is None:
        raise ConversationError("This step is not ticked any more.")
    return _with(checklist, number, replace(item, by="", at=None))


def progress(checklist: Checklist) -> Progress:
    """How far it is."""
    done = sorted(item.at - checklist.at for item in checklist.items if item.at)
    return Progress(
        done=len(done), total=len(checklist.items), began=checklist.at, times=tuple(done)
    )


def _item(checklist: Checklist, number: int) -> Item:
    if not 0 <= number < len(checklist.items):
        raise ConversationError("There is no such step.")
    return checklist.items[number]


def _with(checklist: Checklist, number: int, item: Item) -> Checklist:
    items = (*checklist.items[:number], item, *checklist.items[number + 1 :])
    return replace(checklist, items=items)
