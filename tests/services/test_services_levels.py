"""The levels of a watch: reckoned from what is kept, and the limit that posts are flagged by."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.config import Config, loads
from bot.domain.analysis.learner import learn
from bot.domain.analysis.learnt import Learnt
from bot.domain.labels import Label
from bot.domain.levels import FEWEST
from bot.domain.mention import Analysis, Mention, Sentiment
from bot.services import ingest, levels, watching
from bot.services.base import Services
from bot.services.flags import flagged
from tests.builders import NOW, a_mention, a_post
from tests.services.conftest import CONFIG, HandClock, ScriptedSource

ADMIN = "UADMIN"
ADMINS = f'[slack]\nadmins = ["{ADMIN}"]'
OWN = '[[accounts]]\nsource = "lumen.social"\nauthor = "@lumo"\n'


@pytest.fixture
def config() -> Config:
    return loads(f'{CONFIG.replace("[slack]", ADMINS)}flag = "10%"\n{OWN}')


def scored(n: int, score: float, **changes: object) -> Mention:
    mention = a_mention(
        id=f"m{n:05}",
        conversation=f"c{n}",
        at=NOW - timedelta(minutes=10 * n),
        post=a_post(id=f"p{n}", text=f"A lumo lamp, number {n}"),
        analysis=Analysis(language="en", sentiment=Sentiment(score=score)),
    )
    return replace(mention, **changes)


async def keep(services: Services, *mentions: Mention) -> None:
    put = services.records.mentions.put
    await services.records.commit([put(mention.id, mention) for mention in mentions])


async def limit(services: Services, mention: Mention) -> float:
    limits = await levels.limits(services, services.watches.named("Lumo"))
    return limits.for_mention(mention).score


async def origin(services: Services, mention: Mention) -> str:
    limits = await levels.limits(services, services.watches.named("Lumo"))
    return limits.for_mention(mention).origin


def evenly(count: int) -> list[Mention]:
    return [scored(n, -1 + 2 * n / (count - 1)) for n in range(count)]


async def test_a_watch_flags_the_share_that_it_is_to(services: Services) -> None:
    await keep(services, *evenly(200))
    await levels.refresh(services)
    watch = services.watches.named("Lumo")
    told = await flagged(services, watch, [scored(1, -0.85), scored(2, -0.75)], NOW)
    (flag,) = told
    assert flag.reason.threshold == pytest.approx(-0.8, abs=0.02)
    assert flag.reason.rank == pytest.approx(0.075, abs=0.01)


async def test_until_enough_is_known_the_threshold_holds(services: Services) -> None:
    await levels.refresh(services)
    assert await limit(services, scored(1, -0.6)) == -0.5
    await keep(services, *evenly(FEWEST - 1))
    await levels.refresh(services)
    assert await limit(services, scored(1, -0.6)) == -0.5


async def test_what_is_older_than_four_weeks_tells_nothing(
    services: Services, clock: HandClock
) -> None:
    await keep(services, *evenly(60))
    clock.turn(timedelta(days=29))
    await levels.refresh(services)
    assert await limit(services, scored(1, -0.6)) == -0.5


async def test_what_the_brand_itself_writes_is_no_part_of_the_stream(services: Services) -> None:
    own = a_post(author="@Lumo")
    await keep(services, *(replace(one, post=own) for one in evenly(60)))
    await levels.refresh(services)
    assert await services.records.levels.get("Lumo") is None


async def test_levels_are_made_anew_once_they_are_a_day_old(
    services: Services, clock: HandClock
) -> None:
    await keep(services, *evenly(60))
    await levels.refresh(services)
    before = await limit(services, scored(1, -0.6))
    await keep(services, *(scored(n, -0.9) for n in range(100, 160)))
    clock.turn(timedelta(hours=23))
    await levels.refresh(services)
    assert await limit(services, scored(1, -0.6)) == before
    clock.turn(timedelta(hours=1))
    await levels.refresh(services)
    assert await limit(services, scored(1, -0.6)) < before


async def test_a_model_that_takes_over_gets_its_level_from_posts_read_anew(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keep(services, *evenly(60))
    await levels.refresh(services)
    monkeypatch.setattr(services.lessons, "_models", {"en": a_model()})
    read = Analysis(language="en", sentiment=Sentiment(score=0, engine="learnt"))
    learnt = scored(1, 0, analysis=read)
    assert await origin(services, learnt) == "few", "its scores have no past"
    await levels.refresh(services)
    assert await origin(services, learnt) == "level"
    assert await origin(services, scored(1, -0.6)) == "few", "nothing is read by the rules now"


def a_model() -> Learnt:
    labels = [
        Label(
            mention=f"m{n}",
            text="the lamp broke again" if n % 2 else "the lamp shines bright",
            language="en",
            negative=bool(n % 2),
        )
        for n in range(80)
    ]
    return learn(labels, (), "en", {}, NOW, 1)


async def test_a_history_tells_at_once_what_is_usual(
    services: Services, scripted: dict[str, ScriptedSource]
) -> None:
    watch = services.config.watches[0]
    hours = range(1, FEWEST + 1)
    scripted["forum"].will_show(
        *(a_post(id=f"q{n}", text="a lumo lamp", at=NOW - timedelta(hours=n)) for n in hours)
    )
    await ingest.poll(services, watch, "forum")
    kept = await services.records.levels.get(watch.name)
    assert kept is not None
    assert kept.value.posts == FEWEST


async def test_after_another_query_only_what_it_finds_tells_what_is_usual(
    services: Services,
) -> None:
    await keep(services, *evenly(60))
    rants = (scored(n, -0.95, post=a_post(id=f"p{n}", text="LUMO SHOP")) for n in range(100, 160))
    await keep(services, *rants)
    await levels.refresh(services)
    before = await limit(services, scored(1, -0.6))
    await watching.apply(services, ADMIN, "Lumo", query="lumo NOT shop")
    await levels.refresh(services)
    after = await limit(services, scored(1, -0.6))
    assert before < -0.9 < after


async def test_a_clock_that_was_set_back_leaves_no_level_standing_for_a_year(
    services: Services, clock: HandClock
) -> None:
    await keep(services, *evenly(60))
    clock.turn(timedelta(days=20))
    await levels.refresh(services)
    clock.turn(-timedelta(days=20))
    await levels.refresh(services)
    kept = await services.records.levels.get("Lumo")
    assert kept is not None
    assert kept.value.at == NOW
