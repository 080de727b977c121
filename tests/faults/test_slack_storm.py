"""A storm over Slack: everything that can go wrong there, one thing upon the other, on a clock that
moves by what is rested."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple

import pytest
from slack_bolt.async_app import AsyncApp

import handlers
from bot.domain.outbox import notice_delivery
from bot.services.base import Services
from bot.slack import gateway
from bot.slack.ear import heard
from bot.standin import Message, Standin
from tests.builders import NOW
from tests.journeys.conftest import bot_services, places, standin, text_of
from tests.raised import raise_alerts
from tests.services.conftest import HandClock, ScriptedSource
from tests.services.lanes import Lanes

__all__ = ["places", "standin"]  # fixtures

pytestmark = pytest.mark.usefixtures("heap_set_aside")

TROUBLES = 18
ALERTS = 12
ANGRY = "lumo is terrible, hated, worst"
MOST_LAG = 100
"""Milliseconds."""


class Ticking:
    """Seconds that only grow, by the same clock that the services are told the time by."""

    def __init__(self, clock: HandClock) -> None:
        self._clock = clock
        self._began = clock.now

    def __call__(self) -> float:
        return (self._clock.now - self._began).total_seconds()


class Storm:
    """The bot at work, and what is thrown at it."""

    def __init__(self, standin: Standin, services: Services, clock: HandClock) -> None:
        self.standin = standin
        self.services = services
        self.noticed = Counter[str]()
        self._clock = clock
        self.lanes = Lanes(services, self._rest)

    async def _rest(self, seconds: float) -> None:
        self._clock.turn(timedelta(seconds=seconds))
        await asyncio.sleep(0)

    async def notices(self, channel: str, number: int) -> None:
        """More words for a channel, each with the next number."""
        outbox, now = self.services.records.outbox, self.services.now()
        first = self.noticed[channel]
        self.noticed[channel] += number
        told = [
            notice_delivery(channel, f"notice {n}.", self.services.sequence(), now)
            for n in range(first, self.noticed[channel])
        ]
        await self.services.records.commit([outbox.put(one.id, one, 0) for one in told])
        self.services.wake.set()

    @property
    def lasted(self) -> timedelta:
        """How long it blew, by the clock that moves by what was rested."""
        return self._clock.now - NOW

    def said(self, channel: str) -> list[Message]:
        return [message for message in self.standin.messages(channel) if message.by_bot]

    def all_said(self) -> list[Message]:
        return [one for name in ("#care", "#brand", "#admin") for one in self.said(name)]

    def admins_read(self) -> list[str]:
        return [message.text for message in self.said("#admin")]

    def repeated(self) -> list[str]:
        """Deliveries that stand in Slack more than once."""
        payloads = [(one.metadata or {}).get("event_payload", {}) for one in self.all_said()]
        times = Counter(str(payload.get("id")) for payload in payloads)
        return [id for id, count in times.items() if count > 1]

    def id_of(self, channel: str) -> str:
        found = self.standin.workspace.channel(channel)
        assert found is not None
        return found.id

    async def until(self, seen: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not seen():  # noqa: ASYNC110  # what is awaited may be on either side
                await asyncio.sleep(0.002)

    async def strikes(self, chance: random.Random) -> None:
        """Something is to be said in two channels, and one to three troubles come in a row."""
        for _ in range(chance.randint(1, 3)):
            method = chance.choice(("chat.postMessage", "chat.postMessage", "*"))
            chance.choice(TROUBLE)(self.standin, method)
        for channel in ("#care", "#brand"):
            await self.notices(channel, 2)
        await self.until_all_is_said()

    async def until_all_is_said(self) -> None:
        outbox = self.services.records.outbox
        async with asyncio.timeout(10):
            while await outbox.count({"state": "waiting"}, "order") or await outbox.count(  # noqa: ASYNC110
                {"state": "trying"}, "order"
            ):
                await asyncio.sleep(0.005)


TROUBLE: tuple[Callable[[Standin, str], None], ...] = (
    lambda standin, method: standin.faults.ratelimited(method, 2),
    lambda standin, method: standin.faults.status(method, 500),
    lambda standin, method: standin.faults.status(method, 503),
    lambda standin, method: standin.faults.html(method),
    lambda standin, method: standin.faults.drop(method),
    lambda standin, method: standin.faults.hang(method),
    lambda standin, method: standin.faults.error(method, "internal_error"),
    lambda standin, _: standin.faults.lost("chat.postMessage"),
    lambda standin, _: standin.faults.slow("chat.postMessage", 0.05),
)


@pytest.fixture
async def storm(
    standin: Standin,
    places: dict[str, ScriptedSource],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Storm]:
    monkeypatch.setattr(gateway, "TIMEOUT", 0.3)
    clock = HandClock()
    opened = bot_services(standin, tmp_path / "data", places, monotonic=Ticking(clock), clock=clock)
    async with opened as services:
        app = AsyncApp(client=services.slack.client)
        handlers.register(app, services)
        async with heard(app, standin.app_token, ping=0.1, grace=1.0):
            await standin.wait_for(lambda: standin.connected or None)
            yield Storm(standin, services, clock)


async def test_after_the_storm_all_was_said_once_in_order_and_the_loop_never_stood(
    storm: Storm,
) -> None:
    over = asyncio.Event()
    looking = asyncio.create_task(looks(over))
    async with storm.lanes.at_work():
        await a_card_is_refused_for_its_blocks(storm)
        await a_mention_comes_three_times(storm)
        await troubles_one_upon_the_other(storm)
        await nothing_is_taken_for_minutes(storm)
        await channels_are_closed_and_opened(storm)
        await storm.until_all_is_said()
        await a_command_is_answered(storm)
    over.set()
    refused, *cards = storm.said("#care")
    assert not refused.blocks
    assert numbers(cards, ANGRY + r" (\d+)") == [*range(1, ALERTS)]
    for channel, number in storm.noticed.items():
        assert numbers(storm.said(channel), r"notice (\d+)\.") == [*range(number)]
    assert storm.repeated() == []
    assert [text.split(":")[0] for text in storm.admins_read()] == [
        "✅ Slack takes messages again",
        "⚠️ Vigie cannot write in #care",
        "⚠️ Vigie cannot write in #brand",
    ]
    assert len(storm.said("#general")) == 1
    assert await storm.services.records.outbox.count({"state": "dropped"}, "order") == 0
    assert storm.lasted > timedelta(hours=1)
    taken = await looking
    assert max(look.worked for look in taken) < MOST_LAG, "whatever else the machine does"
    assert quantiles((look.late for look in taken), n=100)[-1] < MOST_LAG


async def a_card_is_refused_for_its_blocks(storm: Storm) -> None:
    storm.standin.faults.error("chat.postMessage", "invalid_blocks", channel=storm.id_of("#care"))
    await raise_alerts(storm.services, ALERTS, ANGRY)
    await storm.until_all_is_said()


async def a_mention_comes_three_times(storm: Storm) -> None:
    storm.standin.faults.duplicate_events(copies=2)
    bot = (await storm.services.slack.identity()).bot_user
    storm.standin.person("Sam").post("#general", f"<@{bot}> help")
    await storm.until(lambda: storm.said("#general") and not storm.standin.sockets.unacknowledged)


async def troubles_one_upon_the_other(storm: Storm) -> None:
    chance, sockets = random.Random(9), storm.standin.sockets
    for number in range(TROUBLES):
        if number % 6 == 2:
            sockets.drop()
        if number % 6 == 5:
            await sockets.refresh()
        await storm.strikes(chance)
    await storm.until(lambda: storm.standin.connected)


async def nothing_is_taken_for_minutes(storm: Storm) -> None:
    """Slack asks for half an hour's rest, then it is down, and when it is up again the token is
    revoked."""
    faults = storm.standin.faults
    faults.ratelimited("chat.postMessage", 1800)
    faults.status("*", 503, times=9)
    faults.error("*", "token_revoked", times=6)
    await storm.notices("#brand", 1)
    await storm.until(lambda: not faults.any and storm.admins_read())


async def channels_are_closed_and_opened(storm: Storm) -> None:
    """One is archived, from another the bot is removed."""
    workspace, bot = storm.standin.workspace, (await storm.services.slack.identity()).bot_user
    workspace.archive("#care")
    await storm.notices("#care", 4)
    await storm.until(lambda: len(storm.admins_read()) == 2)
    workspace.leave("#brand", bot)
    await storm.notices("#brand", 4)
    await storm.until(lambda: len(storm.admins_read()) == 3)
    workspace.archive("#care", archived=False)
    workspace.join("#brand", bot)


async def a_command_is_answered(storm: Storm) -> None:
    margot = storm.standin.person("Margot")
    await margot.command("/vigie help")
    await storm.until(lambda: margot.ephemerals("#general"))


def numbers(messages: Sequence[Message], pattern: str) -> list[int]:
    """The numbers that messages name, in their order."""
    found = (re.search(pattern, one.text + text_of(one)) for one in messages)
    return [int(match[1]) for match in found if match]


async def looks(over: asyncio.Event) -> list[Look]:
    """How late the loop came to each look, and how long what ran on it worked."""
    breath, taken = 0.005, list[Look]()
    while not over.is_set():
        begun, worked = time.perf_counter(), time.thread_time()
        await asyncio.sleep(breath)
        late = time.perf_counter() - begun - breath
        taken.append(Look(late * 1_000, (time.thread_time() - worked) * 1_000))
    return taken


class Look(NamedTuple):
    """In milliseconds."""

    late: float
    worked: float
