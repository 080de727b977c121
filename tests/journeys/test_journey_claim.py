"""From a poll to a resolved conversation, by clicks."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

from bot.services.base import utc_now
from bot.slack import ids
from bot.slack.blocks.parts import actions, button
from bot.standin import Message
from tests.builders import a_fresh_post
from tests.journeys.conftest import Town, buttons_of, text_of

ANGRY = "My lumo: terrible, worst, hated it."


async def an_alert(town: Town, **changes: object) -> Message:
    await town.poll("forum", a_fresh_post(source="forum", text=ANGRY, **changes))
    return await town.card()


def id_on(card: Message) -> str:
    found = re.search(r"`([0-9a-z]{6})`", text_of(card))
    assert found
    return found[1]


async def test_a_complaint_becomes_a_card_that_says_why(town: Town) -> None:
    card = await an_alert(town)
    words = text_of(card)
    assert ANGRY in words
    assert "Negative post · Lumo" in words
    assert "terrible" in words
    assert "limit" in words
    assert "nobody has this yet" in words
    row = ["Claim", "Assign…", "Resolve…", "Not about us", "Not negative", "💡 Insight…"]
    assert buttons_of(card) == row


async def test_a_claim_is_shown_on_the_card_and_told_in_its_thread(town: Town) -> None:
    card = await an_alert(town)
    await town.camille.click(card, ids.CLAIM)
    card = await town.card_says(f"<@{town.camille.id}> has this")
    assert buttons_of(card)[0] == "Release"
    await town.until(lambda: town.thread(card) or None)
    assert town.thread(card) == ["Camille Roux claimed this."]
    assert town.camille.id not in "".join(town.thread(card)), "who acts is not pinged"


async def test_of_two_who_claim_at_once_one_wins_and_the_other_is_told_who(town: Town) -> None:
    card = await an_alert(town)
    await asyncio.gather(town.camille.click(card, ids.CLAIM), town.sam.click(card, ids.CLAIM))
    await town.card_says("has this since")
    [conversation] = await town.services.records.conversations.find({"state": "claimed"}, "opened")
    winner = conversation.value.assignee
    loser = town.sam if winner == town.camille.id else town.camille
    await town.told(loser, f"<@{winner}>")
    await town.until(lambda: town.thread(card) or None)
    assert len(town.thread(card)) == 1


async def test_a_conversation_is_assigned_to_a_person_picked_in_a_modal(town: Town) -> None:
    card = await an_alert(town)
    await town.margot.click(card, ids.ASSIGN)
    await town.modal(town.margot)
    submitted = await town.margot.submit({ids.ASSIGNEE: {ids.VALUE: town.sam.id}})
    assert submitted.result == "closed"
    await town.card_says(f"<@{town.sam.id}> has this")
    await town.until(lambda: town.thread(card) or None)
    assert town.thread(card) == [f"Margot Bell assigned this to <@{town.sam.id}>."]


async def test_an_assignment_to_nobody_is_refused_under_its_field(town: Town) -> None:
    card = await an_alert(town)
    await town.margot.click(card, ids.ASSIGN)
    await town.modal(town.margot)
    submitted = await town.margot.submit({})
    assert submitted.result == "errors"
    assert ids.ASSIGNEE in submitted.errors


async def test_it_is_resolved_with_a_note_that_is_text_and_no_markup(town: Town) -> None:
    card = await an_alert(town)
    await town.camille.click(card, ids.RESOLVE)
    await town.modal(town.camille)
    await town.camille.submit({ids.NOTE: {ids.VALUE: "refunded <!channel> & done"}})
    card = await town.card_says("resolved by")
    assert "refunded &lt;!channel&gt; &amp; done" in text_of(card)
    assert buttons_of(card) == ["Reopen", "💡 Insight…"]
    await town.until(lambda: town.thread(card) or None)
    assert town.thread(card) == ["Camille Roux resolved this: refunded &lt;!channel&gt; &amp; done"]


async def test_what_is_not_about_us_can_be_reopened(town: Town) -> None:
    card = await an_alert(town)
    await town.sam.click(card, ids.DISMISS)
    card = await town.card_says("not about us")
    await town.sam.click(card, ids.REOPEN)
    card = await town.card_says("nobody has this yet")
    assert buttons_of(card)[0] == "Claim"


async def test_a_muted_watch_says_so_and_says_nothing_more_until_it_is_unmuted(town: Town) -> None:
    card = await an_alert(town)
    await town.margot.choose(card, ids.MORE, f"{ids.VERB_MUTE} {id_on(card)}")
    await town.modal(town.margot)
    await town.margot.submit({ids.MUTE_FOR: {ids.VALUE: "4"}})
    card = await town.card_says("is muted until")
    await town.poll("forum", a_fresh_post(id="2", source="forum", text=f"{ANGRY} 2"))
    await town.margot.click(card, ids.UNMUTE)
    card = await town.until(
        lambda: next((c for c in town.cards() if "is muted" not in text_of(c)), None)
    )
    assert "Unmute watch" not in buttons_of(card)
    await town.until(lambda: len(town.thread(card)) == 2 or None)
    assert "1 alert was held" in town.thread(card)[1]
    assert len(town.cards()) == 1


async def test_hostile_text_is_shown_as_it_is_and_rings_nobody(town: Town) -> None:
    text = "lumo is terrible, hate it <!channel> <@U0BELL> *bold* <https://evil.example|click>"
    await town.poll(
        "forum", a_fresh_post(source="forum", text=text, author="<!here|x>", title="<!everyone>")
    )
    card = await town.card()
    quotes = [block for block in card.blocks if block["type"] == "rich_text"]
    assert text in str(quotes), "in rich text nothing is markup"
    rest = str([block for block in card.blocks if block["type"] != "rich_text"]) + card.text
    for mark in ("<!channel>", "<!here", "<!everyone>", "<@U0BELL>", "evil.example|"):
        assert mark not in rest


async def test_only_who_has_it_can_release_it(town: Town) -> None:
    card = await an_alert(town)
    await town.camille.click(card, ids.CLAIM)
    card = await town.card_says("has this since")
    await town.sam.click(card, ids.RELEASE)
    assert "only they can release it" in await town.told(town.sam, "release")
    await town.camille.click(card, ids.RELEASE)
    card = await town.card_says("nobody has this yet")
    assert buttons_of(card)[0] == "Claim"


async def test_a_form_whose_answer_came_too_late_says_so_under_its_field(town: Town) -> None:
    card = await an_alert(town)
    await town.margot.click(card, ids.ASSIGN)
    await town.modal(town.margot)
    await town.sam.click(card, ids.DISMISS)
    await town.card_says("not about us")
    refused = await town.margot.submit({ids.ASSIGNEE: {ids.VALUE: town.sam.id}})
    assert "Sam Carter already dismissed it" in refused.errors[ids.ASSIGNEE]
    await town.margot.close()
    await town.sam.click(await town.card(), ids.REOPEN)
    card = await town.card_says("nobody has this yet")
    await town.margot.click(card, ids.RESOLVE)
    await town.modal(town.margot)
    await town.sam.click(card, ids.DISMISS)
    await town.card_says("not about us")
    refused = await town.margot.submit({})
    assert "already dismissed" in refused.errors[ids.NOTE]


async def test_a_form_that_slack_did_not_open_in_time_asks_to_click_again(town: Town) -> None:
    card = await an_alert(town)
    town.standin.faults.error("views.open", "expired_trigger_id")
    await town.margot.click(card, ids.RESOLVE)
    assert "Please click again" in await town.told(town.margot, "click again")


async def test_a_button_of_an_older_vigie_keeps_nobody_waiting(town: Town) -> None:
    posted = await town.services.slack.client.chat_postMessage(
        channel="#care",
        text="old",
        blocks=[actions("old", [button("Snooze", "conversation_snooze", "c1")])],
    )
    old = next(m for m in town.standin.messages("#care") if m.ts == posted["ts"])
    await town.sam.click(old, "conversation_snooze")


async def test_an_event_that_is_delivered_twice_is_answered_once(town: Town) -> None:
    card = await an_alert(town)
    town.standin.faults.duplicate_events()
    town.camille.post("#care", "@vigie status", thread_ts=card.ts)
    await town.until(lambda: town.thread(card)[1:] or None)
    town.camille.post("#care", "@vigie watches", thread_ts=card.ts)
    await town.until(lambda: len(town.thread(card)) >= 4 or None)
    assert len(town.thread(card)) == 4, "two questions, two answers"


async def test_a_spike_is_a_card_with_its_figures_its_posts_and_a_way_to_claim_it(
    town: Town,
) -> None:
    hours = [utc_now().replace(microsecond=0) - timedelta(hours=n) for n in range(1, 150)]
    old = [a_fresh_post(id=f"q{n}", text="a lumo lamp", at=at) for n, at in enumerate(hours)]
    await town.forget_that_it_was_read("forum")
    await town.poll("forum", *old)
    now = utc_now().replace(microsecond=0)
    new = [
        a_fresh_post(id=f"s{n}", text=f"lumo dawn {n}", author=f"@a{n}", at=now) for n in range(25)
    ]
    await town.poll("forum", *new)
    card = await town.card(channel="#brand")
    words = text_of(card)
    assert "Spike · Lumo" in words
    assert "25 mentions between" in words
    assert "dawn" in words
    assert words.count("|open>") == 3
    assert buttons_of(card) == [
        "Claim",
        "Assign…",
        "Resolve…",
        "Not about us",
        "💡 Insight…",
    ]
    await town.sam.click(card, ids.CLAIM)
    await town.card_says(f"<@{town.sam.id}> has this", channel="#brand")
