"""The clock jumps back, the machine sleeps for a day, and February has 29 days: nothing is said
twice, nothing floods, nothing is missed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.config import Config, loads
from bot.domain.digests import Slots
from bot.domain.outbox import Delivery
from bot.domain.pairs import pair_id
from bot.services import digests, ingest, rounds
from bot.services.base import Services
from tests.builders import a_post
from tests.services.conftest import CONFIG, HandClock, ScriptedSource

Scripted = dict[str, ScriptedSource]

COMPLAINT = "The lumo app: terrible, worst, hated."
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def config(request: pytest.FixtureRequest) -> Config:
    digest = '[[channels]]\nname = "#brand"\ndigest = [09:00:00]\n'
    return loads(CONFIG + digest if getattr(request, "param", "") else CONFIG)


async def poll(services: Services) -> int:
    return await ingest.poll(services, services.config.watches[0], "forum")


async def quiet_days(services: Services, scripted: Scripted, clock: HandClock) -> None:
    """A mention an hour for a week, in the history that the first poll finds."""
    posts = [
        a_post(source="forum", id=f"q{n}", text=f"a lumo lamp {n}", at=clock.now - n * HOUR)
        for n in range(1, 160)
    ]
    scripted["forum"].will_show(*posts)
    for source in scripted:
        await ingest.poll(services, services.config.watches[0], source)


async def said(services: Services) -> list[Delivery]:
    found = await services.records.outbox.find({"state": "waiting"}, "order")
    return [kept.value for kept in found]


async def test_a_clock_set_back_an_hour_says_nothing_twice_and_goes_on_hearing(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await quiet_days(services, scripted, clock)
    first = a_post(source="forum", id="before", text=f"{COMPLAINT} 1", at=clock.now)
    scripted["forum"].will_show(first)
    await poll(services)
    clock.turn(-HOUR)
    again = a_post(source="forum", id="after", text=f"{COMPLAINT} 2 again", at=clock.now)
    scripted["forum"].will_show(first, again)
    await poll(services)
    await rounds.make(services)
    kept = await services.records.mentions.find({"watch": "Lumo"}, "at")
    complaints = Counter(it.value.post.id for it in kept if COMPLAINT in it.value.post.text)
    assert complaints == {"before": 1, "after": 1}
    conversations = await services.records.conversations.find({"state": "new"}, "opened")
    assert len(conversations) == 2
    assert len(await said(services)) == len({it.id for it in await said(services)})


async def test_a_source_that_answers_is_not_called_silent_by_a_clock_set_back(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await quiet_days(services, scripted, clock)
    for _ in range(6):
        clock.turn(-HOUR)
        await poll(services)
    pair = await services.records.pairs.get(pair_id("Lumo", "forum"))
    assert pair is not None
    assert pair.value.failures == 0
    assert await said(services) == []


async def test_what_came_while_the_machine_slept_for_a_day_is_one_message_and_all_queued(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await quiet_days(services, scripted, clock)
    clock.turn(DAY)
    complaints = [
        a_post(
            source="forum",
            id=f"c{n}",
            text=f"{COMPLAINT} My case {n}, {n * 3} days",
            author=f"@{n}",
            at=clock.now - n * HOUR / 2,
        )
        for n in range(40)
    ]
    scripted["forum"].will_show(*complaints)
    for _ in range(3):
        await poll(services)
        await rounds.make(services)
        clock.turn(HOUR / 60)
    cards = [one for one in await said(services) if one.kind == "alert" and not one.within]
    assert len(cards) <= 2
    assert len(await services.records.mentions.find({"watch": "Lumo"}, "at")) == 159 + 40


@pytest.mark.parametrize("config", ["digest"], indirect=True)
async def test_a_digest_is_not_said_again_in_an_hour_that_comes_twice(
    services: Services, clock: HandClock
) -> None:
    await digests.schedule(services)
    clock.now = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    await rounds.make(services)
    clock.turn(-HOUR)
    for _ in range(5):
        await rounds.make(services)
        clock.turn(HOUR / 4)
    assert [one.channel for one in await said(services)] == ["#brand"]


def test_the_29th_of_february_has_its_digest_as_every_day_has() -> None:
    daily = Slots(zone=ZoneInfo("Europe/Paris"), at=(time(9),), days=frozenset(range(7)))
    due = datetime(2028, 2, 28, 8, tzinfo=UTC)
    days = []
    for _ in range(3):
        days.append(f"{due:%d %b}")
        found = daily.after(due)
        assert found is not None
        due = found
    assert days == ["28 Feb", "29 Feb", "01 Mar"]


async def test_a_watch_is_kept_on_the_29th_of_february(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    clock.now = datetime(2028, 2, 28, 12, tzinfo=UTC)
    await quiet_days(services, scripted, clock)
    for day in range(3):
        post = a_post(source="forum", id=f"d{day}", text=f"{COMPLAINT} {day}", at=clock.now)
        scripted["forum"].will_show(post)
        await poll(services)
        await rounds.make(services)
        clock.turn(DAY)
    days = await services.records.mentions.find(
        {"watch": "Lumo"}, "at", since=datetime(2028, 2, 28, 12, tzinfo=UTC)
    )
    assert [f"{kept.value.at:%d %b}" for kept in days] == ["28 Feb", "29 Feb", "01 Mar"]
