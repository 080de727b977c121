"""Links that become conversations: one each, whoever tracks them, whenever, and in any spelling."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.links import canonical
from bot.domain.outbox import Delivery
from bot.errors import UnknownWatch
from bot.services import tracking
from bot.services.base import Services
from bot.services.tracking import Find
from tests.builders import a_mention, a_post

LINK = "https://blog.example/lumo"


def a_find(url: str = LINK, words: str = "Un lumo est en panne, encore une fois") -> Find:
    return Find(url=url, words=words, channel="C0GENERAL", channel_name="general", thread="1.2")


async def said(services: Services) -> list[Delivery]:
    found = await services.records.outbox.find({"state": "waiting"}, "order")
    return [kept.value for kept in found]


async def test_what_is_known_of_a_link_is_what_the_message_says(services: Services) -> None:
    tracked = await tracking.track(services, a_find(), "U0SAM", "lumo", "critical")
    conversation = tracked.conversation
    assert tracked.is_new
    assert conversation.title == "“Un lumo est en panne, encore une fois” blog.example"
    assert (conversation.watch, conversation.language) == ("Lumo", "fr")
    assert (conversation.source, conversation.url) == ("blog.example", LINK)
    assert conversation.due is not None


async def test_a_link_at_a_place_that_is_polled_has_its_source(services: Services) -> None:
    find = a_find("https://www.lumen.example/@ada/9")
    tracked = await tracking.track(services, find, "U0SAM", "Lumo")
    assert tracked.conversation.source == "lumen.social"


async def test_where_vigie_cannot_write_the_watchs_channel_has_the_card(services: Services) -> None:
    await tracking.track(services, a_find(), "U0SAM", "Lumo")
    [card] = [delivery for delivery in await said(services) if delivery.kind == "alert"]
    assert card.channel == "#care"
    alert = await services.records.alerts.get(card.alert)
    assert alert
    assert (alert.value.kind, alert.value.reason.thread) == ("tracked", "")  # type: ignore[union-attr]


async def test_many_who_track_a_link_at_once_open_one_conversation(services: Services) -> None:
    found = await asyncio.gather(
        *(tracking.track(services, a_find(), f"U{n}", "Lumo") for n in range(5))
    )
    assert len({one.conversation.id for one in found}) == 1
    assert [one.is_new for one in found].count(True) == 1
    assert len([one for one in await said(services) if one.kind == "alert"]) == 1


async def test_a_mention_is_found_however_its_link_is_written(services: Services) -> None:
    mentions = services.records.mentions
    mention = a_mention(post=a_post(url="http://www.lumen.example/@ada/1/"))
    await services.records.commit([mentions.put(mention.id, mention)])
    known = await tracking.known(services, "https://lumen.example/@ada/1?utm_source=slack#reply")
    assert known
    assert (known.value.id, known.version) == (mention.conversation, 0)


async def test_what_a_source_adds_to_its_links_hides_no_mention_of_the_watch(
    services: Services,
) -> None:
    mentions = services.records.mentions
    mention = a_mention(post=a_post(url=f"{LINK}?utm_source=rss&utm_medium=feed"))
    await services.records.commit([mentions.put(mention.id, mention)])
    assert canonical(mention.post.url) == LINK
    tracked = await tracking.track(services, a_find(), "U0SAM", "Lumo")
    assert tracked.conversation.id == mention.conversation


async def test_a_conversation_in_the_queue_without_a_card_gets_one(services: Services) -> None:
    records = services.records
    mention = a_mention(post=a_post(url=LINK))
    await records.commit([records.mentions.put(mention.id, mention)])
    found = await tracking.known(services, LINK)
    assert found
    await records.commit([records.conversations.put(found.value.id, found.value, 0)])
    tracked = await tracking.track(services, a_find(), "U0SAM", "Lumo", "critical")
    assert tracked.is_new
    assert tracked.conversation.alert
    assert tracked.conversation.severity == found.value.severity, "that was decided before"
    assert not (await tracking.track(services, a_find(), "U0SAM", "Lumo")).is_new


async def test_a_watch_that_there_is_not_is_refused(services: Services) -> None:
    with pytest.raises(UnknownWatch):
        await tracking.track(services, a_find(), "U0SAM", "Nolu")


async def test_the_watch_that_is_offered_first_is_one_that_the_words_are_about(
    services: Services,
) -> None:
    assert await tracking.suggested(services, "the lumo is fine") == "Lumo"
    assert await tracking.suggested(services, "nothing of ours") == "Lumo"
