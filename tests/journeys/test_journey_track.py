"""A message with a link to a post becomes a conversation."""

from __future__ import annotations

import asyncio

from bot.slack import ids
from bot.standin import Message
from tests.builders import a_fresh_post
from tests.journeys.conftest import Town, buttons_of, text_of

LINK = "https://blog.example/lumo-review"


def replies(town: Town, message: Message, channel: str = "#general") -> list[Message]:
    """The bot's messages in the thread of a message."""
    return [m for m in town.standin.messages(channel) if m.by_bot and m.thread_ts == message.ts]


async def reply(town: Town, message: Message, number: int = 1) -> Message:
    """The bot's message with this number there, once it has come."""

    def found() -> Message | None:
        cards = replies(town, message)
        return cards[number - 1] if len(cards) >= number else None

    return await town.until(found)


async def tracked(town: Town, text: str = f"Seen this? A lumo lamp on fire {LINK}") -> Message:
    said = town.sam.post("#general", text)
    await town.sam.shortcut(ids.TRACK_SHORTCUT, said)
    await town.modal(town.sam)
    await town.sam.submit({ids.SEVERITY: {ids.VALUE: "high"}})
    return said


async def test_a_link_becomes_a_conversation_in_the_thread_where_it_was_found(town: Town) -> None:
    said = await tracked(town)
    card = await reply(town, said)
    words = text_of(card)
    assert "Tracked" in words
    assert "by Sam" in words
    assert "A lumo lamp on fire" in words
    assert town.sam.id not in words + card.text, "who acts is not pinged"
    assert buttons_of(card)[0] == "Claim"
    [kept] = await town.services.records.conversations.find({"state": "new"}, "opened")
    conversation = kept.value
    assert (conversation.url, conversation.source) == (LINK, "blog.example")
    assert (conversation.watch, conversation.severity) == ("Lumo", "high")
    assert conversation.due is not None
    [event] = await town.services.records.audit.find({"conversation": conversation.id}, "order")
    assert (event.value.deed, event.value.by) == ("track", town.sam.id)


async def test_its_card_is_drawn_again_and_its_notes_stand_in_the_same_thread(town: Town) -> None:
    said = await tracked(town)
    card = await reply(town, said)
    await town.camille.click(card, ids.CLAIM)
    await town.until(lambda: f"<@{town.camille.id}>" in text_of(replies(town, said)[0]) or None)
    note = await reply(town, said, 2)
    assert "Camille" in note.text


async def test_a_link_that_is_tracked_again_leads_to_the_same_conversation(town: Town) -> None:
    await tracked(town)
    again = town.camille.post("#care", "http://www.blog.example/lumo-review/?utm_source=x#c")
    await town.camille.shortcut(ids.TRACK_SHORTCUT, again)
    told = await town.told(town.camille, "A lumo lamp on fire")
    assert "<@" not in told, "nobody has it yet"
    assert await town.services.records.conversations.count({}, "opened") == 1


async def test_a_known_mention_is_tracked_without_a_question(town: Town) -> None:
    post = a_fresh_post(source="forum", text="a lumo lamp, so so", url="https://forum.example/t/7")
    await town.poll("forum", post)
    said = town.sam.post("#general", "what about https://forum.example/t/7/ ?")
    await town.sam.shortcut(ids.TRACK_SHORTCUT, said)
    card = await reply(town, said)
    assert town.sam.modal is None
    assert "a lumo lamp, so so" in text_of(card)
    [kept] = await town.services.records.conversations.find({}, "opened")
    [mention] = await town.services.records.mentions.find({"conversation": kept.value.id}, "at")
    assert mention.value.post.url == "https://forum.example/t/7"


async def test_of_several_links_the_form_asks_which(town: Town) -> None:
    said = town.sam.post("#general", f"lumo: https://a.example/1 or {LINK}")
    await town.sam.shortcut(ids.TRACK_SHORTCUT, said)
    view = await town.modal(town.sam)
    assert "blog.example" in str(view.blocks)
    await town.sam.submit({ids.LINK: {ids.VALUE: "1"}})
    await reply(town, said)
    [kept] = await town.services.records.conversations.find({}, "opened")
    assert kept.value.url == LINK


async def test_a_message_without_a_link_is_told_what_would_be_right(town: Town) -> None:
    said = town.sam.post("#general", "lumo is in the news")
    await town.sam.shortcut(ids.TRACK_SHORTCUT, said)
    assert "no link" in await town.told(town.sam, "no link", "#general")
    assert town.sam.modal is None


async def test_where_the_message_was_deleted_meanwhile_the_card_stands_by_itself(
    town: Town,
) -> None:
    said = town.sam.post("#general", f"a lumo on fire {LINK}")
    await town.sam.shortcut(ids.TRACK_SHORTCUT, said)
    await town.modal(town.sam)
    town.standin.world.delete(said)
    await town.sam.submit({})
    card = await town.card(channel="#general")
    await town.camille.click(card, ids.CLAIM)
    notes = await town.until(lambda: town.thread(card, "#general") or None)
    assert "Camille" in notes[0]


async def test_what_a_link_leads_to_is_never_asked_for(town: Town) -> None:
    asked: list[str] = []

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append("somebody came")
        writer.close()

    trap = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with trap:
        port = trap.sockets[0].getsockname()[1]
        said = await tracked(town, f"a lumo on fire http://127.0.0.1:{port}/admin")
        card = await reply(town, said)
        await town.camille.click(card, ids.CLAIM)
        await reply(town, said, 2)
        assert asked == []
