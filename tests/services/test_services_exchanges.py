"""Threads read at their source: first responses are measured, what they write back is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.config import Config, loads
from bot.domain.conversation import Conversation
from bot.domain.identity import mention_id
from bot.domain.mention import Post
from bot.errors import SourceUnavailable
from bot.services import conversations, exchanges, forgetting, rounds
from bot.services.base import Services
from bot.sources.base import Page
from tests.builders import NOW, a_conversation, a_mention, a_post
from tests.services.conftest import CONFIG, HandClock, ScriptedSource
from tests.services.test_services_prompting import now_is, opened, said

OURS = """
[[accounts]]
source = "lumen.social"
author = "@MaisonLumo"
"""

FIRST = a_post(at=NOW - timedelta(minutes=10))


class ThreadedSource(ScriptedSource):
    """A source that knows one thread."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.thread: list[Post] = [FIRST]
        self.fault: Exception | None = None
        self.asked: list[Post] = []

    async def exchange(self, post: Post) -> tuple[Post, ...]:
        self.asked.append(post)
        if self.fault:
            raise self.fault
        return tuple(self.thread)

    def says(self, id: str, at: timedelta, author: str = "@ada") -> Post:
        post = a_post(id=id, author=author, at=NOW + at, text=f"words of {id}", thread=FIRST.id)
        self.thread.append(post)
        return post

    async def fetch(self, terms: object, cursor: str | None, now: object) -> Page:
        return Page(posts=(), cursor=cursor or "start")


@pytest.fixture
def config() -> Config:
    return loads(CONFIG + OURS)


@pytest.fixture
def place() -> ThreadedSource:
    return ThreadedSource("lumen.social")


@pytest.fixture
def scripted(place: ThreadedSource) -> dict[str, ScriptedSource]:
    return {"forum": ScriptedSource("forum"), "lumen.social": place}


@pytest.fixture
async def claimed(services: Services) -> Conversation:
    """A conversation that U1 has, with the post that it began with."""
    mention = a_mention(post=FIRST, at=FIRST.at)
    await services.records.commit([services.records.mentions.put(mention.id, mention, 0)])
    await opened(services, source="lumen.social", url=FIRST.url)
    return await conversations.claim(services, "c1", "U1")


async def read(services: Services, clock: HandClock, by: timedelta = timedelta(minutes=2)) -> None:
    """Time passes, and every thread that is due is read, until there is nothing more to tell."""
    clock.turn(by)
    for _ in range(5):
        await rounds.make(services, rounds.READERS)
        clock.turn(timedelta(seconds=1))


async def lines(services: Services) -> list[str]:
    return [delivery.text for delivery in await said(services) if delivery.kind == "note"]


async def test_the_brands_own_answer_is_seen_and_its_time_is_the_first_response(
    services: Services, clock: HandClock, place: ThreadedSource, claimed: Conversation
) -> None:
    await read(services, clock)
    assert (await now_is(services)).state == "claimed"
    place.says("answer", timedelta(minutes=2), "@maisonlumo")
    await read(services, clock)
    after = await now_is(services)
    assert (after.state, after.answered, after.measured) == (
        "replied",
        NOW + timedelta(minutes=2),
        True,
    )
    assert after.waited == timedelta(minutes=12)
    assert after.due is None
    assert "answered at the source, 12 minutes after the post" in (await lines(services))[-1]
    event = (await conversations.history(services, "c1"))[-1]
    assert (event.deed, event.by, event.at) == ("reply", "vigie", after.answered)


async def test_a_measured_time_takes_the_place_of_a_typed_one(
    services: Services, clock: HandClock, place: ThreadedSource, claimed: Conversation
) -> None:
    place.says("answer", timedelta(minutes=1), "@maisonlumo")
    clock.turn(timedelta(minutes=3))
    typed = await conversations.replied(services, "c1", "U1")
    assert (typed.answered, typed.measured) == (clock.now, False)
    await read(services, clock)
    assert (await now_is(services)).answered == NOW + timedelta(minutes=1)


@pytest.mark.parametrize("closed", [False, True])
async def test_what_they_write_back_opens_it_again(
    services: Services,
    clock: HandClock,
    place: ThreadedSource,
    claimed: Conversation,
    closed: bool,
) -> None:
    place.says("answer", timedelta(minutes=1), "@maisonlumo")
    await read(services, clock)
    if closed:
        await conversations.resolve(services, "c1", "U1")
    place.says("back", timedelta(minutes=5))
    await read(services, clock, timedelta(minutes=10))
    after = await now_is(services)
    assert (after.state, after.assignee) == ("claimed", "U1")
    opened_again, quoted = (await lines(services))[-2:]
    assert "<@U1>, they wrote back" in opened_again
    assert "words of back" in quoted
    assert after.answered == NOW + timedelta(minutes=1), "the first response stays as it was"


