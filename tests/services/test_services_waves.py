"""Waves over a real store: a message of their own, or a line in the story that runs."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any, cast

import pytest

from bot.config import Config, loads
from bot.domain.alerts import Alert
from bot.domain.conversation import VIGIE
from bot.domain.mention import Post
from bot.domain.mutes import Scope
from bot.domain.outbox import Delivery
from bot.domain.waves import WaveReason
from bot.i18n import Voice
from bot.services import cards, ingest, mutes, why
from bot.services.base import Services
from bot.slack.blocks.why import why_parts
from tests.builders import NOW, a_post
from tests.services.conftest import CONFIG, HandClock, ScriptedSource

Scripted = dict[str, ScriptedSource]

QUIET = f"{CONFIG}negative_below = -1\n"
"""Nothing is flagged by itself."""

PLAIN = "My lumo lamp stands on the shelf."
FURIOUS = "The worst lumo ever: horrible, disgusting, terrible, awful, I hate it, hate it."


def complaint(number: int) -> str:
    """A complaint in words of its own: one that only repeats another's is a copy."""
    return f"My lumo is terrible, hate it {number}"


@pytest.fixture
def config() -> Config:
    return loads(QUIET)


def a_word(number: int, text: str, clock: HandClock, **changes: Any) -> Post:
    post = {"id": f"p{number}", "source": "forum", "text": text, "author": f"@a{number}"}
    return a_post(**{**post, "at": clock.now, **changes})


def weeks_before() -> list[Post]:
    """A mention every hour, each tenth a complaint."""
    return [
        a_post(
            id=f"q{n}",
            source="forum",
            text=complaint(-n) if n % 10 == 0 else PLAIN,
            author=f"@q{n}",
            at=NOW - timedelta(hours=n),
        )
        for n in range(1, 500)
    ]


@pytest.fixture
async def forum(services: Services, scripted: Scripted) -> ScriptedSource:
    """The forum, read before: what it shows from now on is news."""
    scripted["forum"].will_show(*weeks_before())
    for source in services.sources:
        await ingest.poll(services, services.watches.all[0], source)
    await mutes.hold_back(services, Scope(watch="Lumo", kind="spike"), "U1", timedelta(days=9))
    return scripted["forum"]


async def poll(services: Services, *posts: Post) -> None:
    cast(ScriptedSource, services.sources["forum"]).will_show(*posts)
    await ingest.poll(services, services.watches.all[0], "forum")


async def complaints(services: Services, clock: HandClock, count: int, first: int = 0) -> None:
    """So many complaints, one every quarter of an hour, each read as it comes."""
    for number in range(first, first + count):
        clock.turn(timedelta(minutes=15))
        await poll(services, a_word(number, complaint(number), clock))


async def plain_words(services: Services, clock: HandClock, count: int) -> None:
    for number in range(1000, 1000 + count):
        clock.turn(timedelta(minutes=30))
        await poll(services, a_word(number, PLAIN, clock))


async def alerts(services: Services, kind: str = "wave") -> list[Alert]:
    found = await services.records.alerts.find({"watch": "Lumo"}, "raised")
    return [kept.value for kept in found if kept.value.kind == kind]


async def waiting(services: Services, kind: str) -> list[Delivery]:
    found = await services.records.outbox.find({"state": "waiting"}, "order")
    return [kept.value for kept in found if kept.value.kind == kind]


