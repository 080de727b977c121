"""Mutes, why, duty and what nobody took, on the whole workspace, in both languages."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.services import rounds
from bot.services.base import utc_now
from bot.services.timers import set_timer
from bot.slack import ids
from bot.standin import Message, Person, Standin
from tests.builders import a_fresh_post
from tests.journeys.conftest import Town, bot_in, text_of
from tests.services.conftest import CONFIG, ScriptedSource

ANGRY = "This lumo lamp is terrible. I hate it, the worst fire hazard I ever saw."

TEAM = """
timezone = "Europe/Paris"
{config}
alarm = ["fire"]
[hours]
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
opens = 00:00:00
closes = 00:00:00
[[routes]]
name = "night watch"
channel = "#brand"
hours = "closed"
[[routes]]
name = "alarm"
channel = "#care"
severity = "high"
[duty]
people = ["{camille}"]
manager = "{margot}"
"""


@pytest.fixture
async def town(
    standin: Standin, places: dict[str, ScriptedSource], tmp_path: Path
) -> AsyncIterator[Town]:
    """A town with a rota (Camille, then Margot), two routes, and a word of alarm."""
    camille, margot = standin.person("Camille").id, standin.person("Margot").id
    config = TEAM.format(config=CONFIG, camille=camille, margot=margot)
    async with bot_in(standin, tmp_path / "data", places, config) as services:
        await standin.wait_for(lambda: standin.connected or None)
        town = Town(standin, services, places)
        await town.first_polls()
        yield town


async def an_alert(town: Town, **changes: object) -> tuple[Message, str]:
    await town.poll("forum", a_fresh_post(source="forum", text=ANGRY, **changes))
    card = await town.card()
    found = re.search(r"`([0-9a-z]{6})`", text_of(card))
    assert found
    return card, found[1]


async def ask(town: Town, line: str, person: Person | None = None) -> str:
    answer = await town.asked(person or town.margot, line)
    return answer.text + text_of(answer)


async def direct(town: Town, person: Person, words: str) -> Message:
    """What Vigie said to one person directly, once it says this."""
    room = town.standin.workspace.dm(person.id).id

    def found() -> Message | None:
        said = [m for m in person.messages(room) if words in m.text + text_of(m)]
        return said[-1] if said else None

    return await town.until(found)


async def time_is_up(town: Town, step: str) -> None:
    """Nobody claimed the alert for as long as that is waited for."""
    alert = (await town.services.records.alerts.find({"watch": "Lumo"}, "raised"))[0].value
    timer = set_timer(town.services, "escalate", f"{step} {alert.id}", town.services.now())
    await town.services.records.commit([timer])
    await rounds.make(town.services)


async def test_mutes_are_set_listed_and_lifted_by_words_number_and_button(town: Town) -> None:
    assert "posts by @ada" in await ask(town, "/vigie mute author @ada 1w")
    assert "spikes of Lumo" in await ask(town, "/vigie mute lumo spikes 2h")
    assert "posts that say “crypto scam”" in await ask(town, '/vigie mute word "crypto scam" 1d')
    listed = await ask(town, "/vigie mutes")
    assert "*3* mutes hold" in listed
    assert f"<@{town.margot.id}>" in listed
    assert "No longer muted: posts by @ada" in await ask(town, "/vigie unmute 1")
    assert "No longer muted: spikes of Lumo" in await ask(town, "/vigie unmute lumo spikes")
    answer = await town.asked(town.sam, "/vigie mutes")
    await town.sam.click(answer, ids.LIFT)
    words = await town.told(town.sam, "Nothing is muted", "#general")
    assert "Ended within a day" in words


async def test_mutes_are_spoken_of_in_french(town: Town) -> None:
    camille = town.camille
    assert "@ada" in await ask(town, "/vigie silence auteur @ada 2 jours", camille)
    assert "@ada" in await ask(town, "/vigie silences", camille)
    assert "@ada" in await ask(town, "/vigie rétablir auteur @ada", camille)


async def test_a_member_of_the_workspace_who_is_named_as_an_author_is_one(town: Town) -> None:
    assert "posts by @" in await ask(town, "/vigie mute author @sam 1d")
    assert f"<@{town.sam.id}>" not in await ask(town, "/vigie mutes")


async def test_what_a_mute_held_back_is_counted_and_not_told(town: Town) -> None:
    await ask(town, "/vigie mute author @loud 1d")
    await town.poll("forum", a_fresh_post(source="forum", text=ANGRY, author="@loud"))
    assert "1 alert held back" in await ask(town, "/vigie mutes")
    assert town.cards() == []
    [kept] = await town.services.records.conversations.find({"state": "new"}, "opened")
    words = await ask(town, f"/vigie why {kept.value.id}")
    assert f"<@{town.margot.id}> had muted posts by @loud until" in words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/vigie mute", "What is to be held back, and for how long?"),
        ("/vigie mute 4h", "What is to be held back for 4 hours?"),
        ("/vigie mute Lumo 0h", "“0h” is no length of time"),
        ("/vigie mute Lumo 99x", "“99x” is no length of time"),
        ("/vigie mute Limo 1h", "There is no watch “Limo”"),
        ("/vigie unmute Lumo", "That is not muted"),
        ("/vigie unmute 7", "That is not muted"),
        ("/vigie unmute", "Nothing is muted"),
        ("/vigie why", "Why what?"),
        ("/vigie why zzzzzz", "There is no conversation “zzzzzz”"),
    ],
)
async def test_clumsy_words_are_answered(town: Town, line: str, words: str) -> None:
    assert words in await ask(town, line)


async def test_a_word_is_muted_from_the_menu_of_a_card(town: Town) -> None:
    card, id = await an_alert(town)
    await town.sam.choose(card, ids.MORE, f"{ids.VERB_MUTE} {id}")
    await town.modal(town.sam)
    which, word = {ids.VALUE: "word"}, {ids.VALUE: "hazard"}
    wrong = await town.sam.submit({ids.MUTE_WHICH: which})
    assert ids.MUTE_WORD in wrong.errors
    done = await town.sam.submit({ids.MUTE_WHICH: which, ids.MUTE_WORD: word})
    assert done.result == "closed"
    note = await town.until(lambda: next(iter(town.thread(card)), None))
    assert "muted posts about Lumo that say “hazard” until" in note
    assert "posts about Lumo that say “hazard”" in await ask(town, "/vigie mutes")


async def test_why_tells_the_route_the_grounds_and_the_words(town: Town) -> None:
    _, id = await an_alert(town)
    words = await ask(town, f"/vigie why {id.upper()}")
    assert "The route *alarm* sends it to #care." in words
    assert "*night watch* does not fit: it is for the hours that the team does not work" in words
    assert "“fire” is a word of alarm" in words
    assert "at or below the watch’s limit of −0.50" in words
    assert "What weighed most" in words


async def test_why_is_told_in_a_window_from_the_menu_and_in_french(town: Town) -> None:
    card, id = await an_alert(town)
    await town.camille.choose(card, ids.MORE, f"{ids.VERB_WHY} {id}")
    view = await town.modal(town.camille)
    assert "alarm" in str(view.blocks)
    assert "−0,50" in str(view.blocks), "figures are written as she expects them"
    assert "−0,50" in await ask(town, f"/vigie pourquoi {id}", town.camille)


async def test_who_is_on_duty_is_asked_in_both_languages(town: Town) -> None:
    assert f"<@{town.camille.id}>" in await ask(town, "/vigie duty", town.sam)
    words = await ask(town, "/vigie astreinte", town.camille)
    assert f"<@{town.camille.id}>" in words
    assert f"<@{town.margot.id}>" in words


async def test_what_nobody_takes_is_brought_to_the_person_on_duty_who_takes_it(town: Town) -> None:
    card, id = await an_alert(town)
    await time_is_up(town, "duty")
    called = await direct(town, town.camille, f"`{id}`")
    assert "/archives/" in called.text, "it leads to the alert"
    assert ANGRY[:20] in text_of(called)
    await town.until(
        lambda: next((t for t in town.thread(card) if f"<@{town.camille.id}>" in t), None)
    )
    await town.camille.click(called, ids.CLAIM)
    await town.card_says(f"<@{town.camille.id}> has this")
    again = await direct(town, town.camille, f"<@{town.camille.id}>")
    assert ids.CLAIM not in str(again.blocks), "its button is not left behind"
    await time_is_up(town, "manager")
    assert not town.margot.messages(town.standin.workspace.dm(town.margot.id).id)


async def test_a_claim_from_a_call_that_comes_too_late_is_answered_politely(town: Town) -> None:
    _, id = await an_alert(town)
    await time_is_up(town, "duty")
    called = await direct(town, town.camille, f"`{id}`")
    await town.asked(town.sam, f"/vigie claim {id}")
    await town.camille.click(called, ids.CLAIM)
    again = await direct(town, town.camille, f"<@{town.sam.id}>")
    assert ids.CLAIM not in str(again.blocks)


async def test_what_is_not_taken_then_is_brought_to_the_manager(town: Town) -> None:
    _, id = await an_alert(town)
    await time_is_up(town, "duty")
    await direct(town, town.camille, f"`{id}`")
    [timer] = [
        kept.value
        for kept in await town.services.records.timers.find({}, "due")
        if kept.value.kind == "escalate"
    ]
    assert timer.due - utc_now() <= timedelta(minutes=15)
    await time_is_up(town, "manager")
    assert "Nobody has taken this" in (await direct(town, town.margot, f"`{id}`")).text
