"""The workspace of a load, as a process of its own, with people who type and click in it.

Started with a plan on its standard input, and a line with ids that may be asked about, it prints
its address and tokens, waits for the bot (`wait`), has people ask (`go`), and prints how long each
waited who asked since then or since `count` (`tell`), one JSON line each time.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import msgspec
import yaml
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.load_plan import CHANNELS, Plan, channel_of, name_of
from bot.cli.shipped import shipped
from bot.slack import ids
from bot.standin import UNLIMITED, AppSpec, Message, Standin
from bot.standin.delivery import Parcel
from bot.standin.errors import Refusal, Unanswered
from bot.standin.inputs import elements
from bot.standin.responses import Origin

MIX = {
    "status": 10,
    "watches": 4,
    "summary": 5,
    "trend": 1,
    "mine": 20,
    "queue": 15,
    "why": 15,
    "help": 15,
    "home": 5,
    "claim": 5,
    "resolve": 5,
}
"""What is asked, and how often in a hundred; claim is a click. What is claimed is resolved, so that
no more stays open than was; where nothing is to be claimed or resolved, a queue is read."""

PEOPLE = 300
"""Who asks: each a thing every few seconds, where 50 are asked a second."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds from an envelope to its acknowledgement, and from a question to its answer, by what
    was asked; and how many were not acknowledged, and not answered."""

    acks: dict[str, list[float]]
    answers: dict[str, list[float]]
    asked: dict[str, int]
    unacknowledged: int
    messages: int
    cpu: float


class Question:
    """Something asked, and since when (seconds of the process's clock)."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.since = time.perf_counter()
        self.answered = False


_asking: ContextVar[Question | None] = ContextVar("asking", default=None)


def crowd(standin: Standin) -> list[str]:
    """The ids of those who ask: the three who live in each workspace, and others who move in."""
    workspace = standin.world.workspace
    residents = [user for user in workspace.users.values() if not user.is_bot]
    for number in range(len(residents), PEOPLE):
        user = replace(residents[number % 3], id=f"U0LOAD{number:04}", name=f"p{number}")
        workspace.users[user.id] = user
        for channel in list(workspace.channels):
            workspace.join(channel, user.id)
    return [user.id for user in workspace.users.values() if not user.is_bot]


class Office:
    """People who ask, and how long they wait."""

    def __init__(self, standin: Standin, plan: Plan, known: Sequence[str]) -> None:
        self._standin = standin
        self._plan = plan
        self._known = deque(known, maxlen=2_000)
        self._chance = random.Random(plan.seed)
        self._people = [standin.person(id) for id in crowd(standin)]
        self._tasks: set[asyncio.Task[None]] = set()
        self._cards: deque[tuple[Message, str]] = deque(maxlen=500)
        self._taken: deque[str] = deque()
        self._by_key: dict[str, Question] = {}
        self._by_card: dict[tuple[str, str], Question] = {}
        self._messages = 0
        self.count()
        self._watch()

    async def work(self) -> None:
        """Ask as much a second as is planned, whatever is answered meanwhile."""
        plan, began, number = self._plan, time.time(), 0
        kinds, weights = list(MIX), list(MIX.values())
        while number < round(plan.commands * plan.lasts):
            await asyncio.sleep(max(0.0, began + number / plan.commands - time.time()))
            kind = self._chance.choices(kinds, weights)[0]
            task = asyncio.create_task(self._ask(kind))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            number += 1

    def count(self) -> None:
        """Tell of those who ask from now on."""
        self._since = time.perf_counter()
        self._acks: dict[str, list[float]] = {kind: [] for kind in MIX}
        self._answers: dict[str, list[float]] = {kind: [] for kind in MIX}
        self._asked: Counter[str] = Counter()
        self._unacknowledged = 0

    def told(self) -> Told:
        return Told(
            acks=self._acks,
            answers=self._answers,
            asked=dict(self._asked),
            unacknowledged=self._unacknowledged,
            messages=self._messages,
            cpu=time.process_time(),
        )

    async def _ask(self, kind: str) -> None:
        person, chance = self._chance.choice(self._people), self._chance
        if not {"claim": self._cards, "resolve": self._taken}.get(kind, True):
            kind = "queue"
        question = Question(kind)
        _asking.set(question)
        self._asked[kind] += 1
        try:
            if kind == "home":
                person.open_home()
            elif kind == "claim":
                card, id = self._cards.pop()
                self._taken.append(id)
                self._by_card[card.channel, card.ts] = question
                await person.click(card, ids.CLAIM)
            else:
                channel = channel_of(chance.randrange(CHANNELS))
                await person.command(f"/vigie {self._line(kind)}", channel)
        except (Unanswered, Refusal):
            self._unacknowledged += question.since >= self._since

    def _line(self, kind: str) -> str:
        watch = name_of(self._plan.watch_by(self._chance))
        match kind:
            case "summary":
                return f"summary {watch}"
            case "trend":
                return f"trend {watch} 7d"
            case "why" if self._known:
                return f"why {self._chance.choice(self._known)}"
            case "mine":
                return "queue @me"
            case "resolve":
                return f"resolve {self._taken.popleft()}"
            case "why":
                return "queue"
        return kind

    def _watch(self) -> None:
        """Note the time of each acknowledgement and each answer where they come in."""
        world = self._standin.world
        ask, issue, use = world.sockets.ask, world.responses.issue, world.responses.use
        post, change = world.post, world.change

        async def timed(parcel: Parcel) -> Any:
            question, since = _asking.get(), time.perf_counter()
            said = await ask(parcel)
            kind = "home" if parcel.kind == "events_api" else question and question.kind
            if kind and since >= self._since:
                self._acks[kind].append(time.perf_counter() - since)
            return said

        def issued(origin: Origin) -> str:
            path = issue(origin)
            if question := _asking.get():
                self._by_key[path.rpartition("/")[2]] = question
            return path

        def used(key: str) -> Origin:
            self._answer(self._by_key.pop(key, None))
            return use(key)

        def posted(draft: Message) -> Message:
            self._messages += 1
            return self._collected(post(draft))

        def redrawn(changed: Message) -> Message:
            self._answer(self._by_card.pop((changed.channel, changed.ts), None))
            return change(changed)

        world.sockets.ask = timed  # type: ignore[method-assign]
        world.responses.issue = issued  # type: ignore[method-assign]
        world.responses.use = used  # type: ignore[method-assign]
        world.post = posted  # type: ignore[method-assign]
        world.change = redrawn  # type: ignore[method-assign]

    def _answer(self, question: Question | None) -> None:
        if question and not question.answered:
            question.answered = True
            if question.since < self._since:
                return
            self._answers[question.kind].append(time.perf_counter() - question.since)

    def _collected(self, message: Message) -> Message:
        """A card with a conversation that can be claimed, remembered."""
        if message.by_bot and not message.only_for:
            for _, element in elements(message.blocks):
                if element.get("action_id") == ids.CLAIM:
                    self._cards.append((message, str(element["value"])))
                    self._known.append(str(element["value"]))
                    break
        return message


async def main() -> None:
    reader = asyncio.StreamReader(limit=2**22)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    plan = msgspec.json.decode(await reader.readline(), type=Plan)
    known = msgspec.json.decode(await reader.readline(), type=list[str])
    app = AppSpec.from_manifest(yaml.safe_load(shipped("manifest.yaml")))
    channels = ("#general", "#vigie-admin", *map(channel_of, range(CHANNELS)))
    standin = await Standin.start(app=app, channels=channels, rates=UNLIMITED)
    office, working = Office(standin, plan, known), None
    _print({"api": standin.api_url, "bot": standin.bot_token, "app": standin.app_token})
    does: dict[bytes, Callable[[], Awaitable[object]]] = {
        b"wait": lambda: standin.wait_for(lambda: standin.connected or None, 600)
    }
    while word := (await reader.readline()).strip():
        if word in does:
            await does[word]()
            _print("done")
        elif word == b"go":
            working = asyncio.create_task(office.work())
        elif word == b"count":
            office.count()
        elif word == b"tell":
            _print(office.told())
    if working:
        working.cancel()
    await standin.close()


def _print(said: object) -> None:
    print(msgspec.json.encode(said).decode(), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
