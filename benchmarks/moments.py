"""The moments at which Vigie is killed: aimed at, and reached by evidence.

A moment begins a process, waits for what it is about, and halts the process (SIGSTOP); while that
stands still, its store and the workspace tell whether it is where it was to be. If it is not, it
goes on and the next chance is waited for. A moment answers where it stands, "" where it came to
nothing: the process is halted then, and killed by whoever asked.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from benchmarks.crisis import said
from benchmarks.stage import Stage
from benchmarks.tail import Tail
from bot.standin.changes import Change
from bot.standin.social import MASTODON, Fault

START = "in the start, before Slack hears of it"
ASKED = "in a poll, before the answer"
READ = "in a poll, with the answer not kept"
COMMITTED = "between the commit and the call to Slack"
POSTED = "between Slack’s answer and the mark of a message"
DRAWN = "between Slack’s answer and the mark of a redraw"
CLICKED = "after a click, before its acknowledgement"
TAKEN = "right after the acknowledgement of a click"
ANYWHERE = "anywhere"
PLACES = (START, ASKED, READ, COMMITTED, POSTED, DRAWN, CLICKED, TAKEN, ANYWHERE)

POST, UPDATE = "chat.postMessage", "chat.update"

HELD = 3600.0
"""Seconds that a place keeps a request waiting: longer than anybody lives here."""

A_MOMENT = 0.004
"""Seconds within which what follows on something is met."""

STARTS = {False: 0.8, True: 3.0}
"""Seconds until Slack hears of a process, by whether it is a whole one."""

TRIES = 6

WAIT = 20.0
"""Seconds that a first poll is waited for."""

SOON = 3.0
"""Seconds within which something new is said, where anything is; else somebody complains again."""

A_WHILE = 2.5


class Lot(NamedTuple):
    """How a life is lived: reached over HTTP or by a socket, begun as anybody begins it or not."""

    http: bool
    whole: bool


Moment = Callable[[Stage, Lot, random.Random], Awaitable[str]]


async def _start(stage: Stage, lot: Lot, chance: random.Random) -> str:
    """Before Slack hears of it."""
    await stage.rain()
    await stage.begin(http=lot.http, whole=lot.whole)
    await asyncio.sleep(chance.random() * STARTS[lot.whole])
    stage.life.halt()
    return START if stage.is_unheard else ""


async def _asked(stage: Stage, lot: Lot, chance: random.Random) -> str:
    """A place has its request, and has not answered."""
    await stage.rain()
    stage.social.fail(MASTODON, Fault(delay=HELD))
    stage.place.asked.clear()
    stage.place.answered.clear()
    await stage.begin(http=lot.http, whole=lot.whole)
    async with asyncio.timeout(WAIT):
        await stage.place.asked.wait()
    await asyncio.sleep(chance.random() * 20 * A_MOMENT)
    stage.life.halt()
    return "" if stage.place.answered.is_set() else ASKED


async def _read(stage: Stage, lot: Lot, chance: random.Random) -> str:
    """A place has answered, and what it said is not kept."""
    words = await stage.rain()
    stage.place.answered.clear()
    await stage.begin(http=lot.http, whole=lot.whole)
    for _ in range(TRIES):
        async with asyncio.timeout(WAIT):
            await stage.place.answered.wait()
        await asyncio.sleep(chance.random() * A_MOMENT)
        stage.life.halt()
        if words not in (await stage.look()).posts:
            return READ
        words = await stage.rain()
        stage.place.answered.clear()
        stage.life.go_on()
    stage.life.halt()
    return ""


async def _kept(stage: Stage, lot: Lot, chance: random.Random) -> str:
    """Something new is to be said, and Slack was not asked to."""
    await stage.rain()
    await stage.begin(http=lot.http, whole=lot.whole)
    journal = Tail(stage.data)
    with _asked_for(stage, POST, UPDATE) as asked:
        for _ in range(TRIES):
            asked.clear()
            over = asyncio.get_running_loop().time() + SOON
            while await journal.grows(over):
                stage.life.halt()
                if TO_BE_SAID.search(journal.read()):
                    break
                stage.life.go_on()
            stage.life.halt()
            await asyncio.sleep(A_MOMENT)  # what was on its way to Slack arrives
            new = (await stage.look()).unsaid - stage.left.unsaid
            if new - stage.shown and not asked.is_set():
                return COMMITTED
            await stage.rain()
            stage.life.go_on()
    stage.life.halt()
    return ""


TO_BE_SAID = re.compile(rb'"table":"outbox".*"state":"waiting"')


async def _posted(stage: Stage, lot: Lot, chance: random.Random) -> str:
    """Slack has posted a message, and that is not recorded."""
    return await _answered(stage, lot, chance, POST)


async def _drawn(stage: Stage, lot: Lot, chance: random.Random) -> str:
    """Slack has drawn a message anew, and that is not recorded."""
    return await _answered(stage, lot, chance, UPDATE)


async def _answered(stage: Stage, lot: Lot, chance: random.Random, method: str) -> str:
    await stage.rain()
    await stage.begin(http=lot.http, whole=lot.whole)
    for tried in range(TRIES):
        later = 0.0 if tried else chance.random() * A_MOMENT
        done = await _halted_at_an_answer(stage, method, later)
        await asyncio.sleep(A_MOMENT)  # the answer goes out
        trying = (await stage.look()).trying
        if done and method == POST and stage.shown & frozenset(trying):
            return POSTED
        redraws = (one for one in trying.values() if one.kind in ("refresh", "amend"))
        if done and method == UPDATE and any(redraws):
            return DRAWN
        await stage.rain()
        stage.life.go_on()
    stage.life.halt()
    return ""


async def _halted_at_an_answer(stage: Stage, method: str, later: float = 0.0) -> bool:
    """Halt the life so many seconds after Slack has done what this method asks for, at 0 before it
    has the answer; whether Slack was asked soon."""
    with _asked_for(stage, method, then=lambda: None if later else stage.life.halt()) as asked:
        with suppress(TimeoutError):
            async with asyncio.timeout(SOON):
                await asked.wait()
        await asyncio.sleep(later)
        stage.life.halt()
        return asked.is_set()


@contextmanager
def _asked_for(
    stage: Stage, *methods: str, then: Callable[[], None] = lambda: None
) -> Iterator[asyncio.Event]:
    """While the block runs, hear that Slack has done what one of these methods asks for, and do
    something at once when it happens first."""
    asked = asyncio.Event()

    def heard(change: Change) -> None:
        last = stage.standin.world.calls[-1] if change.kind == "call" else None
        if last and last.method in methods and not last.error and not asked.is_set():
            then()
            asked.set()

    unwatch = stage.standin.world.changes.watch(heard)
    try:
        yield asked
    finally:
        unwatch()


async def _clicking(stage: Stage, lot: Lot, chance: random.Random) -> str:
    """Somebody has clicked, and is not told that it was taken."""
    return await _clicked(stage, lot, chance, acknowledged=False)


async def _taken(stage: Stage, lot: Lot, chance: random.Random) -> str:
    """Somebody has just been told that their click was taken."""
    return await _clicked(stage, lot, chance, acknowledged=True)


async def _clicked(stage: Stage, lot: Lot, chance: random.Random, *, acknowledged: bool) -> str:
    if not said(stage.standin):
        await stage.rain()
    await stage.begin(http=lot.http, whole=lot.whole)
    await stage.up()
    for _ in range(TRIES):
        ready = await stage.team.ready(chance)
        if ready is None:
            await stage.rain()
            with _asked_for(stage, POST, UPDATE) as asked, suppress(TimeoutError):
                async with asyncio.timeout(SOON):
                    await asked.wait()
            continue
        click = stage.team.press(ready)
        if acknowledged and click.pressed:
            await asyncio.wait((click.pressed,))
        else:
            await asyncio.sleep(chance.random() * 3 * A_MOMENT)
        stage.life.halt()
        if click.acknowledged == acknowledged:
            return TAKEN if acknowledged else CLICKED
        stage.life.go_on()
    stage.life.halt()
    return ""


async def _anywhere(stage: Stage, lot: Lot, chance: random.Random) -> str:
    """Any time."""
    await stage.rain()
    await stage.begin(http=lot.http, whole=lot.whole)
    await asyncio.sleep(chance.random() * (STARTS[lot.whole] + A_WHILE))
    stage.life.halt()
    return ANYWHERE


MOMENTS: tuple[Moment, ...] = (
    _start,
    _asked,
    _read,
    _kept,
    _posted,
    _drawn,
    _clicking,
    _taken,
    _anywhere,
)
