"""People who work the conversations while Vigie is killed, and whether what they did was kept."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, NamedTuple

from benchmarks.crisis import said
from bot.slack import ids
from bot.standin import Message, Person, Refusal, Standin
from bot.standin.inputs import elements
from bot.standin.wire import Json
from bot.store.repositories import Records

Deed = Literal["claim", "assign", "resolve"]

BUTTONS: dict[Deed, str] = {"claim": ids.CLAIM, "assign": ids.ASSIGN, "resolve": ids.RESOLVE}

THE_TEAM, MANAGER = ("Sam", "Camille"), "Margot"


@dataclass
class Click:
    """One click, or one form that was submitted; whether Slack told who did it that it was taken
    is known by the end of `pressed`."""

    conversation: str
    deed: Deed
    by: str
    pressed: asyncio.Task[None] | None = None
    acknowledged: bool = False


class Worked(NamedTuple):
    """What came of the clicks: so many there were, so many of them were acknowledged; so many of
    these changed nothing, and so many of all were carried out more than once."""

    clicks: int
    acknowledged: int
    lost: int
    twice: int


class Ready(NamedTuple):
    """Somebody with a finger on a button: of a message, or of a form with these values."""

    click: Click
    person: Person
    on: Message | Json


class Team:
    """Who clicks, each conversation once, and all that they clicked."""

    def __init__(self, standin: Standin) -> None:
        self._standin = standin
        self.clicks: list[Click] = []

    async def ready(self, chance: random.Random) -> Ready | None:
        """Somebody about to click; None where there is nothing, or the form does not open."""
        free = next(self._free(), None)
        if free is None:
            return None
        message, id = free
        deed: Deed = chance.choice(("claim", "claim", "assign", "resolve"))
        person = self._standin.person(MANAGER if deed == "assign" else chance.choice(THE_TEAM))
        click = Click(id, deed, person.id)
        self.clicks.append(click)
        if deed == "claim":
            return Ready(click, person, message)
        with suppress(Refusal, TimeoutError, LookupError):
            await person.click(message, BUTTONS[deed], block_id=_block(message, BUTTONS[deed], id))
            await self._standin.wait_for(lambda: person.modal, 3)
            return Ready(click, person, self._values(deed))
        self.clicks.remove(click)
        return None

    def press(self, ready: Ready) -> Click:
        """They click now."""
        ready.click.pressed = asyncio.create_task(self._pressed(*ready))
        return ready.click

    async def worked(self, records: Records) -> Worked:
        """What became of all that was clicked."""
        events = [kept.value for kept in await records.audit.find({}, "order")]
        done = [
            sum((e.conversation, e.deed, e.by) == (c.conversation, c.deed, c.by) for e in events)
            for c in self.clicks
        ]
        return Worked(
            clicks=len(done),
            acknowledged=sum(click.acknowledged for click in self.clicks),
            lost=sum(
                click.acknowledged and not times
                for click, times in zip(self.clicks, done, strict=True)
            ),
            twice=sum(times > 1 for times in done),
        )

    def _free(self) -> Iterator[tuple[Message, str]]:
        """What nobody has, nor clicked yet."""
        clicked = {click.conversation for click in self.clicks}
        for message in said(self._standin):
            for id in _values_of(message.blocks, ids.CLAIM):
                if id not in clicked:
                    yield message, id

    async def _pressed(self, click: Click, person: Person, on: Message | Json) -> None:
        with suppress(Refusal, LookupError):
            if isinstance(on, Message):
                block = _block(on, ids.CLAIM, click.conversation)
                await person.click(on, ids.CLAIM, block_id=block)
            else:
                await person.submit(on)
            click.acknowledged = True
        with suppress(Refusal):
            await person.close()  # a form that nobody took

    def _values(self, deed: Deed) -> Json:
        if deed == "resolve":
            return {ids.NOTE: {ids.VALUE: "It was sent anew."}}
        return {ids.ASSIGNEE: {ids.VALUE: self._standin.person("Sam").id}}


def _values_of(blocks: Iterable[Json], action: str) -> Iterator[str]:
    for _, element in elements(blocks):
        if element["action_id"] == action:
            yield str(element.get("value", ""))


def _block(message: Message, action: str, id: str) -> str:
    """The block of a conversation's button. Raises LookupError."""
    for block, element in elements(message.blocks):
        if element["action_id"] == action and element.get("value") == id:
            return str(block["block_id"])
    raise LookupError(action)
