"""News over a real store: told where a watch asks for it, a line or a mark where not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import pytest

from bot.config import Config, loads
from bot.domain.alerts import Alert
from bot.domain.mention import Post
from bot.domain.mutes import Scope
from bot.domain.novelties import NoveltyReason
from bot.domain.velocity import VelocityReason
from bot.services import cards, ingest, mutes
from bot.services.base import Services
from tests.builders import NOW, a_post
from tests.services.conftest import CONFIG, HandClock, ScriptedSource

Scripted = dict[str, ScriptedSource]

TALK = ("shelf", "colour", "bulb", "cable", "kitchen", "desk", "evening", "garden")


@pytest.fixture
def config() -> Config:
    return loads(f'{CONFIG}also = ["theme", "velocity"]\n')


def a_word(number: int, text: str, clock: HandClock, **changes: Any) -> Post:
    post = {"id": f"p{number}", "source": "forum", "text": text, "author": f"@a{number}"}
    return a_post(**{**post, "at": clock.now, "engagement": 0, **changes})


def weeks_before() -> list[Post]:
    return [
        a_post(
            id=f"q{n}",
            source="forum",
            text=f"A lumo lamp for the {TALK[n % 8]} and the {TALK[n % 7]}.",
            author=f"@q{n}",
            at=NOW - timedelta(hours=n),
            engagement=n % 4,
        )
        for n in range(1, 500)
    ]


@pytest.fixture
async def forum(services: Services, scripted: Scripted) -> ScriptedSource:
    scripted["forum"].will_show(*weeks_before())
    for source in services.sources:
        await ingest.poll(services, services.watches.all[0], source)
    await mutes.hold_back(services, Scope(watch="Lumo", kind="spike"), "U1", timedelta(days=9))
    return scripted["forum"]


async def poll(services: Services, *posts: Post) -> None:
    cast(ScriptedSource, services.sources["forum"]).will_show(*posts)
    await ingest.poll(services, services.watches.all[0], "forum")


async def alerts(services: Services, kind: str) -> list[Alert]:
    found = await services.records.alerts.find({"watch": "Lumo"}, "raised")
    return [kept.value for kept in found if kept.value.kind == kind]


async def speak_of_seashells(services: Services, clock: HandClock) -> None:
    for number in range(9):
        clock.turn(timedelta(minutes=30))
        await poll(services, a_word(number, "A lumo lamp made of seashells.", clock))


async def test_a_new_theme_is_told_once(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await speak_of_seashells(services, clock)
    [alert] = await alerts(services, "theme")
    assert isinstance(alert.reason, NoveltyReason)
    assert "seashell" in alert.reason.theme
    assert (alert.channel, alert.severity) == ("#brand", "low")
    card = await cards.alert_card(services, alert.id)
    assert card.text.startswith("New theme about Lumo: ")


async def test_a_post_that_spreads_fast_is_told(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    clock.turn(timedelta(hours=2))
    text = "A lumo lamp for the shelf."
    fast = a_word(1, text, clock, engagement=9_000, at=clock.now - timedelta(hours=1))
    await poll(services, fast, a_word(2, text, clock))
    [alert] = await alerts(services, "velocity")
    assert isinstance(alert.reason, VelocityReason)
    assert alert.reason.engagement == 9_000
    card = await cards.alert_card(services, alert.id)
    assert card.text == "A post about Lumo spreads fast"


async def test_a_post_that_is_found_at_once_and_spreads_later_is_told_then_and_once(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    clock.turn(timedelta(hours=2))
    text = "A lumo lamp for the shelf."
    written = clock.now
    await poll(services, a_word(1, text, clock))
    assert await alerts(services, "velocity") == []
    for likes in (15, 9_000, 30_000):
        clock.turn(timedelta(minutes=30))
        await poll(services, a_word(1, text, clock, at=written, engagement=likes))
    [alert] = await alerts(services, "velocity")
    assert isinstance(alert.reason, VelocityReason)
    assert alert.reason.engagement == 9_000


async def test_a_post_of_yesterday_that_is_shown_again_is_no_news(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    written = clock.now
    await poll(services, a_word(1, "A lumo lamp for the shelf.", clock))
    clock.turn(timedelta(hours=25))
    again = a_word(1, "A lumo lamp for the shelf.", clock, at=written, engagement=90_000)
    await poll(services, again)
    assert await alerts(services, "velocity") == []


async def test_news_that_is_muted_is_counted_and_not_told_later(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await mutes.hold_back(services, Scope(watch="Lumo", kind="theme"), "U1", timedelta(hours=9))
    await speak_of_seashells(services, clock)
    found = [kept.value for kept in await services.records.mutes.find({}, "until")]
    assert await alerts(services, "theme") == []
    assert [mute.held for mute in found if mute.kind == "theme"] == [1]


class TestUnlessAskedFor:
    @pytest.fixture
    def config(self) -> Config:
        return loads(CONFIG)

    async def test_no_channel_hears_of_news(
        self, services: Services, forum: ScriptedSource, clock: HandClock
    ) -> None:
        await speak_of_seashells(services, clock)
        await poll(services, a_word(99, "A lumo lamp for the shelf.", clock, engagement=9_000))
        assert await alerts(services, "theme") == []
        assert await alerts(services, "velocity") == []
