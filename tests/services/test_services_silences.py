"""Silences over a real store: told once, over with the next mention, and never where nobody
looked."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import cast

import pytest

from bot.config import Config, loads
from bot.domain.alerts import Alert
from bot.domain.mention import Post
from bot.domain.mutes import Scope
from bot.domain.silences import SilenceReason
from bot.errors import SourceUnavailable
from bot.i18n import Voice
from bot.services import cards, ingest, mutes, rounds, why
from bot.services.base import Services
from bot.slack.blocks.why import why_parts
from tests.builders import NOW, a_post
from tests.services.conftest import CONFIG, HandClock, ScriptedSource

Scripted = dict[str, ScriptedSource]


@pytest.fixture
def config() -> Config:
    return loads(CONFIG)


def weeks_before() -> list[Post]:
    """A post every ten minutes for two weeks."""
    return [
        a_post(
            id=f"q{n}",
            source="forum",
            text="A lumo lamp on a shelf.",
            author=f"@q{n}",
            at=NOW - timedelta(minutes=10 * n),
        )
        for n in range(1, 14 * 144)
    ]


@pytest.fixture
async def forum(services: Services, scripted: Scripted, clock: HandClock) -> ScriptedSource:
    """The forum, read before, and spoken of a moment ago."""
    scripted["forum"].will_show(*weeks_before())
    await poll_all(services)
    await mention(services, clock)
    return scripted["forum"]


async def poll_all(services: Services) -> None:
    for source in services.sources:
        await ingest.poll(services, services.watches.all[0], source)


async def mention(services: Services, clock: HandClock) -> None:
    post = a_post(id=f"n{clock.now}", source="forum", text="A lumo lamp on a shelf.", at=clock.now)
    cast(ScriptedSource, services.sources["forum"]).will_show(post)
    await poll_all(services)


async def quiet(services: Services, clock: HandClock, length: timedelta) -> None:
    """Time in which every source is read and shows nothing."""
    end = clock.now + length
    while clock.now < end:
        clock.turn(timedelta(minutes=5))
        await poll_all(services)
        await rounds.make(services)


async def alerts(services: Services) -> list[Alert]:
    found = await services.records.alerts.find({"watch": "Lumo"}, "raised")
    return [kept.value for kept in found if kept.value.kind == "silence"]


async def test_a_watch_that_falls_quiet_is_told_once(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await quiet(services, clock, timedelta(hours=30))
    [alert] = await alerts(services)
    assert isinstance(alert.reason, SilenceReason)
    assert alert.channel == "#brand"
    assert alert.raised - NOW < timedelta(hours=4)
    assert [one.source for one in alert.reason.sources] == ["forum", "lumen.social"]
    card = await cards.alert_card(services, alert.id)
    assert card.text.startswith("Silence: nothing about Lumo for ")


async def test_a_silence_is_over_with_the_next_mention(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await quiet(services, clock, timedelta(hours=5))
    await mention(services, clock)
    [alert] = await alerts(services)
    conversation = await services.records.conversations.get(alert.conversation)
    assert alert.ended is not None
    assert conversation
    assert conversation.value.state == "resolved"
    found = await services.records.outbox.find({"state": "waiting"}, "order")
    notes = [kept.value for kept in found if kept.value.kind == "note"]
    assert [note.broadcast for note in notes if "spoken of again" in note.text] == [False]


async def test_a_source_that_fails_is_not_quiet(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    for _ in range(200):
        forum.will_fail(SourceUnavailable("It is down."))
    await quiet(services, clock, timedelta(hours=8))
    assert await alerts(services) == []


async def test_a_silence_says_which_source_is_left_out(
    services: Services, forum: ScriptedSource, scripted: Scripted, clock: HandClock
) -> None:
    for _ in range(52):
        clock.turn(timedelta(hours=1))
        scripted["lumen.social"].will_fail(SourceUnavailable("503"))
        await mention(services, clock)
    for _ in range(40):
        clock.turn(timedelta(minutes=15))
        scripted["lumen.social"].will_fail(SourceUnavailable("503"))
        await poll_all(services)
        await rounds.make(services)
    [alert] = await alerts(services)
    assert isinstance(alert.reason, SilenceReason)
    assert alert.reason.left_out == ("lumen.social",)
    card = str((await cards.alert_card(services, alert.id)).blocks)
    assert "Every source answers but lumen.social, silent for long." in card


async def test_a_silence_tells_once_how_long_it_is(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await quiet(services, clock, timedelta(hours=5))
    [alert] = await alerts(services)
    card = str((await cards.alert_card(services, alert.id)).blocks)
    assert card.count("expected") == 1
    assert "Every source answers. Does the query still fit" in card


async def test_a_muted_silence_is_told_when_the_mute_ends(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await mutes.hold_back(services, Scope(watch="Lumo", kind="silence"), "U1", timedelta(hours=6))
    await quiet(services, clock, timedelta(hours=5))
    assert await alerts(services) == []
    await quiet(services, clock, timedelta(hours=2))
    assert len(await alerts(services)) == 1


async def test_why_tells_what_was_expected(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await quiet(services, clock, timedelta(hours=5))
    [alert] = await alerts(services)
    found = await why.why(services, alert.conversation)
    told = "\n".join(line for part in why_parts(found, Voice("en", UTC)) for line in part.lines)
    assert "mentions were expected" in told
    assert "A silence is told once" in told


class TestWithoutSilences:
    @pytest.fixture(params=['also = ["wave"]', "paused = true"])
    def config(self, request: pytest.FixtureRequest) -> Config:
        return loads(f"{CONFIG}{request.param}\n")

    async def test_a_watch_may_do_without_them_and_a_paused_one_does(
        self, services: Services, forum: ScriptedSource, clock: HandClock
    ) -> None:
        await quiet(services, clock, timedelta(hours=8))
        assert await alerts(services) == []


class TestTogether:
    @pytest.fixture
    def config(self) -> Config:
        other = '[[watches]]\nname = "Lamps"\nquery = "lamp"\nchannel = "#brand"\n'
        return loads(f"{CONFIG}{other}")

    async def test_watches_that_fall_silent_together_are_one_message(
        self, services: Services, forum: ScriptedSource, clock: HandClock
    ) -> None:
        lamps = services.watches.all[1]
        forum.will_show(*weeks_before())
        for source in services.sources:
            await ingest.poll(services, lamps, source)
        forum.will_show(a_post(id="lamp", source="forum", text="A lamp.", at=clock.now))
        await ingest.poll(services, lamps, "forum")
        for _ in range(60):
            clock.turn(timedelta(minutes=5))
            for watch in services.watches.all:
                for source in services.sources:
                    await ingest.poll(services, watch, source)
            await rounds.make(services)
        found = await services.records.alerts.find({"watch": "Lamps"}, "raised")
        told = [
            *await alerts(services),
            *(one.value for one in found if one.value.kind == "silence"),
        ]
        lines = await services.records.outbox.find({"state": "waiting"}, "order")
        assert len(told) == 1
        assert sum("🔇" in one.value.text for one in lines if one.value.kind == "note") == 1
