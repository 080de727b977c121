"""Asking about a few posts a day that were not flagged."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from bot.config import Config, loads
from bot.domain.mention import Analysis, Mention, Sentiment
from bot.errors import Conflict
from bot.services import asking, judging
from bot.services.base import Services
from tests.builders import NOW, a_mention, a_post
from tests.services.conftest import CONFIG, HandClock

OTHER = '[[watches]]\nname = "Rivals"\nquery = "lumi"\nchannel = "#brand"\n'


@pytest.fixture
def config() -> Config:
    return loads(CONFIG + OTHER)


async def mentioned(services: Services, count: int, watch: str = "Lumo") -> None:
    mentions = [a_calm_post(f"{watch}{n}", watch) for n in range(count)]
    put = services.records.mentions.put
    await services.records.commit([put(one.id, one) for one in mentions])


def a_calm_post(id: str, watch: str) -> Mention:
    return a_mention(
        id=id,
        watch=watch,
        conversation=f"c{id}",
        at=NOW - timedelta(hours=1),
        post=a_post(id=id, text=f"A lamp, {id}"),
        analysis=Analysis(language="en", sentiment=Sentiment(score=0.1)),
    )


async def open_ones(services: Services) -> list[str]:
    return [one.mention.id for one in await asking.unanswered(services)]


async def test_three_posts_a_day_are_asked_about(services: Services, clock: HandClock) -> None:
    await mentioned(services, 20)
    await asking.ask(services)
    first = await open_ones(services)
    assert len(first) == 3
    clock.turn(timedelta(hours=1))
    await asking.ask(services)
    assert await open_ones(services) == first, "the day's are drawn once"


async def test_of_two_workers_who_draw_at_once_the_second_is_refused_the_same(
    services: Services,
) -> None:
    await mentioned(services, 20)
    watch = services.watches.named("Lumo")
    first, second = [await asking.of_today(services, watch) for _ in range(2)]
    assert first == second
    await services.records.commit(first.writes)
    with pytest.raises(Conflict):
        await services.records.commit(second.writes)


async def test_another_day_asks_about_other_posts(services: Services, clock: HandClock) -> None:
    await mentioned(services, 20)
    await asking.ask(services)
    clock.turn(timedelta(hours=22))
    await asking.ask(services)
    assert len(set(await open_ones(services))) == 6


async def test_watches_take_turns(services: Services) -> None:
    await mentioned(services, 5)
    await mentioned(services, 5, "Rivals")
    await asking.ask(services)
    shown = [id[0] for id in await open_ones(services)]
    assert [{*shown[turn : turn + 2]} for turn in (0, 2, 4)] == [{"L", "R"}] * 3


@pytest.mark.parametrize("other", [f"{OTHER}paused = true", OTHER.replace("Rivals", "Others")])
async def test_nobody_is_asked_any_more_about_a_watch_that_was_paused_or_is_gone(
    services: Services, other: str
) -> None:
    await mentioned(services, 3)
    await mentioned(services, 3, "Rivals")
    await asking.ask(services)
    assert len(await open_ones(services)) == 6
    later = dataclasses.replace(services, config=loads(CONFIG + other))
    assert sorted(await open_ones(later)) == ["Lumo0", "Lumo1", "Lumo2"]


class TestOfAWatchThatIsOnlyCounted:
    @pytest.fixture
    def config(self) -> Config:
        return loads(f"{CONFIG}{OTHER}negative_below = -1")

    async def test_nothing_is_asked(self, services: Services) -> None:
        await mentioned(services, 10)
        await mentioned(services, 10, "Rivals")
        await asking.ask(services)
        asked = await asking.unanswered(services)
        assert {one.question.watch for one in asked} == {"Lumo"}


async def test_what_was_answered_is_not_asked_again(services: Services) -> None:
    await mentioned(services, 3)
    await asking.ask(services)
    await judging.judge(services, "Lumo1", "not_negative", "U1")
    assert sorted(await open_ones(services)) == ["Lumo0", "Lumo2"]


async def test_a_question_that_nobody_answers_goes_after_a_week(
    services: Services, clock: HandClock
) -> None:
    await mentioned(services, 3)
    await asking.ask(services)
    clock.turn(timedelta(days=7, seconds=1))
    assert await open_ones(services) == []


async def test_an_old_question_is_forgotten(services: Services, clock: HandClock) -> None:
    await mentioned(services, 3)
    await asking.ask(services)
    clock.turn(timedelta(days=36))
    assert await asking.forget(services) == 3
    assert await asking.forget(services) == 0


class TestWhereTheTeamWantsNone:
    @pytest.fixture
    def config(self) -> Config:
        return loads(f"{CONFIG}[learning]\nask = 0\n")

    async def test_none_is_asked(self, services: Services) -> None:
        await mentioned(services, 3)
        await asking.ask(services)
        assert await open_ones(services) == []
