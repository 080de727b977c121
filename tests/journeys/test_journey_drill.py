"""A whole drill, on a clock that is turned by hand: begun, worked with the buttons of every day,
and scored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.drills import Drill
from bot.services import rounds
from bot.services.base import utc_now
from bot.slack import ids
from bot.standin import Message, Standin
from tests.journeys.conftest import Town, bot_in, buttons_of, text_of
from tests.services.conftest import HandClock, ScriptedSource

PRACTICE = "#general"


@pytest.fixture
def clock() -> HandClock:
    return HandClock(utc_now().replace(microsecond=0))


@pytest.fixture
async def town(
    standin: Standin, places: dict[str, ScriptedSource], tmp_path: Path, clock: HandClock
) -> AsyncIterator[Town]:
    async with bot_in(standin, tmp_path / "data", places, clock=clock) as services:
        await standin.wait_for(lambda: standin.connected or None)
        yield Town(standin, services, places)


async def turn(town: Town, clock: HandClock, by: timedelta) -> None:
    clock.turn(by)
    await rounds.make(town.services)
    town.services.wake.set()


async def to_its_end(town: Town, clock: HandClock, by: timedelta) -> None:
    """All posts come, and then it is over."""
    await turn(town, clock, by)
    await town.card_says("post 24 of 24", PRACTICE)
    for _ in range(20):
        await turn(town, clock, timedelta(seconds=20))
        if (await the_drill(town)).over:
            break
        await asyncio.sleep(0.05)  # where the last post stands is kept a moment after it is seen
    await town.card_says("Over after", PRACTICE)


async def the_drill(town: Town) -> Drill:
    [kept] = await town.services.records.drills.find({}, "began")
    return kept.value


async def post(town: Town, number: int) -> Message:
    """The card of a post: they come after the opening and the steps of the playbook."""
    return await town.card(number + 2, PRACTICE)


async def test_a_drill_is_begun_worked_and_scored(town: Town, clock: HandClock) -> None:
    answer = await town.asked(town.margot, f"/vigie drill start rumour in {PRACTICE} 20x")
    assert "began in #general: 24 posts" in text_of(answer)
    opening = await town.card(1, PRACTICE)
    assert "🎓 DRILL · False rumour" in text_of(opening)

    first = await post(town, 1)
    assert "DRILL" in text_of(first)
    assert buttons_of(first) == ["Claim", "Assign…", "Resolve…", "Not about us", "Not negative"]
    await turn(town, clock, timedelta(seconds=3))
    await town.camille.click(first, ids.CLAIM)
    claimed = await town.card_says(f"<@{town.camille.id}> has this", PRACTICE)
    drill = await the_drill(town)
    await town.camille.choose(claimed, ids.MORE, f"{ids.VERB_REPLIED} {drill.id}-1")
    await town.card_says("answered", PRACTICE)
    await town.until(lambda: len(town.thread(first, PRACTICE)) == 2 or None)
    assert "🎓 DRILL · Camille Roux claimed this." in town.thread(first, PRACTICE)[0]

    steps = await town.card_says("Playbook: False rumour", PRACTICE)
    await town.sam.click(steps, ids.STEP_TICK, block_id=f"{ids.STEP_BLOCK}.0")
    await town.card_says("1 of 8 steps done", PRACTICE)

    second = await post(town, 2)
    await town.sam.click(second, ids.ASSIGN)
    await town.modal(town.sam)
    await town.sam.submit(
        {
            ids.ASSIGNEE: {ids.VALUE: town.camille.id},
            ids.NOTE: {ids.VALUE: "Yours, please"},
        }
    )
    direct = town.standin.workspace.dm(town.camille.id).id
    given = await town.until(lambda: next(iter(town.camille.messages(direct)), None))
    assert "🎓 EXERCICE" in text_of(given), "in her language"
    assert "Yours, please" in text_of(given)

    await to_its_end(town, clock, timedelta(minutes=5))
    score = await town.card_says("missed", PRACTICE)
    await town.until(lambda: buttons_of(town.cards(PRACTICE)[1]) == ["What to say…"] or None)
    words = text_of(score)
    assert "🎓 DRILL" in words
    assert "were missed" in words
    assert "half within" in words
    assert "1 of 8" in words
    assert not any(person.id in words for person in (town.camille, town.sam, town.margot))
    results = await town.asked(town.margot, f"/vigie drill results in {PRACTICE}")
    assert "False rumour" in text_of(results)
    assert "data-leak" in text_of(await town.asked(town.sam, "/vigie drill"))


async def test_all_that_a_drill_says_is_marked(town: Town, clock: HandClock) -> None:
    await town.asked(town.margot, f"/vigie drill start product-fault in {PRACTICE} 20x")
    await to_its_end(town, clock, timedelta(minutes=5))

    cards = town.cards(PRACTICE)

    assert len(cards) == 2 + 24 + 1
    assert all("🎓 DRILL" in card.text and "🎓 DRILL" in text_of(card) for card in cards)


async def test_a_drill_is_not_played_where_alerts_are_told(town: Town) -> None:
    answer = await town.asked(town.margot, "/vigie exercice lancer rumeur dans #care")

    assert "Alerts are told in #care" in text_of(answer)


async def test_who_may_not_begin_a_drill_is_told_who_may(town: Town) -> None:
    answer = await town.asked(town.sam, f"/vigie drill start rumour in {PRACTICE}")

    assert "whoever is on duty" in text_of(answer)


async def test_a_drill_that_is_stopped_shows_nothing_more(town: Town, clock: HandClock) -> None:
    await town.asked(town.margot, f"/vigie drill start data-leak in {PRACTICE} 20x")
    await post(town, 1)
    await town.asked(town.margot, f"/vigie drill stop in {PRACTICE}")
    await town.card_says("Stopped after", PRACTICE)
    shown = len(town.cards(PRACTICE))

    await turn(town, clock, timedelta(minutes=10))
    await town.asked(town.margot, "/vigie drill results")

    assert len(town.cards(PRACTICE)) == shown
    await town.until(lambda: not buttons_of(town.cards(PRACTICE)[2]) or None)
