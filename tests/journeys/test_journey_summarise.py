"""One conversation, or one thread in Slack, summed up for who asks."""

from __future__ import annotations

import json

from msgspec.structs import replace

from bot.config.summaries import SummariesConfig
from bot.engines.writer import ModelWriter
from bot.services.base import utc_now
from bot.slack import ids
from tests.builders import a_fresh_post
from tests.engines.models import PlayedModel, statements
from tests.journeys.conftest import Town, text_of
from tests.loopback import Serve


async def summed_up(town: Town, words: str) -> str:
    """What the window of Sam says, once it holds these words."""

    def found() -> str | None:
        view = town.sam.modal
        said = json.dumps(view.blocks, ensure_ascii=False) if view else ""
        return said if words in said else None

    return await town.until(found)


async def test_a_conversation_is_summed_up_from_its_id(town: Town) -> None:
    post = a_fresh_post(
        source="forum",
        text="My lumo lamp flashes all night, terrible. How do I stop it?",
        author="ada",
        url="https://forum.example/t/7",
    )
    await town.poll("forum", post)
    card = await town.card()
    await town.camille.click(card, ids.CLAIM)
    await town.until(lambda: town.thread(card) or None)
    [kept] = await town.services.records.conversations.find({}, "opened")
    answer = await town.asked(town.sam, f"/vigie summarise {kept.value.id}")
    words = text_of(answer)
    assert "How do I stop it?" in words
    assert "no answer" in words
    assert "https://forum.example/t/7" in words
    assert "claimed this." in words


async def test_without_an_id_it_is_said_how_to_ask(town: Town) -> None:
    assert "Which one?" in (await town.asked(town.sam, "/vigie sum up")).text


async def test_the_thread_of_a_message_is_summed_up_for_who_asks_alone(town: Town) -> None:
    root = town.camille.post("#care", "Who answers the @channel forum today?")
    town.margot.post("#care", "Let's answer with last week's text.", thread_ts=root.ts)
    town.camille.post("#care", "I'll do it by tomorrow", thread_ts=root.ts)
    await town.sam.shortcut(ids.SUMMARISE_SHORTCUT, root)
    said = await summed_up(town, "Decided")
    assert "Who answers the @\u200bchannel forum today?" in said, "it rings for nobody again"
    assert "answered by *Margot" in said
    assert "promised until" in said
    assert f"thread_ts={root.ts}" in said, "each point leads to its message"
    assert "<!channel" not in said
    assert not town.sam.ephemerals("#care")


async def test_the_thread_of_a_card_has_its_conversation_too(town: Town) -> None:
    post = a_fresh_post(source="forum", text="Horrible lumo lamp, I hate it. Refund me please")
    await town.poll("forum", post)
    card = await town.card()
    town.margot.post("#care", "Do we refund this one?", thread_ts=card.ts)
    await town.sam.shortcut(ids.SUMMARISE_SHORTCUT, card)
    said = await summed_up(town, "Do we refund this one?")
    assert "Refund me please" in said


async def test_a_mention_in_the_thread_sums_it_up_there(town: Town) -> None:
    root = town.camille.post("#care", "Is the fix out?")
    town.sam.post("#care", "@vigie summarise", thread_ts=root.ts)
    answer = await town.until(
        lambda: next(
            (m for m in town.standin.messages("#care") if m.by_bot and m.thread_ts == root.ts),
            None,
        )
    )
    assert "Is the fix out?" in text_of(answer)
    assert "no answer" in text_of(answer), "what is asked of Vigie answers nobody"


async def test_where_vigie_is_not_it_says_what_to_do(town: Town) -> None:
    said = town.sam.post("#general", "Anybody?")
    town.standin.workspace.leave("#general", "U0STANDINBOT")
    await town.sam.shortcut(ids.SUMMARISE_SHORTCUT, said)
    await summed_up(town, "/invite @Vigie")


async def test_a_summary_begins_with_a_models_words_until_it_lies(town: Town, serve: Serve) -> None:
    text = "My lumo lamp flashes since 2.4. How do I stop it?"
    await town.poll(
        "forum", a_fresh_post(source="forum", text=text, url="https://forum.example/t/7")
    )
    model = PlayedModel()
    summaries = SummariesConfig(url=await serve(model) + "/v1", model="small")
    writer = ModelWriter(summaries.url, "small", "openai", utc_now)
    config = replace(town.services.config, summaries=summaries)
    object.__setattr__(town.services, "writer", writer)
    object.__setattr__(town.services, "config", config)
    try:
        model.content = statements(("Somebody asks “How do I stop it?”.", ["p1"]))
        told = text_of(await town.asked(town.sam, "/vigie summary"))
        model.content = statements(("It flashes since version 2.4.", ["p1"]))
        lied = text_of(await town.asked(town.sam, "/vigie summary"))
    finally:
        await writer.close()
    assert "Somebody asks" in told
    assert "Worded by small" in told
    assert "a figure that is not Vigie’s" in lied
    assert "since version" not in lied
    assert "*1 mention*" in told
    assert "*1 mention*" in lied


async def test_a_button_beside_its_exchange_sums_a_conversation_up(town: Town) -> None:
    text = "Horrible lumo lamp, I hate it. Refund me please"
    await town.poll("forum", a_fresh_post(source="forum", text=text))
    await town.card()
    [kept] = await town.services.records.conversations.find({}, "opened")
    exchange = await town.asked(town.sam, f"/vigie show {kept.value.id}")
    await town.sam.click(exchange, ids.RECAP)
    assert "Nobody has it" in await summed_up(town, "Refund me please")