async def test_an_exchange_is_told_once_however_often_it_is_read(
    services: Services, clock: HandClock, place: ThreadedSource, claimed: Conversation
) -> None:
    place.says("answer", timedelta(minutes=1), "@maisonlumo")
    place.says("back", timedelta(minutes=2))
    await read(services, clock)
    told = await lines(services)
    for _ in range(3):
        await read(services, clock, timedelta(hours=1))
    assert await lines(services) == told
    assert (await now_is(services)).state == "claimed"


async def test_nobodys_conversations_are_left_in_peace(
    services: Services, clock: HandClock, place: ThreadedSource, claimed: Conversation
) -> None:
    await conversations.release(services, "c1", "U1")
    await read(services, clock)
    assert place.asked == []


async def test_a_thread_is_read_less_often_the_longer_it_is_quiet(
    services: Services, clock: HandClock, place: ThreadedSource, claimed: Conversation
) -> None:
    for _ in range(12 * 60):
        clock.turn(timedelta(minutes=1))
        await rounds.make(services, rounds.READERS)
    assert 15 <= len(place.asked) <= 40


async def test_a_source_that_fails_blocks_nothing_and_says_so_in_the_exchange(
    services: Services, clock: HandClock, place: ThreadedSource, claimed: Conversation
) -> None:
    place.says("more", timedelta(minutes=1))
    await read(services, clock)
    place.fault = SourceUnavailable("lumen.social answered 503")
    await read(services, clock, timedelta(minutes=5))
    _, shown = await exchanges.show(services, "c1", 1)
    assert "503" in str(shown.error)
    assert len(shown.posts) == 2
    place.fault = None
    place.says("answer", timedelta(minutes=8), "@maisonlumo")
    await read(services, clock, timedelta(minutes=30))
    assert (await now_is(services)).state == "replied"


async def test_an_exchange_is_shown_as_it_is_now_even_where_nobody_has_it(
    services: Services, clock: HandClock, place: ThreadedSource, claimed: Conversation
) -> None:
    place.says("more", timedelta(minutes=1))
    conversation, shown = await exchanges.show(services, "`C1`", 1)
    assert conversation.id == "c1"
    assert [post.id for post in shown.posts] == [FIRST.id, "more"]
    await exchanges.show(services, "c1", 1)
    assert len(place.asked) == 1, "what was just read is not read again"


async def test_where_nothing_can_be_asked_what_the_polls_met_is_shown(
    services: Services, scripted: dict[str, ScriptedSource]
) -> None:
    post = a_post(source="forum")
    mention = a_mention(post=post, conversation="c2")
    conversation = a_conversation(id="c2", alert="")
    records = services.records
    await records.commit(
        [
            records.mentions.put(mention.id, mention, 0),
            records.conversations.put("c2", conversation, 0),
        ]
    )
    _, shown = await exchanges.show(services, "c2", 1)
    assert shown.posts == (post,)


async def test_what_was_forgotten_stays_away_though_its_source_shows_it_still(
    services: Services, clock: HandClock, place: ThreadedSource, claimed: Conversation
) -> None:
    place.says("theirs", timedelta(minutes=1), "@grace")
    await read(services, clock)
    assert await forgetting.forget(services, "@grace") == (0, 1)
    await read(services, clock)
    _, shown = await exchanges.show(services, "c1", patience=1)
    assert [post.id for post in shown.posts] == [FIRST.id]
    assert not await forgetting.held(services, "@grace")
    kept = await services.records.exchanges.get("c1")
    assert kept is not None
    assert "theirs" not in str(kept.value)


async def test_a_mention_that_was_forgotten_is_in_no_thread_that_is_read_later(
    services: Services, place: ThreadedSource, claimed: Conversation
) -> None:
    theirs = place.says("theirs", timedelta(minutes=1), "@grace")
    mention = a_mention(id=mention_id("Lumo", theirs), post=theirs, at=theirs.at)
    await services.records.commit([services.records.mentions.put(mention.id, mention, 0)])
    await forgetting.forget(services, "@grace")
    _, shown = await exchanges.show(services, "c1", patience=1)
    assert [post.id for post in shown.posts] == [FIRST.id]


async def test_what_somebody_writes_after_they_were_forgotten_is_new(
    services: Services, clock: HandClock, place: ThreadedSource, claimed: Conversation
) -> None:
    place.says("theirs", timedelta(minutes=1), "@grace")
    await read(services, clock)
    await forgetting.forget(services, "@grace")
    place.says("later", timedelta(minutes=3), "@grace")
    await read(services, clock)
    assert await forgetting.held(services, "@grace") == (0, 1)
