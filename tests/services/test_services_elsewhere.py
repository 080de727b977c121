"""A story that got so severe that its routes have it told elsewhere: who waits for that hears."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.config import Config, loads
from bot.domain.outbox import Delivery
from bot.services.base import Services
from bot.services.outbox import Outbox
from tests.services.conftest import CONFIG, HandClock, ScriptedSource
from tests.services.test_services_stories import (
    ALARM,
    TEAM,
    a_complaint,
    alerts,
    forum,
    poll,
    praise,
    waiting,
    without_spikes,
)

__all__ = ["forum"]

ROUTES = """
[[routes]]
name = "crisis"
channel = "#crisis"
severity = "critical"
here = true
"""


@pytest.fixture
def config() -> Config:
    return loads(f'{CONFIG}alarm = ["fire"]\n{TEAM}{ROUTES}')


async def words_in(services: Services, channel: str) -> list[Delivery]:
    return [one for one in await waiting(services) if one.channel == channel]


async def test_a_story_that_gets_critical_is_told_of_where_critical_ones_go(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, a_complaint(1, clock))
    clock.turn(timedelta(minutes=20))
    await poll(services, a_complaint(2, clock, text=ALARM, followers=90_000, thread="p1"))
    [story] = await alerts(services)
    assert (story.channel, story.severity, story.here) == ("#care", "critical", False)
    [word] = await words_in(services, "#crisis")
    assert word.text == "<!here> 📣 Critical alert about Lumo: it is told in #care."
    assert (word.kind, word.alert) == ("notice", story.id)
    [note] = [one for one in await waiting(services) if one.broadcast]
    assert not note.text.startswith("<!here>"), "it rings in one channel"


async def test_it_is_told_there_once(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await without_spikes(services)
    await poll(services, a_complaint(1, clock))
    clock.turn(timedelta(minutes=20))
    await poll(services, a_complaint(2, clock, text=ALARM, followers=90_000, thread="p1"))
    for number in range(10, 14):
        clock.turn(timedelta(minutes=5))
        many = (a_complaint(100 * number + n, clock, thread="p1") for n in range(30))
        await poll(services, *many)
    assert len(await words_in(services, "#crisis")) == 1


async def test_what_is_critical_from_the_first_goes_there_itself(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, a_complaint(1, clock, text=ALARM, followers=90_000))
    [story] = await alerts(services)
    assert (story.channel, story.route, story.here) == ("#crisis", "crisis", True)
    assert [one.kind for one in await words_in(services, "#crisis")] == ["alert"]


async def test_many_mild_ones_that_are_severe_together_are_told_of_there(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await without_spikes(services)
    await poll(services, *(a_complaint(n, clock) for n in range(45)))
    [story] = await alerts(services)
    assert (story.channel, story.severity) == ("#care", "critical")
    assert len(await words_in(services, "#crisis")) == 1


async def test_a_spike_that_gets_critical_is_told_of_there(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, *(praise(n, clock) for n in range(25)))
    clock.turn(timedelta(minutes=2))
    await poll(services, a_complaint(1, clock, text=ALARM, followers=90_000))
    [spike] = await alerts(services, "spike")
    assert (spike.channel, spike.severity) == ("#brand", "critical")
    assert [one.alert for one in await words_in(services, "#crisis")] == [spike.id]


async def test_the_word_waits_for_the_message_that_it_links_to(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    async def nobody(_: str) -> None:
        return None

    await without_spikes(services)
    await poll(services, *(a_complaint(n, clock) for n in range(45)))
    assert await Outbox(services, nobody)._ready_lanes() == ["channel #care"]
