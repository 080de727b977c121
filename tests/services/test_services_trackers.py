"""What becomes of an insight is told to a tracker, at least once, over real connections."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import stamina
from aiohttp import web
from msgspec.structs import replace

from bot.domain.insights import Insight, begun, voiced_by
from bot.services import insights, rounds
from bot.services.base import Services
from bot.sources.http import PoliteClient
from bot.sources.sent.signature import SIGNATURE, TIMESTAMP, signature_fault
from bot.sources.tracker import Tracker
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore
from tests.builders import a_mention
from tests.loopback import Serve
from tests.services.conftest import HandClock

SECRET = "0123456789abcdef"
ADMIN = "UADMIN"
LATER = timedelta(minutes=1)


class Desk:
    """A tracker that answers what it is told to (200 and on), and knows what it took."""

    def __init__(self, clock: HandClock) -> None:
        self.answers: list[int] = []
        self.events: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self._clock = clock

    async def take(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        stamp, signed = request.headers[TIMESTAMP], request.headers[SIGNATURE]
        self.faults.append(signature_fault(SECRET, stamp, signed, body, self._clock()))
        status = self.answers.pop(0) if self.answers else 200
        if status == 200:
            self.events.append(json.loads(body))
        return web.Response(status=status, headers={"Location": "http://127.0.0.1:1/"})

    @property
    def deeds(self) -> list[str]:
        return [event["deed"] for event in self.events]


@pytest.fixture
def desk(clock: HandClock) -> Desk:
    return Desk(clock)


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=1):
        yield


@pytest.fixture
async def services(
    services: Services, serve: Serve, clock: HandClock, desk: Desk
) -> AsyncIterator[Services]:
    """With a tracker, and somebody who administers Vigie."""
    url = await serve(desk.take)
    config = replace(services.config, slack=replace(services.config.slack, admins=(ADMIN,)))
    async with PoliteClient(clock=clock, allow_private=True) as client:
        tracker = Tracker(client, f"{url}/vigie", SECRET)
        yield dataclasses.replace(services, config=config, tracker=tracker)


async def heard(services: Services) -> Insight:
    """An insight that somebody made."""
    mention = a_mention()
    await services.records.commit([services.records.mentions.put(mention.id, mention)])
    new = begun(mention, "A dark mode, please", "wish", services.now())
    return await insights.hear(services, new, [voiced_by(new.id, mention)], "U9")


async def told(services: Services) -> None:
    await rounds.make(services, rounds.SENDERS)


async def test_each_change_is_told_signed_with_the_insight_as_it_is(
    services: Services, desk: Desk
) -> None:
    insight = await heard(services)
    await insights.carry_out(services, insight.id, "accept", ADMIN)
    await told(services)

    assert desk.deeds == ["hear", "accept"]
    assert desk.faults == ["", ""]
    accepted = desk.events[1]
    assert accepted["id"] == f"{insight.id}.{accepted['order']}"
    assert (accepted["was"], accepted["now"], accepted["by"]) == ("heard", "accepted", ADMIN)
    assert accepted["insight"]["title"] == "A dark mode, please"
    assert (accepted["insight"]["people"], accepted["insight"]["state"]) == (1, "accepted")
    await told(services)
    assert len(desk.events) == 2


@pytest.mark.parametrize("status", [503, 429, 404, 302])
async def test_what_is_not_taken_is_told_again_after_growing_pauses(
    services: Services, desk: Desk, clock: HandClock, status: int
) -> None:
    insight = await heard(services)
    desk.answers = [status] * 3
    pauses = []
    while not desk.events:
        await told(services)
        if not desk.events:
            [timer] = await services.records.timers.find({}, "due")
            pauses.append(timer.value.due - clock())
            clock.turn(pauses[-1])

    assert pauses == sorted(pauses)
    assert pauses[0] >= timedelta(seconds=30)
    assert desk.events[0]["id"].startswith(f"{insight.id}.")


async def test_a_change_outlives_a_restart(
    services: Services, desk: Desk, clock: HandClock, tmp_path: Path
) -> None:
    desk.answers = [500]
    await heard(services)
    await told(services)
    await services.records.close()
    clock.turn(LATER)

    records = Records(await TinyStore.open(tmp_path / "data", TABLES))
    await told(dataclasses.replace(services, records=records))
    await records.close()

    assert desk.deeds == ["hear"]


async def test_after_days_in_vain_a_change_is_given_up(
    services: Services, desk: Desk, clock: HandClock
) -> None:
    await heard(services)
    clock.turn(timedelta(days=3))
    desk.answers = [500]
    await told(services)

    assert await services.records.timers.find({}, "due") == []


async def test_words_that_their_author_took_back_meanwhile_are_not_told(
    services: Services, desk: Desk
) -> None:
    insight = await heard(services)
    kept = await insights.find(services, insight.id)
    erased = replace(kept.value, title="")
    await services.records.commit([services.records.insights.put(insight.id, erased)])
    await told(services)

    assert desk.events[0]["insight"]["title"] == ""


async def test_a_private_address_is_told_nothing_unless_that_is_allowed(
    services: Services, serve: Serve, desk: Desk, clock: HandClock
) -> None:
    url = await serve(desk.take)
    async with PoliteClient(clock=clock) as careful:
        wary = dataclasses.replace(services, tracker=Tracker(careful, url, SECRET))
        await heard(wary)
        await told(wary)

    assert desk.faults == []
    assert len(await services.records.timers.find({}, "due")) == 1


async def test_without_a_tracker_nothing_waits(services: Services) -> None:
    await heard(dataclasses.replace(services, tracker=None))

    assert await services.records.timers.find({}, "due") == []
