"""Demands over a real store: proposed once, counted on, and never where they were refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from bot.config import Config, loads
from bot.domain.demands import demand_of
from bot.domain.insights import Insight
from bot.domain.mention import Post
from bot.domain.outbox import Delivery
from bot.domain.timers import timer_id
from bot.errors import Conflict
from bot.services import demands, ingest, insights, proposing, rounds
from bot.services.base import Services
from tests.builders import NOW, a_post
from tests.services.conftest import CONFIG, HandClock, ScriptedSource

Scripted = dict[str, ScriptedSource]

ASKED = (
    "Lumo, please add dark mode",
    "Lumo, give us a dark theme",
    "Il manque un mode sombre, Lumo",
)
"""Brief, so that only what is equal is a copy."""

INSIGHTS = """
[insights]
channel = "#ideas"
people = 3
[[accounts]]
source = "forum"
author = "@lumo"
[[teams]]
name = "App"
channel = "#app"
themes = ["dark"]
"""


@pytest.fixture
def config() -> Config:
    return loads(f"{CONFIG}{INSIGHTS}")


@pytest.fixture
async def forum(services: Services, scripted: Scripted) -> ScriptedSource:
    """The forum, read before: what it shows from now on is news."""
    old = [
        a_post(id=f"q{n}", source="forum", text=f"My Lumo stands on shelf {n}", author=f"@q{n}",
               at=NOW - timedelta(hours=n))
        for n in range(1, 60)
    ]  # fmt: skip
    scripted["forum"].will_show(*old)
    await ingest.poll(services, services.watches.all[0], "forum")
    return scripted["forum"]


def asking(*authors: str, clock: HandClock, start: int = 0) -> list[Post]:
    return [
        a_post(id=f"p{start + n}", source="forum", author=author, at=clock.now,
               text=f"{ASKED[(start + n) % 3]} #{start + n}")
        for n, author in enumerate(authors)
    ]  # fmt: skip


async def read(services: Services, forum: ScriptedSource, clock: HandClock, *posts: Post) -> None:
    """Poll, and wait until it was looked who asks for what."""
    forum.will_show(*posts)
    await ingest.poll(services, services.watches.all[0], "forum")
    clock.turn(proposing.SOON + timedelta(minutes=1))
    await rounds.make(services)


async def proposed(services: Services) -> list[Insight]:
    return [kept.value for kept in await services.records.insights.find({}, "heard")]


async def deliveries(services: Services) -> list[Delivery]:
    found = await services.records.outbox.find({"state": "waiting"}, "order")
    return [kept.value for kept in found]


async def test_what_enough_people_ask_for_is_proposed_to_its_team_once(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await read(services, forum, clock, *asking("@a", "@b", clock=clock))
    assert await proposed(services) == []
    await read(services, forum, clock, *asking("@c", clock=clock, start=2))
    (insight,) = await proposed(services)
    assert (insight.state, insight.people, insight.told, insight.kind) == ("proposed", 3, 3, "wish")
    assert (insight.theme, insight.team, insight.channel) == ("dark", "App", "#app")
    assert "mode" in insight.title or "theme" in insight.title
    assert "#app" in [one.channel for one in await deliveries(services)]
    await read(services, forum, clock, *asking("@a", clock=clock, start=3))
    assert [one.people for one in await proposed(services)] == [3]


async def test_the_log_tells_of_a_proposal_once_it_is_kept(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    forum.will_show(*asking("@a", "@b", "@c", clock=clock))
    await ingest.poll(services, services.watches.all[0], "forum")
    with capture_logs() as logs:
        await proposing.look(services, "Lumo", clock.now)  # another is quicker to keep it
        assert logs == []
        clock.turn(proposing.SOON + timedelta(minutes=1))
        await rounds.make(services)
    assert [line["people"] for line in logs if line["event"] == "an insight is proposed"] == [3]


async def test_those_who_ask_later_are_counted_and_told_of_at_three_times_as_many(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await read(services, forum, clock, *asking("@a", "@b", "@c", clock=clock))
    more = [f"@m{n}" for n in range(5)]
    await read(services, forum, clock, *asking(*more, clock=clock, start=3))
    assert [(one.people, one.told) for one in await proposed(services)] == [(8, 3)]
    await read(services, forum, clock, *asking("@last", clock=clock, start=8))
    assert [(one.people, one.told) for one in await proposed(services)] == [(9, 9)]
    rung = [one for one in await deliveries(services) if one.broadcast]
    assert [one.text for one in rung] == ["By now 9 people ask for it."]


async def test_what_somebody_said_is_no_insight_is_not_proposed_again(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await read(services, forum, clock, *asking("@a", "@b", "@c", clock=clock))
    (insight,) = await proposed(services)
    await insights.carry_out(services, insight.id, "dismiss", "U1")
    await read(services, forum, clock, *asking("@d", "@e", "@f", "@g", clock=clock, start=3))
    assert [(one.state, one.people) for one in await proposed(services)] == [("dismissed", 3)]


async def test_what_was_taken_over_is_counted_where_it_went(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await read(services, forum, clock, *asking("@a", "@b", "@c", clock=clock))
    (first,) = await proposed(services)
    (kept,) = await services.records.insights.find({}, "heard")
    heir = replace(first, id="heir", words=("cable",), state="heard")
    gone = replace(first, state="dismissed", same="heir")
    put = services.records.insights.put
    await services.records.commit([put(heir.id, heir, 0), put(gone.id, gone, kept.version)])
    await read(services, forum, clock, *asking("@d", "@e", clock=clock, start=3))
    counted = {one.id: one.people for one in await proposed(services)}
    assert counted == {first.id: 3, "heir": 8}  # the test moved no voice: all five are new to it


async def test_what_another_watch_told_of_the_same_posts_is_not_told_twice(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await read(services, forum, clock, *asking("@a", "@b", "@c", clock=clock))
    records = services.records
    (first,) = await records.insights.find({}, "heard")
    moved = replace(first.value, id="other", watch="Lumo everywhere")
    voices = [kept.value for kept in await records.voiced.find({"insight": first.value.id}, "at")]
    told = [replace(one, id=f"other.{one.mention}", insight="other") for one in voices]
    await records.commit(
        [
            records.insights.remove(first.value.id, first.version),
            records.insights.put(moved.id, moved, 0),
            *(records.voiced.put(one.id, one, 0) for one in told),
        ]
    )
    look = await proposing.look(services, "Lumo", clock.now)
    assert list(look.writes) == []


async def test_one_author_copies_and_the_brand_itself_propose_nothing(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    copied = "Dear all of you, please add a dark mode to the Lumo app, and do it soon, thank you"
    posts = [
        *asking("@a", "@a", "@a", "@lumo", "@lumo", clock=clock),
        *(a_post(id=f"c{n}", source="forum", author=f"@c{n}", text=copied, at=clock.now)
          for n in range(4)),
    ]  # fmt: skip
    await read(services, forum, clock, *posts)
    assert await proposed(services) == []  # @a, and the first of those who copy each other


async def test_what_a_first_poll_brings_proposes_nothing(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await read(services, scripted["forum"], clock, *asking("@a", "@b", "@c", clock=clock))
    assert await proposed(services) == []


async def test_a_look_that_is_made_twice_changes_nothing(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await read(services, forum, clock, *asking("@a", "@b", "@c", clock=clock))
    before = await proposed(services)
    look = await proposing.look(services, "Lumo", clock.now)
    assert (list(look.writes), look.again) == ([], None)
    assert await proposed(services) == before


async def test_who_asks_while_it_is_looked_is_looked_at_again(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    forum.will_show(*asking("@a", clock=clock))
    await ingest.poll(services, services.watches.all[0], "forum")
    clock.turn(timedelta(minutes=5))
    due = await services.records.timers.get(timer_id("demand", "Lumo"))
    assert due is not None
    forum.will_show(*asking("@b", clock=clock, start=1))
    await ingest.poll(services, services.watches.all[0], "forum")
    again = await services.records.timers.get(due.value.id)
    assert again is not None
    assert again.version > due.version
    assert again.value.due > clock.now


async def test_of_two_workers_that_look_at_once_one_proposes_it(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    forum.will_show(*asking("@a", "@b", "@c", clock=clock))
    await ingest.poll(services, services.watches.all[0], "forum")
    first, second = [await proposing.look(services, "Lumo", clock.now) for _ in range(2)]
    await services.records.commit(list(first.writes))
    with pytest.raises(Conflict):
        await services.records.commit(list(second.writes))
    assert len(await proposed(services)) == 1


async def test_nothing_is_looked_for_where_nobody_asks(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    forum.will_show(a_post(id="p1", source="forum", text="My Lumo is blue", at=clock.now))
    await ingest.poll(services, services.watches.all[0], "forum")
    timers = await services.records.timers.find({}, "due")
    assert "demand" not in {kept.value.kind for kept in timers}


async def test_like_posts_of_the_past_are_gathered(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await read(services, forum, clock, *asking("@a", "@b", "@lumo", clock=clock))
    clock.turn(timedelta(days=60))
    demand = demand_of("Give us a dark theme please", "en")
    assert demand is not None
    watch = services.watches.all[0]
    found = await demands.gather(services, demand, watch, clock.now)
    assert {one.post.author for one in found} == {"@a", "@b"}
    assert await demands.like_insights(services, demand, watch, clock.now) == []
