"""Engines that read posts on, between the rules and what is kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.domain.mention import Opinion, Sentiment
from bot.engines.base import Felt
from bot.errors import EngineError
from bot.services import ingest
from bot.services.base import Services
from tests.builders import NOW, a_post
from tests.services.conftest import ScriptedSource

Scripted = dict[str, ScriptedSource]
Say = Callable[[Felt], Sentiment | None]

COMPLAINT = "The lumo app is terrible, the worst. I hate it."


class Reader:
    """An engine that reads English, and says what a test tells it to."""

    name = "reader"

    def __init__(self, say: Say) -> None:
        self.say = say
        self.asked: list[Felt] = []

    def wants(self, post: Felt) -> bool:
        return post.language == "en"

    async def read(self, posts: Sequence[Felt]) -> list[Sentiment | None]:
        self.asked += posts
        return [self.say(post) for post in posts]

    async def close(self) -> None:
        """It holds nothing."""


def broken(_: Felt) -> Sentiment | None:
    raise EngineError("the model’s server answers 500")


def spared(post: Felt) -> Sentiment | None:
    assert post.sentiment is not None
    return replace(post.sentiment, opinion=Opinion(negative=0.1, by="small"))


async def told(services: Services, scripted: Scripted, *readers: Reader) -> int:
    """Poll a complaint with these engines; how many alerts came of it."""
    services = dataclasses.replace(services, engines=readers)
    watch = services.config.watches[0]
    for source in services.sources:
        await ingest.poll(services, watch, source)
    scripted["forum"].will_show(a_post(id="p1", source="forum", text=COMPLAINT, language="en"))
    await ingest.poll(services, watch, "forum")
    return await services.records.alerts.count({"watch": "Lumo"}, "raised")


async def felt(services: Services) -> Sentiment | None:
    [kept] = await services.records.mentions.find({"watch": "Lumo"}, "at")
    return kept.value.analysis.sentiment


async def notices(services: Services) -> list[str]:
    found = await services.records.outbox.find({"state": "waiting"}, "order")
    return [kept.value.text for kept in found if kept.value.kind == "notice"]


async def test_what_an_engine_says_takes_the_place_of_what_the_rules_said(
    services: Services, scripted: Scripted
) -> None:
    reader = Reader(lambda _: Sentiment(score=0.4, engine="reader"))
    assert await told(services, scripted, reader) == 0
    assert await felt(services) == Sentiment(score=0.4, engine="reader")
    [asked] = reader.asked
    assert COMPLAINT in asked.text
    assert asked.sentiment is not None
    assert asked.sentiment.score < -0.5


async def test_a_second_opinion_spares_a_post_an_alert(
    services: Services, scripted: Scripted
) -> None:
    assert await told(services, scripted, Reader(spared)) == 0
    sentiment = await felt(services)
    assert sentiment is not None
    assert sentiment.score < -0.5  # what the rules said is kept


async def test_the_second_engine_is_handed_what_the_first_one_said(
    services: Services, scripted: Scripted
) -> None:
    first = Reader(lambda _: Sentiment(score=-0.9, engine="first"))
    second = Reader(spared)
    await told(services, scripted, first, second)
    assert [one.sentiment.engine for one in second.asked if one.sentiment] == ["first"]


async def test_where_it_cannot_say_a_post_feels_as_before(
    services: Services, scripted: Scripted
) -> None:
    assert await told(services, scripted, Reader(lambda _: None)) == 1


async def test_an_engine_that_fails_loses_no_post_and_the_admins_hear_of_it_once_a_day(
    services: Services, scripted: Scripted
) -> None:
    assert await told(services, scripted, Reader(broken)) == 1
    scripted["forum"].will_show(a_post(id="p2", source="forum", text=COMPLAINT, language="en"))
    again = dataclasses.replace(services, engines=(Reader(broken),))
    await ingest.poll(again, services.config.watches[0], "forum")
    [said] = await notices(services)
    assert "“reader” cannot read posts: the model’s server answers 500" in said


async def test_an_engine_with_a_fault_loses_no_post_either(
    services: Services, scripted: Scripted
) -> None:
    def falls_over(_: Felt) -> Sentiment | None:
        raise RuntimeError("out of memory")

    assert await told(services, scripted, Reader(falls_over)) == 1
    [said] = await notices(services)
    assert "“reader” cannot read posts: it fell over (RuntimeError)" in said


async def test_an_engine_knows_which_posts_nobody_would_be_told_of(
    services: Services, scripted: Scripted
) -> None:
    scripted["forum"].will_show(
        a_post(id="old", source="forum", text=COMPLAINT, language="en", at=NOW - timedelta(days=3)),
        a_post(id="new", source="forum", text=f"{COMPLAINT} Now.", language="en"),
    )
    reader = Reader(lambda _: None)
    again = dataclasses.replace(services, engines=(reader,))
    await ingest.poll(again, services.config.watches[0], "forum")
    assert [one.is_news for one in reader.asked] == [False, True]


@pytest.mark.parametrize("edited", [False, True])
async def test_a_post_is_read_on_once_and_again_only_when_it_was_edited(
    services: Services, scripted: Scripted, edited: bool
) -> None:
    reader = Reader(lambda _: Sentiment(score=0.4, engine="reader"))
    await told(services, scripted, reader)
    text = COMPLAINT + (" Still." if edited else "")
    scripted["forum"].will_show(a_post(id="p1", source="forum", text=text, language="en"))
    again = dataclasses.replace(services, engines=(reader,))
    await ingest.poll(again, services.config.watches[0], "forum")
    assert len(reader.asked) == (2 if edited else 1)
