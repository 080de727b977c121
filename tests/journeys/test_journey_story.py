"""A story of negative posts, by clicks: all of it shown, all of it taken, in one message."""

from __future__ import annotations

import asyncio

from bot.slack import ids
from bot.standin import Message
from tests.builders import a_fresh_post
from tests.journeys.conftest import Town, text_of

ANGRY = "Terrible lumo lamp, worst, hated it"


async def a_story(town: Town, posts: int = 5) -> Message:
    """One message of several complaints; so few that they are no spike."""
    await town.poll(
        "forum",
        *(
            a_fresh_post(id=f"{n}", source="forum", text=f"{ANGRY}, {n}.", author=f"@a{n}")
            for n in range(posts)
        ),
    )
    return await town.card()


async def test_several_complaints_are_one_message_with_the_worst_three(town: Town) -> None:
    card = await a_story(town)
    words = text_of(card)
    assert "🔴 5 negative posts · Lumo" in words
    assert sum(f"{ANGRY}, {n}." in words for n in range(5)) == 3
    assert "And 2 more…" in words
    assert len(town.cards()) == 1


async def test_a_complaint_of_the_story_is_claimed_by_its_own_button(town: Town) -> None:
    card = await a_story(town)
    rows = [block for block in card.blocks if str(block["block_id"]).startswith("story.")]
    await town.camille.click(card, ids.CLAIM, block_id=rows[1]["block_id"])
    card = await town.card_says(f"<@{town.camille.id}> has this")
    claimed = next(c for c in rows[1]["elements"] if c["action_id"] == ids.CLAIM)["value"]
    [kept] = await town.services.records.conversations.find({"state": "claimed"}, "opened")
    assert kept.value.id == claimed
    again = [b["block_id"] for b in card.blocks if str(b["block_id"]).startswith("story.")]
    assert again == [row["block_id"] for row in rows], "everything stays in its place"


async def test_all_of_a_story_is_shown_in_a_modal_that_follows_what_is_done(town: Town) -> None:
    card = await a_story(town)
    await town.sam.click(card, ids.STORY_ALL)
    modal = await town.modal(town.sam)
    shown = str(modal.blocks)
    assert all(f"{ANGRY}, {n}." in shown for n in range(5))
    await town.sam.click(modal, ids.CLAIM, block_id=modal.blocks[4]["block_id"])

    def follows() -> bool | None:
        view = town.sam.modal
        return (view is not None and f"<@{town.sam.id}>" in str(view.blocks)) or None

    await town.until(follows)


async def test_all_that_waits_is_taken_by_one_click_and_told_in_one_line(town: Town) -> None:
    card = await a_story(town)
    await town.sam.click(card, ids.STORY_CLAIM)
    card = await town.card_says("🟠 5 negative posts")
    await town.until(lambda: town.thread(card) or None)
    assert town.thread(card) == ["Sam Carter claimed 5 conversations."]
    queue = await town.services.records.conversations.find({"state": "claimed"}, "opened")
    assert {kept.value.assignee for kept in queue} == {town.sam.id}


async def test_of_two_who_take_it_all_at_once_one_does_and_the_other_is_told(town: Town) -> None:
    card = await a_story(town, posts=4)
    await asyncio.gather(*(who.click(card, ids.STORY_CLAIM) for who in (town.sam, town.margot)))
    async with asyncio.timeout(10):
        while not (  # noqa: ASYNC110 (a store tells nobody)
            queue := await town.services.records.conversations.find({"state": "claimed"}, "opened")
        ):
            await asyncio.sleep(0.02)
    [winner] = {kept.value.assignee for kept in queue}
    loser = town.margot if winner == town.sam.id else town.sam
    await town.told(loser, "Somebody has each of these conversations already.")
    await town.until(lambda: town.thread(card) or None)
    assert len(town.thread(card)) == 1
