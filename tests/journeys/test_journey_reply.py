"""An answer is drafted, approved and sent by hand; Vigie posts nothing outside Slack."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.drafts import Draft
from bot.slack import ids
from bot.standin import Message, Person, Standin, View
from tests.builders import a_fresh_post
from tests.journeys.conftest import Town, bot_in, buttons_of, text_of
from tests.services.conftest import CONFIG, ScriptedSource

ANGRY = "This lumo lamp is terrible. I hate it, I want a refund."

PHRASES = """
[[phrases]]
name = "Sorry"
language = "en"
text = "Hello {author}, we are sorry. {me}"
[[phrases]]
name = "Refund"
language = "en"
text = "We refund you at once."
about = ["refund"]
[[phrases]]
name = "Désolé"
language = "fr"
text = "Bonjour {author}"
"""


@pytest.fixture
async def town(
    standin: Standin, places: dict[str, ScriptedSource], tmp_path: Path
) -> AsyncIterator[Town]:
    async with bot_in(standin, tmp_path / "data", places, CONFIG + PHRASES) as services:
        await standin.wait_for(lambda: standin.connected or None)
        town = Town(standin, services, places)
        await town.first_polls()
        yield town


async def an_alert(town: Town, **changes: object) -> Message:
    await town.poll("forum", a_fresh_post(source="forum", text=ANGRY, **changes))
    return await town.card()


def id_on(card: Message) -> str:
    found = re.search(r"`([0-9a-z]{6})`", text_of(card))
    assert found
    return found[1]


async def drafting(town: Town, person: Person, card: Message) -> View:
    """The form, opened by the command."""
    await person.command(f"/vigie reply {id_on(card)}")
    return await town.modal(person)


def text_block(view: View) -> str:
    named = (str(block["block_id"]) for block in view.blocks)
    return next(id for id in named if id.startswith(ids.DRAFT_TEXT))


async def submitted(town: Town, person: Person, text: str, approver: str = "") -> None:
    view = await town.modal(person)
    values: dict[str, object] = {text_block(view): {ids.VALUE: text}}
    if approver:
        values[ids.APPROVER] = {ids.VALUE: approver}
    done = await person.submit(values)
    assert done.result == "closed", done.errors


async def direct(town: Town, person: Person, words: str) -> Message:
    """What Vigie said to one person directly, once it says this."""
    room = town.standin.workspace.dm(person.id).id

    def found() -> Message | None:
        said = [m for m in person.messages(room) if words in m.text + text_of(m)]
        return said[-1] if said else None

    return await town.until(found)


async def the_drafts(town: Town, card: Message) -> list[Draft]:
    found = await town.services.records.drafts.find({"conversation": id_on(card)}, "at")
    return [kept.value for kept in found]


async def none_left(town: Town, card: Message) -> None:
    """Return once nobody drafts: a form that is closed is acknowledged first."""
    for _ in range(1_000):
        if not await the_drafts(town, card):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("somebody drafts still")


async def test_the_form_quotes_the_post_and_offers_the_phrases_that_fit_it(town: Town) -> None:
    card = await an_alert(town)
    view = await drafting(town, town.sam, card)
    words = str(view.blocks)
    assert ANGRY in words
    assert words.index("Refund") < words.index("Sorry")
    assert "Désolé" not in words


async def test_a_chosen_phrase_is_filled_in_with_both_names(town: Town) -> None:
    card = await an_alert(town, author="@ada")
    view = await drafting(town, town.sam, card)
    before = text_block(view)
    await town.sam.choose(view, ids.DRAFT_PHRASE, "1")
    view = await town.until(
        lambda: v if (v := town.sam.modal) and text_block(v) != before else None
    )
    written = next(b for b in view.blocks if b["block_id"] == text_block(view))
    assert written["element"]["initial_value"].startswith("Hello @ada, we are sorry. Sam")


async def test_without_an_approver_the_text_comes_to_be_copied_and_is_sent_by_hand(
    town: Town,
) -> None:
    card = await an_alert(town)
    await drafting(town, town.sam, card)
    await submitted(town, town.sam, "We are <sorry> & we refund.")
    ready = await direct(town, town.sam, "never posts outside Slack")
    [copied] = [
        block["elements"][0]["elements"][0]["text"]
        for block in ready.blocks
        if block["type"] == "rich_text"
    ]
    assert copied == "We are <sorry> & we refund."
    await town.sam.click(ready, ids.DRAFT_SENT)
    await direct(town, town.sam, "You have sent this answer")
    kept = await town.services.records.conversations.get(id_on(card))
    assert kept
    assert (kept.value.state, kept.value.assignee) == ("replied", town.sam.id)
    [draft] = await the_drafts(town, card)
    assert (draft.state, draft.by) == ("sent", town.sam.id)


async def test_an_approved_answer_keeps_both_names_and_tells_them_in_the_thread(
    town: Town,
) -> None:
    card = await an_alert(town)
    await drafting(town, town.sam, card)
    await submitted(town, town.sam, "We refund you.", town.margot.id)
    asked = await direct(town, town.margot, "asks you to approve")
    assert "Sam" in asked.text
    assert "We refund you." in text_of(asked)
    assert ANGRY in text_of(asked)
    await town.margot.click(asked, ids.DRAFT_APPROVE)
    ready = await direct(town, town.sam, "Margot Bell approved your answer")
    assert "I have sent it" in buttons_of(ready)
    told = await town.until(lambda: [t for t in town.thread(card) if "drafted by" in t] or None)
    assert "Sam" in told[0]
    assert "Margot" in told[0]
    assert "<@" not in told[0]
    decided = await direct(town, town.margot, "You approved")
    assert buttons_of(decided) == []
    [draft] = await the_drafts(town, card)
    assert (draft.by, draft.approver, draft.state) == (town.sam.id, town.margot.id, "approved")


async def test_an_answer_is_sent_back_with_a_note_and_changed(town: Town) -> None:
    card = await an_alert(town)
    await drafting(town, town.sam, card)
    await submitted(town, town.sam, "Sorry about that.", town.margot.id)
    asked = await direct(town, town.margot, "asks you to approve")
    await town.margot.click(asked, ids.DRAFT_RETURN)
    await town.modal(town.margot)
    await town.margot.submit({ids.NOTE: {ids.VALUE: "Say how <we> refund"}})
    returned = await direct(town, town.sam, "sent your answer in")
    assert "Say how &lt;we&gt; refund" in text_of(returned)
    assert "Sorry about that." in text_of(returned)
    await town.sam.click(returned, ids.DRAFT)
    view = await town.modal(town.sam)
    written = next(b for b in view.blocks if b["block_id"] == text_block(view))
    assert written["element"]["initial_value"] == "Sorry about that."
    assert "You sent" in text_of(await direct(town, town.margot, "You sent"))


async def test_nobody_approves_their_own_answer(town: Town) -> None:
    card = await an_alert(town)
    view = await drafting(town, town.sam, card)
    refused = await town.sam.submit(
        {text_block(view): {ids.VALUE: "Sorry"}, ids.APPROVER: {ids.VALUE: town.sam.id}}
    )
    assert "their own" in refused.errors[ids.APPROVER]


async def test_two_who_draft_for_one_conversation_are_told_of_each_other(town: Town) -> None:
    card = await an_alert(town)
    await drafting(town, town.margot, card)
    view = await drafting(town, town.sam, card)
    assert "Margot Bell* has been drafting" in str(view.blocks)
    assert "as well" in (await direct(town, town.margot, "as well")).text


async def test_a_form_that_was_closed_is_no_draft_any_more(town: Town) -> None:
    card = await an_alert(town)
    await drafting(town, town.margot, card)
    await town.margot.close()
    await none_left(town, card)
    view = await drafting(town, town.sam, card)
    assert "has been drafting" not in str(view.blocks)


async def test_the_menu_of_a_card_opens_the_form_as_well(town: Town) -> None:
    said = town.sam.post("#general", "A lumo on fire: https://blog.example/lumo")
    await town.sam.shortcut(ids.TRACK_SHORTCUT, said)
    await town.modal(town.sam)
    await town.sam.submit({})
    card = await town.until(
        lambda: next((m for m in town.standin.messages("#general") if m.by_bot), None)
    )
    await town.camille.choose(card, ids.MORE, f"{ids.VERB_DRAFT} {id_on(card)}")
    view = await town.modal(town.camille)
    assert view.authored["callback_id"] == ids.DRAFT_VIEW
    assert "A lumo on fire" in str(view.blocks)


async def test_the_command_opens_the_form_and_leaves_a_button(town: Town) -> None:
    card = await an_alert(town)
    said = await town.asked(town.sam, f"/vigie reply {id_on(card)}")
    assert "Draft an answer…" in buttons_of(said)
    assert (await town.modal(town.sam)).authored["callback_id"] == ids.DRAFT_VIEW


async def test_a_conversation_that_is_closed_is_not_answered(town: Town) -> None:
    card = await an_alert(town)
    await town.margot.click(card, ids.DISMISS)
    await town.card_says("not about us")
    said = await town.asked(town.sam, f"/vigie reply {id_on(card)}")
    assert "Reopen it" in said.text
    assert town.sam.modal is None


async def test_what_is_typed_in_a_thread_goes_nowhere(town: Town) -> None:
    card = await an_alert(town)
    await drafting(town, town.sam, card)
    town.sam.post("#care", "We refund you. Publish this!", thread_ts=card.ts)
    await town.asked(town.margot, f"/vigie reply {id_on(card)}")
    [mine] = [draft for draft in await the_drafts(town, card) if draft.by == town.sam.id]
    assert mine.text == ""
    assert town.thread(card) == ["We refund you. Publish this!"]
