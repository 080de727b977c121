"""What somebody asks for in a post: heard, accepted, planned, shipped, and answered back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.insights import Insight, State
from bot.services.base import utc_now
from bot.slack import ids
from bot.standin import Message, Standin
from tests.builders import a_fresh_post
from tests.journeys.conftest import Town, bot_in, buttons_of, text_of
from tests.services.conftest import CONFIG, ScriptedSource

ASKS = "My lumo: terrible, worst, hated it. Please add a dark mode to the lamp."


@pytest.fixture
async def town(
    standin: Standin, places: dict[str, ScriptedSource], tmp_path: Path
) -> AsyncIterator[Town]:
    """A workspace with a team for the lamp, of which Sam is the only member."""
    sam = standin.person("Sam").id
    team = f'[[teams]]\nname = "Lamp"\nchannel = "#general"\nmembers = ["{sam}"]\nthemes = ["lamp"]'
    async with bot_in(standin, tmp_path / "data", places, config=f"{CONFIG}\n{team}") as services:
        await standin.wait_for(lambda: standin.connected or None)
        town = Town(standin, services, places)
        await town.first_polls()
        yield town


async def heard(town: Town, number: int = 1) -> Message:
    """Camille makes an insight of a complaint; the card of the Lamp team."""
    await town.poll("forum", a_fresh_post(source="forum", id=f"p{number}", text=ASKS))
    await town.camille.click(await town.card(number), ids.INSIGHT_NEW)
    await town.modal(town.camille)
    await town.camille.submit(
        {
            ids.INSIGHT_TITLE: {ids.VALUE: "A dark <mode>"},
            ids.INSIGHT_KIND: {ids.VALUE: "wish"},
            ids.INSIGHT_THEME: {ids.VALUE: "lamp"},
        }
    )
    return await town.card(number, "#general")


async def the_insight(town: Town, state: State) -> Insight:
    found = await town.services.records.insights.find({"state": state}, "heard")
    assert len(found) == 1
    return found[0].value


async def test_a_complaint_becomes_an_insight_in_its_teams_channel(town: Town) -> None:
    card = await heard(town)

    words = text_of(card)
    assert "🔴 A dark <mode>" in words
    assert "for Lamp" in words
    assert "1 person in 1 day · 1 post" in words
    assert "Please add a dark mode" in words
    assert buttons_of(card) == [
        "Accept",
        "Decline…",
        "Planned",
        "Shipped",
        "Not an insight",
        "Change…",
    ]


async def test_from_heard_to_answered(town: Town) -> None:
    card = await heard(town)
    await town.sam.click(await town.card(), ids.CLAIM)
    await town.sam.click(card, ids.INSIGHT_ACCEPT)
    await town.sam.click(await town.card_says("accepted by", "#general"), ids.INSIGHT_PLAN)
    await town.sam.click(await town.card_says("planned by", "#general"), ids.INSIGHT_SHIP)
    await town.card_says("0 of 1 posts", "#general")
    direct = town.standin.workspace.dm(town.sam.id).id

    def asked() -> Message | None:
        messages = town.sam.messages(direct)
        return next((one for one in messages if "is shipped" in text_of(one)), None)

    word = await town.until(asked)
    assert "A dark &lt;mode&gt;" in text_of(word)
    assert "Please add a dark mode" in text_of(word)
    await town.sam.click(word, ids.INSIGHT_REPLIED)

    await town.card_says("🟢 A dark <mode>", "#general")
    await town.until(lambda: "✅ answered" in text_of(asked() or word) or None)
    insight = await the_insight(town, "answered")
    assert [change.deed for change in insight.changes] == [
        "hear", "accept", "plan", "ship", "answer",
    ]  # fmt: skip
    assert insight.replied == insight.asked == 1


async def test_whoever_is_not_of_the_team_is_told_that_it_decides(town: Town) -> None:
    card = await heard(town)

    await town.camille.click(card, ids.INSIGHT_ACCEPT)

    await town.told(town.camille, "qui en a la charge d’en décider\u00a0: Lamp", "#general")
    assert (await the_insight(town, "heard")).decided is None


async def test_it_is_declined_with_a_reason_that_whoever_heard_it_reads(town: Town) -> None:
    card = await heard(town)

    await town.sam.click(card, ids.INSIGHT_DECLINE)
    await town.modal(town.sam)
    await town.sam.submit({ids.INSIGHT_REASON: {ids.VALUE: "It eats the *battery*"}})

    card = await town.card_says("declined by", "#general")
    assert "It eats the *battery*" in text_of(card)
    assert buttons_of(card) == ["Reopen"]
    direct = town.standin.workspace.dm(town.camille.id).id
    words = await town.until(
        lambda: next((one.text for one in town.camille.messages(direct)), None)
    )
    assert "Sam Carter a refusé" in words, "Camille's Slack is in French"
    assert "It eats the" in words


async def test_of_two_who_decide_at_once_one_does(town: Town) -> None:
    card = await heard(town)

    await asyncio.gather(
        town.sam.click(card, ids.INSIGHT_ACCEPT), town.margot.click(card, ids.INSIGHT_ACCEPT)
    )

    await town.card_says("accepted by", "#general")
    insight = await the_insight(town, "accepted")
    loser = town.margot if insight.changes[-1].by == town.sam.id else town.sam
    await town.told(loser, "accepted already", "#general")


async def test_what_is_an_insight_already_is_named(town: Town) -> None:
    await heard(town)
    insight = await the_insight(town, "heard")

    await town.camille.click(await town.card(), ids.INSIGHT_NEW)

    await town.told(town.camille, f"C’est déjà un insight\u00a0: `/vigie insight {insight.id}`")


async def test_one_insight_is_shown_by_its_id(town: Town) -> None:
    await heard(town)
    insight = await the_insight(town, "heard")

    shown = await town.asked(town.margot, f"/vigie insight {insight.id.upper()}")
    assert "A dark <mode>" in text_of(shown)
    await town.margot.click(shown, ids.INSIGHT_ACCEPT)
    await town.told(town.margot, "accepted by", "#general")
    await town.card_says("accepted by", "#general")
    which = await town.asked(town.margot, "/vigie insight")
    assert "Which one?" in text_of(which) + which.text
    missing = await town.asked(town.margot, "/vigie insight nosuch")
    assert "There is no insight “nosuch”" in text_of(missing) + missing.text


async def test_any_message_can_be_made_an_insight(town: Town) -> None:
    said = town.sam.post("#general", "A customer on the phone wants a <lamp> that dims.")
    await town.margot.shortcut(ids.INSIGHT_SHORTCUT, message=said)
    await town.modal(town.margot)
    await town.margot.submit({ids.INSIGHT_THEME: {ids.VALUE: "lamp"}})

    card = await town.card(1, "#general")
    assert "A customer on the phone wants a <lamp> that dims." in text_of(card)
    insight = await the_insight(town, "heard")
    assert (insight.people, insight.posts, insight.watch) == (1, 1, "Lumo")
    await town.sam.click(card, ids.INSIGHT_SHIP)
    direct = town.standin.workspace.dm(town.margot.id).id
    asked = await town.until(lambda: next(iter(town.margot.messages(direct)), None))
    assert "a message in Slack" in text_of(asked)


async def test_the_message_of_an_alert_gives_its_post(town: Town) -> None:
    await town.poll("forum", a_fresh_post(source="forum", text=ASKS))
    await town.camille.shortcut(ids.INSIGHT_SHORTCUT, message=await town.card())
    view = await town.modal(town.camille)
    assert "Please add a dark mode" in str(view.blocks)


async def test_in_home_a_member_of_the_team_decides_what_waits(town: Town) -> None:
    await heard(town)
    town.sam.open_home()
    home = await town.until(lambda: town.sam.home)
    assert "Insights that wait for your decision" in str(home.blocks)
    insight = await the_insight(town, "heard")

    await town.sam.choose(home, ids.INSIGHT_MORE, f"{ids.INSIGHT_PLAN} {insight.id}")

    await town.card_says("planned by", "#general")
    await town.until(lambda: "wait for your decision" not in str(town.sam.home) or None)


async def test_its_card_moves_with_its_team_and_is_worked_there(town: Town) -> None:
    card = await heard(town)
    await town.sam.click(card, ids.INSIGHT_CHANGE)
    await town.modal(town.sam)
    await town.sam.submit(
        {
            ids.INSIGHT_TITLE: {ids.VALUE: "A night mode"},
            ids.INSIGHT_THEME: {ids.VALUE: "night"},
            ids.INSIGHT_TEAM: {ids.VALUE: "-"},
        }
    )

    moved = await town.card_says("A night mode", "#admin")
    await town.card_says("is shown in #admin now", "#general")
    await town.camille.click(moved, ids.INSIGHT_ACCEPT)
    await town.card_says("accepted by", "#admin")


async def test_what_a_spike_asks_for_is_an_insight_in_two_clicks(town: Town) -> None:
    now = utc_now().replace(microsecond=0)
    hours = [now - timedelta(hours=n) for n in range(1, 150)]
    old = [a_fresh_post(id=f"q{n}", text="a lumo lamp", at=at) for n, at in enumerate(hours)]
    await town.forget_that_it_was_read("forum")
    await town.poll("forum", *old)
    wish = "Lumo, please bring back the dawn light"
    asked = [a_fresh_post(id=f"s{n}", text=f"{wish} {n}", author=f"@a{n}") for n in range(25)]
    await town.poll("forum", *asked)

    await town.camille.click(await town.card(channel="#brand"), ids.INSIGHT_NEW)
    assert wish in str((await town.modal(town.camille)).blocks)
    await town.camille.submit()
    await town.card_says(wish, "#admin")
