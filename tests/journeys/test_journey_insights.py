"""What people ask for: proposed by itself, ranked, and as a file for who may have it."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.insights import Insight
from bot.services import proposing
from bot.slack import ids
from bot.standin import Message, Standin
from tests.builders import a_fresh_post
from tests.journeys.conftest import Town, bot_in, buttons_of, text_of
from tests.services.conftest import CONFIG, ScriptedSource

ASKED = (
    "Lumo, please add dark mode",
    "Lumo, give us a dark theme",
    "Lumo : il manque un mode nuit",
)
SETTINGS = (
    '[insights]\npeople = 3\n[[teams]]\nname = "App"\nchannel = "#general"\nthemes = ["dark"]'
)


@pytest.fixture
async def town(
    standin: Standin, places: dict[str, ScriptedSource], tmp_path: Path
) -> AsyncIterator[Town]:
    """A workspace in which three people who ask for the same raise a card."""
    margot = standin.person("Margot").id
    config = f'{CONFIG}\n{SETTINGS}\n[duty]\nmanager = "{margot}"'
    async with bot_in(standin, tmp_path / "data", places, config=config) as services:
        await standin.wait_for(lambda: standin.connected or None)
        town = Town(standin, services, places)
        await town.first_polls()
        yield town


async def asked_for(town: Town) -> Message:
    """Three people ask, and the card that Vigie raises of it."""
    posts = [
        a_fresh_post(source="forum", id=f"d{n}", text=text, author=f"@d{n}")
        for n, text in enumerate(ASKED)
    ]
    await town.poll("forum", *posts)
    records = town.services.records
    (timer,) = [
        kept for kept in await records.timers.find({}, "due") if kept.value.kind == "demand"
    ]
    look = await proposing.look(town.services, timer.value.subject, town.services.now())
    await records.commit([*look.writes, records.timers.remove(timer.value.id, timer.version)])
    town.services.wake.set()
    return await town.card_says("3 people in 1 day", "#general")


async def the_insights(town: Town) -> list[Insight]:
    return [kept.value for kept in await town.services.records.insights.find({}, "heard")]


async def test_what_three_people_ask_for_is_proposed_and_made_an_insight_by_a_click(
    town: Town,
) -> None:
    card = await asked_for(town)
    assert buttons_of(card)[:2] == ["Make it an insight", "Not an insight"]
    await town.camille.click(card, ids.INSIGHT_HEAR)
    await town.card_says("heard by", "#general")
    (insight,) = await the_insights(town)
    assert (insight.state, insight.people, insight.by) == ("heard", 3, town.camille.id)


async def test_what_somebody_says_is_none_stays_none(town: Town) -> None:
    await town.camille.click(await asked_for(town), ids.INSIGHT_DISMISS)
    await town.card_says("no insight, said", "#general")
    look = await proposing.look(town.services, "Lumo", town.services.now())
    assert not look.writes
    assert [one.state for one in await the_insights(town)] == ["dismissed"]


async def test_they_are_ranked_in_words_and_their_way_is_a_picture(town: Town) -> None:
    await town.camille.click(await asked_for(town), ids.INSIGHT_HEAR)
    await town.card_says("heard by", "#general")
    words = text_of(await town.asked(town.margot, "/vigie insights app 30d"))
    assert "What people ask of App, 30 days" in words
    assert "1 waits for a decision." in words
    assert "*3* people · 3 this week, 0 the week before" in words
    (file,) = (await _file_for(town)).files
    assert file["mimetype"] == "image/png"
    assert "heard: 1" in file["alt_txt"]


async def test_the_manager_has_them_as_a_file_and_nobody_else(town: Town) -> None:
    await asked_for(town)
    refused = text_of(await town.asked(town.camille, "/vigie demandes csv"))
    assert "réservé aux administrateurs de Vigie" in refused
    answer = text_of(await town.asked(town.margot, "/vigie insights csv"))
    assert "1 insight, in a file in your messages with Vigie." in answer
    (shown,) = (await _file_for(town)).files
    file = town.standin.world.uploads.get(shown["id"])
    assert file
    assert file.content
    (row,) = csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"), newline=""))
    assert (row["state"], row["people"], row["team"]) == ("proposed", "3", "App")


async def test_an_unknown_team_and_an_empty_time_are_said(town: Town) -> None:
    words = text_of(await town.asked(town.margot, "/vigie insights Nobody"))
    assert "There is no team “Nobody”. There are: App." in words
    words = text_of(await town.asked(town.margot, "/vigie insights"))
    assert "Nobody made an insight in this time" in words


async def _file_for(town: Town) -> Message:
    direct = town.standin.workspace.dm(town.margot.id).id

    def found() -> Message | None:
        messages = town.margot.messages(direct)
        return next((message for message in messages if message.files), None)

    return await town.until(found)
