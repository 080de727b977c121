"""Forms about conversations: opened in one moment, submitted in another, and shown in Home."""

from __future__ import annotations

import re

from msgspec.structs import replace

from bot.domain.judgements import Proposal
from bot.services import conversations
from bot.slack import ids
from bot.standin import Message, View
from tests.builders import a_fresh_post
from tests.journeys.conftest import Town, text_of

ANGRY = "This lumo lamp is terrible. I hate it, worst purchase ever."


async def an_alert(town: Town, **changes: object) -> Message:
    await town.poll("forum", a_fresh_post(source="forum", text=ANGRY, **changes))
    return await town.card()


def id_on(card: Message) -> str:
    found = re.search(r"`([0-9a-z]{6})`", text_of(card))
    assert found
    return found[1]


async def home_says(town: Town, words: str) -> View:
    """Margot's Home, once it holds these words."""

    def found() -> View | None:
        home = town.margot.home
        return home if home and words in str(home.blocks) else None

    return await town.until(found)


async def test_a_form_to_assign_takes_nothing_from_who_claimed_it_meanwhile(town: Town) -> None:
    card = await an_alert(town)
    await town.margot.click(card, ids.ASSIGN)
    await town.modal(town.margot)
    await town.sam.click(card, ids.CLAIM)
    await town.card_says(f"<@{town.sam.id}> has this")
    refused = await town.margot.submit({ids.ASSIGNEE: {ids.VALUE: town.camille.id}})
    assert "Sam Carter has it meanwhile" in refused.errors[ids.ASSIGNEE]
    await town.margot.close()
    await town.margot.click(await town.card(), ids.ASSIGN)
    await town.modal(town.margot)
    await town.margot.submit({ids.ASSIGNEE: {ids.VALUE: town.camille.id}})
    await town.card_says(f"<@{town.camille.id}> has this")


async def test_what_one_has_is_not_handed_over_to_oneself(town: Town) -> None:
    card = await an_alert(town)
    await town.margot.click(card, ids.CLAIM)
    card = await town.card_says("has this since")
    await town.margot.click(card, ids.ASSIGN)
    await town.modal(town.margot)
    refused = await town.margot.submit({ids.ASSIGNEE: {ids.VALUE: town.margot.id}})
    assert refused.errors[ids.ASSIGNEE] == "You already have this conversation."


async def test_a_bot_is_given_nothing(town: Town) -> None:
    card = await an_alert(town)
    await town.margot.click(card, ids.ASSIGN)
    await town.modal(town.margot)
    bot = next(one.id for one in town.standin.workspace.users.values() if one.is_bot)
    refused = await town.margot.submit({ids.ASSIGNEE: {ids.VALUE: bot}})
    assert "Choose a person" in refused.errors[ids.ASSIGNEE]


async def test_nothing_is_given_to_who_has_left(town: Town) -> None:
    card = await an_alert(town)
    users, left = town.standin.workspace.users, town.sam.id
    users[left] = replace(users[left], deleted=True)
    await town.margot.click(card, ids.ASSIGN)
    await town.modal(town.margot)
    refused = await town.margot.submit({ids.ASSIGNEE: {ids.VALUE: left}})
    assert "Sam Carter has left. Choose somebody else." in refused.errors[ids.ASSIGNEE]
    await town.margot.close()
    said = await town.asked(town.margot, f"/vigie assign {id_on(card)} @sam")
    assert "has left" in said.text


async def test_what_a_form_did_shows_in_home_at_once(town: Town) -> None:
    card = await an_alert(town)
    town.margot.open_home()
    home = await home_says(town, id_on(card))
    await town.margot.click(home, ids.CLAIM)
    home = await home_says(town, "Hand over…")
    await town.margot.click(home, ids.ASSIGN)
    await town.modal(town.margot)
    await town.margot.submit({ids.ASSIGNEE: {ids.VALUE: town.sam.id}})
    await home_says(town, "You have none. Claim one below")
    kept = await conversations.find(town.services, id_on(card))
    assert kept.value.assignee == town.sam.id


async def test_a_resolved_conversation_leaves_home_with_its_form(town: Town) -> None:
    card = await an_alert(town)
    await town.margot.click(card, ids.CLAIM)
    await town.card_says("has this since")
    town.margot.open_home()
    home = await home_says(town, "Resolve…")
    await town.margot.click(home, ids.RESOLVE)
    await town.modal(town.margot)
    await town.margot.submit({ids.NOTE: {ids.VALUE: "Refunded"}})
    await home_says(town, "You have none. Claim one below")


async def test_a_day_that_is_chosen_beside_another_moment_is_asked_about(town: Town) -> None:
    card = await an_alert(town)
    await town.margot.choose(card, ids.MORE, f"{ids.VERB_SNOOZE} {id_on(card)}")
    await town.modal(town.margot)
    refused = await town.margot.submit({ids.SNOOZE_DAY: {ids.VALUE: "2099-01-05"}})
    assert "leave this empty" in refused.errors[ids.SNOOZE_DAY]


async def test_an_admin_answers_what_is_proposed_in_home(town: Town) -> None:
    now = town.services.now()
    waiting = [
        Proposal(id=f"p{word}", watch="Lumo", at=now, exclude=word, query="lumo", right=9)
        for word in ("giveaway", "raffle")
    ]
    proposals = town.services.records.proposals
    await town.services.records.commit([proposals.put(one.id, one) for one in waiting])
    town.margot.open_home()
    home = await home_says(town, "leave out posts that say “raffle”")
    block = f"{ids.PROPOSAL_BLOCK}.praffle"
    await town.margot.click(home, ids.PROPOSAL_DECLINE, block_id=block)
    gone = await town.until(
        lambda: h if (h := town.margot.home) and "raffle" not in str(h.blocks) else None
    )
    assert "giveaway" in str(gone.blocks)
    await town.margot.click(gone, ids.PROPOSAL_APPLY)
    applied = await home_says(town, 'NOT "giveaway"')
    assert "No, thanks" not in str(applied.blocks)
    assert not town.services.watches.named("Lumo").query.matches("lumo giveaway")


async def test_who_administers_nothing_sees_no_proposal(town: Town) -> None:
    one = Proposal(id="p1", watch="Lumo", at=town.services.now(), exclude="raffle", query="lumo")
    await town.services.records.commit([town.services.records.proposals.put("p1", one)])
    town.sam.open_home()
    home = await town.until(lambda: town.sam.home)
    assert "raffle" not in str(home.blocks)
