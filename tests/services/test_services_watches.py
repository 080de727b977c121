"""What is watched: followed by the polls, by other workers, and whatever the file says now."""

from __future__ import annotations

import asyncio
import dataclasses
from collections import Counter
from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.config import Config, WatchConfig, loads
from bot.errors import StoreUnavailable
from bot.jobs.base import Jobs, Run
from bot.scheduling import Schedule
from bot.services import watching
from bot.services.base import Services
from bot.services.following import following
from bot.services.watches import Watches, merge
from tests.builders import a_post
from tests.services.conftest import CONFIG, ScriptedSource

ADMIN = "U0MARGOT01"


@pytest.fixture
def config() -> Config:
    return loads(CONFIG.replace("[slack]", f'[slack]\nadmins = ["{ADMIN}"]'))


class NotedJobs(Jobs):
    """Jobs that are kept by name, and run when a test says so."""

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}
        self.first: dict[str, timedelta] = {}

    def every(
        self,
        name: str,
        interval: timedelta,
        run: Run,
        *,
        jitter: timedelta = timedelta(),
        at_once: bool = True,
        after: timedelta = timedelta(),
        line: str = "",
    ) -> None:
        self.runs[name] = run
        self.first[name] = after

    def remove(self, name: str) -> None:
        self.runs.pop(name, None)

    @property
    def polls(self) -> set[str]:
        return {name for name in self.runs if name.startswith("poll ")}


@pytest.fixture
def jobs(services: Services) -> NotedJobs:
    noted = NotedJobs()  # type: ignore[abstract]
    Schedule(noted, services).begin()
    return noted


def many_watches(number: int) -> str:
    watches = (f'[[watches]]\nname = "W{n}"\nquery = "w{n}"\nchannel = "#w"' for n in range(number))
    return "\n".join((CONFIG, *watches))


def test_the_first_polls_of_many_watches_are_spread_over_the_interval(services: Services) -> None:
    many = dataclasses.replace(services, config=loads(many_watches(2_000)))
    noted = NotedJobs()  # type: ignore[abstract]
    Schedule(noted, many).begin()
    first = [noted.first[name].total_seconds() for name in noted.polls]
    assert len(first) > 2_000
    busiest = max(Counter(int(second) for second in first).values())
    assert busiest <= 60, "and their jitter spreads them further"


BOTH = {"poll Lumo at forum", "poll Lumo at lumen.social"}


async def test_pausing_ends_the_polls_and_resuming_begins_them(
    services: Services, jobs: NotedJobs
) -> None:
    assert jobs.polls == BOTH
    await watching.set_paused(services, ADMIN, "Lumo", True)
    assert jobs.polls == set()
    await watching.set_paused(services, ADMIN, "Lumo", False)
    assert jobs.polls == BOTH


async def test_a_poll_that_was_under_way_when_its_watch_was_paused_reads_nothing(
    services: Services, jobs: NotedJobs, scripted: dict[str, ScriptedSource]
) -> None:
    late = jobs.runs["poll Lumo at forum"]
    await watching.set_paused(services, ADMIN, "Lumo", True)
    scripted["forum"].will_show(a_post(source="forum"))
    await late()
    assert scripted["forum"].cursors == []


async def test_the_polls_are_those_of_the_sources_that_a_watch_has_now(
    services: Services, jobs: NotedJobs
) -> None:
    before = await watching.written(services, "Lumo")
    await watching.save(services, ADMIN, replace(before, sources=("forum",)), 0)
    assert jobs.polls == {"poll Lumo at forum"}
    new = WatchConfig(name="Lamps", query="lamp", channel="#brand", sources=("forum",))
    await watching.save(services, ADMIN, new, 0, is_new=True)
    assert jobs.polls == {"poll Lumo at forum", "poll Lamps at forum"}
    await watching.back_to_file(services, ADMIN, "Lamps")
    assert jobs.polls == {"poll Lumo at forum"}


async def test_another_worker_hears_of_a_change(services: Services) -> None:
    other = Watches(services.config)
    heard = asyncio.Event()
    other.on_change(heard.set)
    async with following(other, services.records, every=0.01):
        await watching.apply(services, ADMIN, "Lumo", query="lumo lamp")
        await asyncio.wait_for(heard.wait(), 10)
    assert other.all == services.watches.all


async def test_a_store_that_is_away_for_a_while_is_asked_again(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Watches(services.config)
    heard, asked = asyncio.Event(), 0
    find = services.records.watches.find

    async def flaky(*args: object, **kwargs: object) -> object:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise StoreUnavailable("the database is away")
        if asked == 2:
            raise ZeroDivisionError
        return await find({}, "name")

    await watching.apply(services, ADMIN, "Lumo", query="lumo lamp")
    monkeypatch.setattr(services.records.watches, "find", flaky)
    other.on_change(heard.set)
    async with following(other, services.records, every=0.01):
        await asyncio.wait_for(heard.wait(), 10)
    assert str(other.named("lumo").query) == "lumo AND lamp"


async def test_an_edit_whose_source_the_file_dropped_gives_way_to_the_file(
    services: Services,
) -> None:
    before = await watching.written(services, "Lumo")
    await watching.save(services, ADMIN, replace(before, sources=("lumen.social",)), 0)
    edits = [kept.value for kept in await services.records.watches.find({}, "name")]
    smaller = CONFIG.replace(
        '[[sources]]\nname = "lumen.social"\nkind = "mastodon"\nurl = "http://lumen.example"\n', ""
    )
    assert [watch.sources for watch in merge(loads(smaller), edits)] == [("forum",)]
