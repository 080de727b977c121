"""A whole drill over each store that Vigie has: begun, worked, ended, scored and left out."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.config import Config, loads
from bot.domain.checklists import delivery_id
from bot.domain.drills import Drill, conversation, conversation_id
from bot.domain.outbox import Delivery
from bot.errors import ConversationError
from bot.services import checklists, conversations, drills, practice, retention, rounds
from bot.services.base import Services
from tests.services.conftest import CONFIG, HandClock

MARGOT, SAM, CAMILLE = "U0MARGOT01", "U0SAMCART1", "U0CAMILLE1"
PRACTICE = "#practice"
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def config() -> Config:
    return loads(f'{CONFIG}\n[duty]\nmanager = "{MARGOT}"\n')


async def posted(services: Services) -> None:
    """All that is due is posted, at its time."""
    outbox, now = services.records.outbox, services.now()
    writes = []
    for kept in await outbox.find({"state": "waiting"}, "order"):
        one = kept.value
        if one.kind in ("drill", "notice") and not one.is_held(now):
            ts = f"{(one.after or one.created).timestamp():.6f}"
            said = replace(one, state="sent", posted_to="C1", ts=ts)
            writes.append(outbox.put(one.id, said, kept.version))
    await services.records.commit(writes)


async def waiting(services: Services) -> list[Delivery]:
    return [
        kept.value for kept in await services.records.outbox.find({"state": "waiting"}, "order")
    ]


async def under_way(services: Services, clock: HandClock) -> Drill:
    """A drill of which two posts and the steps are shown."""
    drill = await drills.start(services, MARGOT, "rumour", PRACTICE, 20)
    clock.turn(4 * SECOND)
    await posted(services)
    return drill


async def ended(services: Services, clock: HandClock) -> Drill:
    clock.turn(9 * MINUTE)
    await posted(services)
    clock.turn(MINUTE)
    await rounds.make(services)
    [over] = await drills.results(services, PRACTICE)
    return over


async def test_a_drill_is_worked_scored_and_after_a_month_only_scored(
    here: Services, clock: HandClock
) -> None:
    drill = await under_way(here, clock)
    first, second = conversation_id(drill, 1), conversation_id(drill, 2)
    claims = (conversations.claim(here, first, who) for who in (SAM, CAMILLE))
    refused = await asyncio.gather(*claims, return_exceptions=True)
    assert sum(isinstance(one, ConversationError) for one in refused) == 1
    await conversations.replied(here, first, SAM)
    await conversations.assign(here, second, SAM, CAMILLE, "Yours, please")
    ticks = (checklists.tick(here, drill.id, number, SAM) for number in (0, 1))
    await asyncio.gather(*ticks)

    over = await ended(here, clock)

    assert conversation(over, 1).state == "replied"
    assert conversation(over, 2).assignee == CAMILLE
    assert over.score
    assert (over.score.steps_done, over.score.answered) == (2, 1)
    assert await here.records.timers.find({}, "due") == []
    clock.turn(31 * DAY)
    await retention.keep_within(here)
    [left] = await drills.results(here, PRACTICE)
    assert (left.posts, left.events, left.by) == ((), (), "")


async def test_what_is_done_to_a_post_is_told_in_its_thread(
    here: Services, clock: HandClock
) -> None:
    drill = await under_way(here, clock)
    await conversations.claim(here, conversation_id(drill, 2), SAM)
    [note] = [one for one in await waiting(here) if one.kind == "note"]
    assert (note.alert, note.text) == (
        practice.delivery_id(drill, "2"),
        f"🎓 DRILL · @{{{SAM}}} claimed this.",
    )


async def test_the_steps_of_a_drill_that_is_over_have_no_buttons(
    here: Services, clock: HandClock
) -> None:
    drill = await under_way(here, clock)
    await checklists.tick(here, drill.id, 0, SAM)
    await drills.stop(here, MARGOT, PRACTICE)
    shown = [one for one in await waiting(here) if one.of == delivery_id(drill.id)]
    assert "accessory" in str(shown[0].blocks)
    assert "accessory" not in str(shown[-1].blocks)
    assert "1 of 8 steps done" in shown[-1].text