async def test_more_complaints_than_usual_are_a_message_of_their_own(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await complaints(services, clock, 8)
    [alert] = await alerts(services)
    assert isinstance(alert.reason, WaveReason)
    assert alert.channel == "#care"
    assert alert.reason.wave.usual == pytest.approx(0.1, abs=0.03)
    card = await cards.alert_card(services, alert.id)
    assert card.text.startswith("Wave of negative posts about Lumo: ")
    conversation = await services.records.conversations.get(alert.conversation)
    assert conversation
    assert conversation.value.what == "wave"


async def test_a_wave_that_goes_on_rings_again_only_where_it_is_more_severe(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await complaints(services, clock, 12)
    [alert] = await alerts(services)
    assert alert.severity == "medium"
    await complaints(services, clock, 16, first=12)
    [alert] = await alerts(services)
    again = [note for note in await waiting(services, "note") if note.broadcast]
    assert alert.severity == "high", "so many by so many"
    assert len(again) == 1
    assert "more severe" in again[0].text


async def test_one_person_is_no_wave(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    for number in range(10):
        clock.turn(timedelta(minutes=15))
        await poll(services, a_word(number, complaint(number), clock, author="@one"))
    assert await alerts(services) == []


async def test_a_wave_that_is_over_says_so_in_its_thread_and_ends_its_conversation(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await complaints(services, clock, 8)
    await plain_words(services, clock, 20)
    [alert] = await alerts(services)
    conversation = await services.records.conversations.get(alert.conversation)
    assert alert.ended is not None
    assert conversation
    assert (conversation.value.state, conversation.value.closed_by) == ("resolved", VIGIE)
    assert any("The wave is over" in note.text for note in await waiting(services, "note"))
    pulse = await services.records.pulses.get("Lumo")
    assert pulse
    assert pulse.value.wave is None


async def test_a_muted_wave_is_held_back_and_counted(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await mutes.hold_back(services, Scope(watch="Lumo", kind="wave"), "U1", timedelta(days=1))
    await complaints(services, clock, 8)
    found = [kept.value for kept in await services.records.mutes.find({}, "until")]
    assert await alerts(services) == []
    assert [mute.held for mute in found if mute.kind == "wave"] == [1]


async def test_a_muted_wave_that_goes_on_is_told_when_the_mute_ends(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await mutes.hold_back(services, Scope(watch="Lumo", kind="wave"), "U1", timedelta(hours=2))
    await complaints(services, clock, 7)
    assert await alerts(services) == []
    await complaints(services, clock, 2, first=7)
    assert len(await alerts(services)) == 1


async def test_why_tells_what_share_is_usual(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await complaints(services, clock, 8)
    [alert] = await alerts(services)
    found = await why.why(services, alert.conversation)
    told = "\n".join(line for part in why_parts(found, Voice("en", UTC)) for line in part.lines)
    assert "whose mood is read are negative" in told
    assert "A wave is one story" in told


class TestWithoutWaves:
    @pytest.fixture
    def config(self) -> Config:
        return loads(f'{QUIET}also = ["silence"]\n')

    async def test_a_watch_may_do_without_waves(
        self, services: Services, forum: ScriptedSource, clock: HandClock
    ) -> None:
        await complaints(services, clock, 12)
        assert await alerts(services) == []


class TestWithTheWorstFlagged:
    @pytest.fixture
    def config(self) -> Config:
        return loads(f"{CONFIG}negative_below = -0.9\nalarm = ['fire']\n")

    async def test_a_negative_post_while_a_wave_is_told_belongs_to_its_thread(
        self, services: Services, forum: ScriptedSource, clock: HandClock
    ) -> None:
        await complaints(services, clock, 8)
        clock.turn(timedelta(minutes=20))
        await poll(services, a_word(50, FURIOUS, clock))
        [wave], [story] = await alerts(services), await alerts(services, "negative")
        assert story.within == wave.id
        assert story.channel == wave.channel
        assert "1 negative post in this thread" in str(
            (await cards.alert_card(services, wave.id)).blocks
        )
        conversation = await services.records.conversations.get(story.conversation)
        assert conversation is not None
        explained = await why.why(services, conversation.value.id)
        told = "\n".join(
            line for part in why_parts(explained, Voice("en", UTC)) for line in part.lines
        )
        assert "In the thread of the wave of" in told
        assert not [note for note in await waiting(services, "note") if note.broadcast]

    async def test_a_post_in_its_thread_that_is_high_by_itself_makes_the_wave_so(
        self, services: Services, forum: ScriptedSource, clock: HandClock
    ) -> None:
        await complaints(services, clock, 8)
        clock.turn(timedelta(minutes=20))
        await poll(services, a_word(50, f"Fire! {FURIOUS}", clock))
        [wave] = await alerts(services)
        assert wave.severity == "high"
        [note] = [note for note in await waiting(services, "note") if note.broadcast]
        assert "is a word of alarm" in note.text

    async def test_after_the_wave_a_negative_post_is_a_story_of_its_own(
        self, services: Services, forum: ScriptedSource, clock: HandClock
    ) -> None:
        await complaints(services, clock, 8)
        clock.turn(timedelta(hours=7))
        await poll(services, a_word(50, FURIOUS, clock))
        [story] = await alerts(services, "negative")
        assert story.within == ""


class TestWithStories:
    @pytest.fixture
    def config(self) -> Config:
        return loads(f"{CONFIG}\n")

    async def test_a_wave_within_a_story_is_a_line_in_its_thread(
        self, services: Services, forum: ScriptedSource, clock: HandClock
    ) -> None:
        for number in range(10):
            clock.turn(timedelta(minutes=4))
            await poll(services, a_word(number, complaint(number), clock))
        [story] = await alerts(services, "negative")
        lines = [note for note in await waiting(services, "note") if "🌊" in note.text]
        assert await alerts(services) == []
        assert [line.alert for line in lines][:1] == [story.id]
        assert not any(line.broadcast for line in lines)

    async def test_a_wave_of_single_posts_is_told_by_itself_and_takes_those_that_follow(
        self, services: Services, forum: ScriptedSource, clock: HandClock
    ) -> None:
        await complaints(services, clock, 14)
        [wave] = await alerts(services)
        assert isinstance(wave.reason, WaveReason)
        stories = await alerts(services, "negative")
        before = [story for story in stories if not story.within]
        (within,) = [story for story in stories if story.within]
        assert within.within == wave.id
        assert len(before) + within.count == 14
        assert all(story.raised <= wave.raised for story in before)
