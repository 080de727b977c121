"""A source that is left alone, for its sake or a budget's, has not failed, nor is it quiet."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.config import Config, loads
from bot.domain.leaving import silent_since
from bot.domain.pairs import Gap, Pair, pair_id
from bot.errors import SourceRateLimited, SourceResting, SourceUnavailable
from bot.services import ingest, resting, volumes
from bot.services.base import Services
from tests.builders import a_post
from tests.services.conftest import CONFIG, HandClock, ScriptedSource

Scripted = dict[str, ScriptedSource]

HOURS = timedelta(hours=3)

SECOND = """
[[watches]]
name = "Zest"
query = "zest"
sources = ["forum"]
channel = "#care"
"""


async def poll(services: Services, source: str = "forum") -> int:
    return await ingest.poll(services, services.config.watches[0], source)


async def pair(services: Services) -> Pair:
    kept = await services.records.pairs.get(pair_id("Lumo", "forum"))
    assert kept is not None
    return kept.value


async def left_alone(services: Services, scripted: Scripted, clock: HandClock) -> None:
    """All sources were read, and the forum is to be left alone for hours from now on."""
    for source in services.sources:
        await poll(services, source)
    until = clock.now + HOURS
    scripted["forum"].will_fail(SourceResting("{host} rests.", until, host="forum.example"))
    await poll(services)


async def test_to_be_left_alone_is_no_failure(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await left_alone(services, scripted, clock)
    found = await pair(services)
    assert (found.failures, found.error, found.rest_until) == (0, "", clock.now + HOURS)


async def test_nobody_is_told_of_it_however_often(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    for _ in range(4):
        await left_alone(services, scripted, clock)
        clock.turn(HOURS)
    assert not await services.records.outbox.find({"state": "waiting"}, "order")


async def test_it_is_asked_again_when_the_time_has_come(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await left_alone(services, scripted, clock)
    scripted["forum"].will_show(a_post(id="1", source="forum", text="lumo"))
    clock.turn(HOURS - timedelta(minutes=1))
    assert await poll(services) == 0
    clock.turn(timedelta(minutes=2))
    assert await poll(services) == 1


async def test_what_was_not_asked_for_is_incomplete_and_not_quiet(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    scripted["forum"].will_show(
        *(
            a_post(id=f"{n}", source="forum", text="lumo", at=clock.now - timedelta(hours=n))
            for n in range(1, 30)
        )
    )
    await left_alone(services, scripted, clock)
    clock.turn(timedelta(hours=2))
    history = await volumes.history_of(services, services.config.watches[0], clock.now)
    assert history is not None
    assert set(history.counts[-7:]) == {None}


async def test_an_answer_that_is_not_all_yet_leaves_the_time_unread(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    for source in services.sources:
        await poll(services, source)
    read = clock.now
    clock.turn(timedelta(minutes=40))
    scripted["forum"].will_show(a_post(id="1", source="forum", text="lumo"), pending=True)
    assert await poll(services) == 1
    found = await pair(services)
    assert (found.last_ok, found.pending, found.gap) == (read, True, None)
    assert silent_since(found) == read


async def test_once_all_is_read_nothing_of_it_stays_unread(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    for source in services.sources:
        await poll(services, source)
    clock.turn(timedelta(minutes=40))
    scripted["forum"].will_show(a_post(id="1", source="forum", text="lumo"), pending=True)
    await poll(services)
    clock.turn(timedelta(minutes=5))
    scripted["forum"].will_show(a_post(id="2", source="forum", text="lumo", at=clock.now))
    await poll(services)
    [day] = await services.records.volumes.find({"watch": "Lumo"}, "day")
    assert (sum(day.value.counts), day.value.gaps) == (2, ())
    assert silent_since(await pair(services)) is None


@pytest.fixture
def config() -> Config:
    return loads(CONFIG + SECOND)


async def both_after_a_restart(services: Services) -> list[datetime | None]:
    """Until when each of two watches rests at the forum."""
    await resting.keep_to_rests(services)
    kept = [await services.records.pairs.get(pair_id(name, "forum")) for name in ("Lumo", "Zest")]
    return [one.value.rest_until if one else None for one in kept]


async def read_by_both(services: Services) -> None:
    for watch in services.config.watches:
        await ingest.poll(services, watch, "forum")


async def test_after_a_restart_all_keep_to_the_rest_that_one_was_asked_for(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await read_by_both(services)
    until = clock.now + HOURS
    scripted["forum"].will_fail(SourceRateLimited("{host} is busy.", until, host="forum.example"))
    await poll(services)
    assert await both_after_a_restart(services) == [until, until]
    asked = len(scripted["forum"].cursors)
    await read_by_both(services)
    assert len(scripted["forum"].cursors) == asked
    clock.turn(HOURS)
    await read_by_both(services)
    assert len(scripted["forum"].cursors) == asked + 2


async def test_a_rest_after_failures_is_that_of_one_watch(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await read_by_both(services)
    for _ in range(2):
        scripted["forum"].will_fail(SourceUnavailable("{host} is down.", host="forum.example"))
        await poll(services)
    lumo, zest = await both_after_a_restart(services)
    assert lumo is not None
    assert zest is None


async def test_a_rest_that_is_over_is_kept_to_by_nobody(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await read_by_both(services)
    scripted["forum"].will_fail(SourceRateLimited("{host} is busy.", clock.now + HOURS, host="f"))
    await poll(services)
    clock.turn(HOURS)
    assert (await both_after_a_restart(services))[1] is None


async def test_what_may_never_be_known_is_remembered(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    for source in services.sources:
        await poll(services, source)
    read = clock.now
    clock.turn(timedelta(minutes=40))
    scripted["forum"].will_show(complete=False)
    await poll(services)
    assert (await pair(services)).gap == Gap(since=read, until=clock.now)
