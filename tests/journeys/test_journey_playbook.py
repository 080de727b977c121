"""An alert offers its playbook; the team ticks its steps in the thread, and answers with its
words."""

from __future__ import annotations

import asyncio

from bot.slack import ids
from bot.standin import Message, Person, View
from tests.builders import a_fresh_post
from tests.journeys.conftest import Town, text_of

LEAK = "Lumo had a data breach: my data is on the web, terrible, awful, I hate this."


async def complained(town: Town, text: str = LEAK) -> Message:
    await town.poll("forum", a_fresh_post(source="forum", id="leak", text=text, author="ada"))
    return await town.card()


async def begun(town: Town) -> Message:
    """The checklist in the thread of a complaint, once Camille began it."""
    card = await complained(town)
    await town.camille.click(card, ids.PLAYBOOK_BEGIN)
    return await steps(town, "0 of 9")


async def tick(who: Person, checklist: Message, number: int) -> None:
    await who.click(checklist, ids.STEP_TICK, block_id=f"{ids.STEP_BLOCK}.{number}")


async def steps(town: Town, says: str) -> Message:
    def found() -> Message | None:
        return next(
            (m for m in town.standin.messages("#care") if m.thread_ts and says in text_of(m)), None
        )

    return await town.until(found)


async def test_an_alert_offers_the_playbook_that_fits_and_says_why(town: Town) -> None:
    card = text_of(await complained(town))

    assert "Playbook: Data leak* (9 steps)" in card
    assert "it fits: “data breach” and “my data”" in card


async def test_where_none_fits_plainly_none_is_offered(town: Town) -> None:
    card = text_of(await complained(town, "My Lumo came in the wrong colour. Terrible, awful."))

    assert "Playbook" not in card


async def test_who_did_a_step_and_when_is_shown_to_all(town: Town) -> None:
    checklist = await begun(town)

    await tick(town.camille, checklist, 0)

    done = text_of(await steps(town, "1 of 9"))
    assert "done by Camille" in done
    assert "1 of 9 steps done, in the thread" in text_of(await town.card_says("1 of 9"))


async def test_two_who_tick_at_once_lose_nothing(town: Town) -> None:
    checklist = await begun(town)

    await asyncio.gather(
        tick(town.camille, checklist, 0),
        tick(town.sam, checklist, 1),
        tick(town.margot, checklist, 1),
    )

    done = text_of(await steps(town, "2 of 9"))
    assert "done by Camille" in done
    late = town.sam if "done by Margot" in done else town.margot
    assert "ticked this step already" in await town.told(late, "ticked this step")


async def test_a_step_that_was_ticked_by_mistake_is_taken_back(town: Town) -> None:
    checklist = await begun(town)
    await tick(town.camille, checklist, 0)
    ticked = await steps(town, "1 of 9")

    await town.sam.click(ticked, ids.STEP_UNTICK)

    assert "Camille" not in text_of(await steps(town, "0 of 9"))


async def test_what_to_say_stands_beside_the_steps_and_in_the_form_for_an_answer(
    town: Town,
) -> None:
    checklist = await begun(town)

    await town.sam.click(checklist, ids.PLAYBOOK_PHRASES)
    window = await town.modal(town.sam)
    assert "please do not post personal data here" in str(window.blocks)
    assert "Do not say “no data was lost”" in str(window.blocks)
    await town.sam.click(window, ids.DRAFT)

    def form() -> View | None:
        view = town.sam.modal
        return view if view and view.id != window.id else None

    assert "Once it is known" in str((await town.until(form)).blocks)


async def test_playbooks_are_listed_and_read_by_who_asks(town: Town) -> None:
    listed = text_of(await town.asked(town.sam, "/vigie playbook"))
    assert "• *Product fault* (`product-fault`): Several customers report" in listed
    assert listed.count("•") == 8

    shown = text_of(await town.asked(town.sam, "/vigie fiche data leak"))
    assert "6. *Data protection officer*: Notify the supervisory authority" in shown
    assert "(within 3 days)" in shown
    assert "What not to do" in shown
