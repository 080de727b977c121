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

DEEDS: tuple[Deed, ...] = ("claim", "claim", "assign", "resolve")
"""Claims as often as the forms together."""

PEOPLE = ("Sam", "Camille", "Margot")
QUEUE = "#general"
"""Where people ask for the queue."""


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
        person = self._standin.person(chance.choice(PEOPLE))
        free = next(self._free(said(self._standin)), None) or await self._queued(person)
        if free is None:
            return None
        on, id = free
        deed = chance.choice([deed for deed in DEEDS if _block(on, BUTTONS[deed], id)])
        click = Click(id, deed, person.id)
        self.clicks.append(click)
        if deed == "claim":
            return Ready(click, person, on)
        with suppress(Refusal, TimeoutError):
            await person.click(on, BUTTONS[deed], block_id=_block(on, BUTTONS[deed], id))
            await self._standin.wait_for(lambda: person.modal, 3)
            return Ready(click, person, self._values(deed, person))
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

    def _free(self, messages: Iterable[Message]) -> Iterator[tuple[Message, str]]:
        """What nobody has, nor clicked yet, with where its button is."""
        clicked = {click.conversation for click in self.clicks}
        for message in messages:
            for _, element in elements(message.blocks):
                id = str(element.get("value", ""))
                if element["action_id"] == ids.CLAIM and id not in clicked:
                    yield message, id

    async def _queued(self, person: Person) -> tuple[Message, str] | None:
        """The same from the queue: a card of many posts has no button for each."""
        seen = len(person.ephemerals(QUEUE))
        with suppress(Refusal, TimeoutError):
            await person.command("/vigie queue", QUEUE)
            await self._standin.wait_for(lambda: len(person.ephemerals(QUEUE)) > seen or None, 3)
        return next(self._free(person.ephemerals(QUEUE)[seen:]), None)

    async def _pressed(self, click: Click, person: Person, on: Message | Json) -> None:
        with suppress(Refusal):
            if isinstance(on, Message):
                block = _block(on, ids.CLAIM, click.conversation)
                await person.click(on, ids.CLAIM, block_id=block)
            else:
                await person.submit(on)
            click.acknowledged = True
        with suppress(Refusal):
            await person.close()  # a form that nobody took

    def _values(self, deed: Deed, person: Person) -> Json:
        if deed == "resolve":
            return {ids.NOTE: {ids.VALUE: "It was sent anew."}}
        other = next(name for name in PEOPLE if self._standin.person(name).id != person.id)
        return {ids.ASSIGNEE: {ids.VALUE: self._standin.person(other).id}}


def _block(message: Message, action: str, id: str) -> str:
    """The block of a conversation's button; `""` where it has none there."""
    for block, element in elements(message.blocks):
        if element["action_id"] == action and element.get("value") == id:
            return str(block["block_id"])
    return ""
