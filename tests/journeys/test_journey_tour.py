"""A new member's first click is done at once; then they are shown round, once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.slack import ids
from bot.standin import Message, Person, Standin
from tests.builders import a_fresh_post
from tests.journeys.conftest import Town, bot_in, buttons_of, text_of
from tests.services.conftest import CONFIG, ScriptedSource

ANGRY = "My lumo: terrible, worst, hated it."


@pytest.fixture
async def town(
    standin: Standin, places: dict[str, ScriptedSource], tmp_path: Path
) -> AsyncIterator[Town]:
    config = CONFIG.replace("tour = false", "tour = true")
    async with bot_in(standin, tmp_path / "data", places, config=config) as services:
        await standin.wait_for(lambda: standin.connected or None)
        town = Town(standin, services, places)
        await town.first_polls()
        yield town


def direct_to(town: Town, person: Person) -> list[Message]:
    return list(person.messages(town.standin.workspace.dm(person.id).id))


async def says(town: Town, person: Person, words: str) -> Message:
    def found() -> Message | None:
        return next((one for one in direct_to(town, person) if words in text_of(one)), None)

    return await town.until(found)


async def test_the_first_click_is_done_and_then_a_tour_is_offered(town: Town) -> None:
    await town.poll("forum", a_fresh_post(source="forum", text=ANGRY))
    card = await town.card()
    await town.sam.click(card, ids.CLAIM)
    await town.card_says(f"<@{town.sam.id}> has this")

    offer = await says(town, town.sam, "Welcome to Vigie")
    assert buttons_of(offer) == ["Show me round", "Not now", "Never"]
    for page, title in enumerate(
        ["What an alert says", "Take it, answer", "Your Home", "Where help is"], start=1
    ):
        await town.sam.click(offer, ids.TOUR_NEXT)
        offer = await says(town, town.sam, title)
        assert f"Page {page} of 4" in text_of(offer)
    await town.sam.click(offer, ids.TOUR_NEXT)
    await says(town, town.sam, "That was the tour")

    assert len(direct_to(town, town.sam)) == 1, "one message, which was replaced"
    await town.asked(town.sam, "/vigie queue")
    assert len(direct_to(town, town.sam)) == 1


async def test_who_wants_none_is_not_asked_again_and_can_ask_for_it(town: Town) -> None:
    await town.asked(town.margot, "/vigie queue")
    offer = await says(town, town.margot, "Welcome to Vigie")
    await town.margot.click(offer, ids.TOUR_NEVER)
    await says(town, town.margot, "does not ask again")

    answer = await town.asked(town.margot, "/vigie tour")

    assert "Page 1 of 4" in text_of(answer)
    assert len(direct_to(town, town.margot)) == 1


async def test_a_french_speaker_is_shown_round_in_french(town: Town) -> None:
    await town.asked(town.camille, "/vigie file")
    offer = await says(town, town.camille, "Bienvenue dans Vigie")
    await town.camille.click(offer, ids.TOUR_NEXT)
    await says(town, town.camille, "Page 1 sur 4")
