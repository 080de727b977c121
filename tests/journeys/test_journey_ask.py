"""What is typed after /vigie, and what comes back."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.errors import StoreReadOnly
from bot.services import conversations, lookout
from bot.services.base import utc_now
from bot.slack.blocks.parts import Card
from bot.standin import Message
from handlers import asked
from handlers.asked.question import Question
from tests.builders import a_fresh_post
from tests.journeys.conftest import Town, text_of

ANGRY = "My lumo: terrible, worst, hated it."


async def an_alert(town: Town, **changes: object) -> tuple[Message, str]:
    await town.poll("forum", a_fresh_post(source="forum", text=ANGRY, at=now(), **changes))
    card = await town.card()
    [found] = await town.services.records.conversations.find({"state": "new"}, "opened")
    return card, found.value.id


def now() -> object:
    return utc_now().replace(microsecond=0)


async def ask(town: Town, line: str) -> str:
    answer = await town.asked(town.margot, line)
    return answer.text + " " + text_of(answer)


@pytest.mark.parametrize("line", ["/vigie", "/vigie help", "/vigie  HELP "])
async def test_help_lists_every_command(town: Town, line: str) -> None:
    words = await ask(town, line)
    for command in (
        "summary",
        "queue",
        "claim ID",
        "assign ID @user",
        "show ID",
        "resolve ID",
        "status",
    ):
        assert command in words


async def test_an_answer_that_slack_does_not_take_comes_in_plain_words(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, twins = asked.ANSWERS["queue"], {"block_id": "one of two"}

    async def answer_of_twins(question: Question) -> Card:
        card = await answer(question)
        return Card(card.text, tuple({**block, **twins} for block in 2 * card.blocks))

    monkeypatch.setitem(asked.ANSWERS, "queue", answer_of_twins)
    said = await town.asked(town.margot, "/vigie queue")
    assert said.text
    assert not said.blocks


async def test_help_begins_with_what_concerns_who_asks(town: Town) -> None:
    assert "Nothing waits" in await ask(town, "/vigie help")
    _, id = await an_alert(town)
    assert "*1* conversation waits" in await ask(town, "/vigie help")
    await ask(town, f"/vigie claim {id}")
    assert "You have *1* open" in await ask(town, "/vigie help")


async def test_an_unknown_word_gets_the_nearest_command(town: Town) -> None:
    assert "Did you mean `/vigie summary`?" in await ask(town, "/vigie sumary")
    assert "`/vigie help`" in await ask(town, "/vigie <!channel>")


async def test_claim_assign_and_resolve_by_id(town: Town) -> None:
    _, id = await an_alert(town)
    assert "is yours" in await ask(town, f"/vigie claim {id.upper()}")
    await town.card_says(f"<@{town.margot.id}> has this")
    assert f"<@{town.sam.id}>" in await ask(town, f"/vigie assign {id} @sam")
    await town.card_says(f"<@{town.sam.id}> has this")
    assert "is resolved" in await ask(town, f"/vigie resolve {id} sent a new one & said sorry")
    card = await town.card_says("resolved by")
    assert "sent a new one &amp; said sorry" in text_of(card)


async def test_several_are_claimed_and_resolved_in_one_line(town: Town) -> None:
    await town.poll(
        "forum",
        *(a_fresh_post(source="forum", id=f"p{n}", text=f"{ANGRY} {n}") for n in range(2)),
    )
    await town.card()
    kept = await town.services.records.conversations.find({"state": "new"}, "opened")
    one, other = (each.value.id for each in kept)
    said = await ask(town, f"/vigie claim {one}, {other}")
    assert f"`{one}` is yours" in said
    assert f"`{other}` is yours" in said
    said = await ask(town, f"/vigie resolve {one} {other} refunded both")
    assert f"`{one}` is resolved" in said
    assert f"`{other}` is resolved" in said
    found = await conversations.find(town.services, other)
    assert (found.value.state, found.value.note) == ("resolved", "refunded both")


async def test_a_claim_that_comes_second_is_told_who_has_it(town: Town) -> None:
    _, id = await an_alert(town)
    await town.asked(town.sam, f"/vigie claim {id}")
    assert f"<@{town.sam.id}> already has this" in await ask(town, f"/vigie claim {id}")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/vigie claim zzzzzz", "There is no conversation “zzzzzz”"),
        ("/vigie claim", "Which one?"),
        ("/vigie assign abc", "and to whom?"),
        ("/vigie assign abc @nobody-here", "nobody called"),
        ("/vigie resolve", "Which one?"),
        ("/vigie summary Limo", "There is no watch “Limo”. There are: Lumo."),
        ('/vigie summary "Limo"', "There is no watch “Limo”. There are: Lumo."),
        ('/vigie summary "Lumo" 2 days', "the last 48 hours"),
        ("/vigie résumé « Lumo » 3 jours", "Lumo · in 3 days"),
        ("/vigie summary Lumo 99x", "“99x” is no length of time: 30m, 24h, 7d and 2w are."),
        ("/vigie summary 0h", "“0h” is no length of time"),
        ('/vigie queue "Lumo"', "Queue · Lumo"),
        ('/vigie precision "Lumo"', "How right"),
        ("/vigie claim abc123 @sam", "To give it to somebody"),
        ("/vigie assign abc123 @sam and @camille", "A conversation has one person"),
        ("/vigie assign @sam abc123 @camille", "A conversation has one person"),
        ("/vigie assign all mine @me", "Those are yours already."),
        ("/vigie assign all @vigie", "Choose a person"),
        ("/vigie mute", "What is to be held back, and for how long?"),
        ("/vigie mute 4h", "What is to be held back for 4 hours?"),
        ("/vigie mute 0h", "“0h” is no length of time"),
        ("/vigie mute Lumo 99x", "“99x” is no length of time"),
        ("/vigie mute Limo", "There is no watch “Limo”. There are: Lumo."),
    ],
)
async def test_a_wrong_input_is_told_what_is_wrong(town: Town, line: str, words: str) -> None:
    assert words in await ask(town, line)


async def test_the_queue_shows_who_has_what(town: Town) -> None:
    assert "empty" in await ask(town, "/vigie queue")
    _, id = await an_alert(town)
    words = await ask(town, "/vigie queue")
    assert f"`{id}`" in words
    assert "nobody yet" in words
    await town.asked(town.sam, f"/vigie claim {id}")
    assert f"`{id}`" in await ask(town, "/vigie queue @sam")
    assert "empty" in await ask(town, "/vigie queue @me")


async def test_a_claim_in_the_queue_redraws_the_queue(town: Town) -> None:
    await an_alert(town)
    answer = await town.asked(town.sam, "/vigie queue")
    await town.sam.click(answer, "conversation_claim")
    await town.until(
        lambda: next(
            (m for m in town.sam.ephemerals("#general") if f"<@{town.sam.id}> ·" in text_of(m)),
            None,
        )
    )
    assert len(town.sam.ephemerals("#general")) == 1


async def test_a_summary_counts_and_quotes_what_was_said(town: Town) -> None:
    posts = [
        a_fresh_post(
            id=f"b{n}",
            source="forum",
            text=f"The lumo battery is empty after one night, battery number {n} <!here>",
            author=f"@reader{n}",
            at=utc_now().replace(microsecond=0) - timedelta(hours=1),
        )
        for n in range(6)
    ]
    await town.poll("forum", *posts)
    _, id = await an_alert(town)
    words = await ask(town, "/vigie summary lumo 24h")
    assert "*7 mentions*" in words
    assert "battery" in words
    assert "*1 unanswered*" in words
    assert id in words
    assert "learning" in words
    answer = await town.asked(town.margot, "/vigie summary")
    assert "<!here>" not in str([b for b in answer.blocks if b["type"] != "rich_text"])


async def test_watches_and_status_say_how_vigie_is(town: Town) -> None:
    assert "#care" in await ask(town, "/vigie watches")
    words = await ask(town, "/vigie status")
    assert "All is well" in words
    assert "forum: read" in words
    assert "unknown" in words, "it says which languages it cannot read"


async def test_mute_and_unmute_by_name(town: Town) -> None:
    assert "Muted until" in await ask(town, "/vigie mute lumo 2h")
    assert "muted until" in await ask(town, "/vigie watches")
    assert "No longer muted: all alerts about Lumo" in await ask(town, "/vigie unmute Lumo")
    assert "That is not muted" in await ask(town, "/vigie unmute Lumo")


async def test_a_mention_in_a_thread_is_answered_there(town: Town) -> None:
    card, id = await an_alert(town)
    bot = town.standin.workspace.user("vigie")
    assert bot is not None
    town.sam.post("#care", f"@vigie claim {id}", thread_ts=card.ts)
    await town.until(lambda: any("is yours" in text for text in town.thread(card)) or None)
    await town.card_says(f"<@{town.sam.id}> has this")


async def test_home_shows_mine_and_what_nobody_has(town: Town) -> None:
    _, id = await an_alert(town)
    town.sam.open_home()
    home = await town.until(lambda: town.sam.home)
    assert id in str(home.blocks)
    await town.sam.click(home, "conversation_claim")
    await town.until(
        lambda: ("Resolve" in str(town.sam.home.blocks) if town.sam.home else False) or None
    )


async def test_the_shortcut_opens_the_queue(town: Town) -> None:
    _, id = await an_alert(town)
    await town.sam.shortcut("vigie_queue")
    modal = await town.modal(town.sam)
    assert id in str(modal.blocks)
    await town.sam.click(modal, "conversation_claim")
    await town.until(
        lambda: (town.sam.id in str(town.sam.modal.blocks) if town.sam.modal else False) or None
    )


async def test_a_store_that_refuses_is_told_to_who_asked_and_to_who_clicked(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, id = await an_alert(town)

    async def full(writes: object) -> None:
        raise StoreReadOnly("the disk is full")

    monkeypatch.setattr(town.services.records, "commit", full)
    assert "could not do that just now" in await ask(town, f"/vigie claim {id}")
    await town.sam.click(card, "conversation_claim")
    assert "could not do that just now" in await town.told(town.sam, "could not")


async def test_a_fault_of_our_own_is_told_to_who_asked(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fall(services: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(lookout, "status", fall)
    assert "Something went wrong" in await ask(town, "/vigie status")


async def test_of_many_who_act_at_once_nobody_is_left_without_an_answer(town: Town) -> None:
    _, id = await an_alert(town)
    deeds = [conversations.assign(town.services, id, town.margot.id, f"U{n}") for n in range(20)]
    await asyncio.gather(*deeds)
    events = await conversations.history(town.services, id)
    assert {event.to for event in events} == {f"U{n}" for n in range(20)}


async def test_what_was_not_flagged_can_be_claimed_by_the_id_that_it_would_have(
    town: Town,
) -> None:
    await town.poll("forum", a_fresh_post(source="forum", text="Is the lumo app down?", at=now()))
    [mention] = await town.services.records.mentions.find({"watch": "Lumo"}, "at")
    assert "is yours" in await ask(town, f"/vigie claim {mention.value.conversation}")
    assert "Is the lumo app down?" in await ask(town, "/vigie queue me")


async def test_an_id_in_backticks_is_an_id_and_a_bot_is_no_person(town: Town) -> None:
    _, id = await an_alert(town)
    assert "Choose a person" in await ask(town, f"/vigie assign {id} @vigie")
    assert "is yours" in await ask(town, f"/vigie claim `{id}`")
