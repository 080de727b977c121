"""How a watch begins, and how it goes on after it was edited or given another source: what changes
what is counted shifts the level, and is no spike."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.domain.alerts import Alert
from bot.domain.mention import Post
from bot.domain.query import parse
from bot.domain.watch import Watch
from bot.services import ingest, lookout
from bot.services.base import Services
from tests.builders import NOW, a_post
from tests.services.conftest import HandClock, ScriptedSource

Scripted = dict[str, ScriptedSource]

HOUR = timedelta(hours=1)
SLOT = timedelta(minutes=15)


def every(
    gap: timedelta, since: datetime, until: datetime, words: str, source: str = "forum"
) -> Iterator[Post]:
    """A post each so often, each by somebody else."""
    number = 0
    while since + number * gap < until:
        at = (since + number * gap).replace(microsecond=0)
        id = f"{source} {words} {at.isoformat()}"
        text = f"lumo {words} {number} of {number * 7}"
        yield a_post(source=source, id=id, text=text, at=at, author=f"@{number % 97}")
        number += 1


def a_watch(services: Services, *sources: str, query: str = "lumo") -> Watch:
    watch = services.config.watches[0]
    return dataclasses.replace(watch, sources=sources or ("forum",), query=parse(query))


async def spikes(services: Services) -> list[Alert]:
    found = await services.records.alerts.find({"watch": "Lumo"}, "raised")
    return [kept.value for kept in found if kept.value.kind == "spike"]


async def go_on(
    services: Services,
    scripted: Scripted,
    clock: HandClock,
    watch: Watch,
    slots: int,
    *streams: tuple[timedelta, str, str],
) -> None:
    """Poll once in each slot, while every stream (its gap, its words, its source) goes on."""
    for _ in range(slots):
        since = clock.now
        clock.turn(SLOT)
        for gap, words, source in streams:
            posts = every(gap, since, clock.now, words, source)
            scripted[source].will_show(*posts)
            await ingest.poll(services, watch, source)


async def test_a_history_that_the_first_poll_brings_counts(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    watch = a_watch(services)
    scripted["forum"].will_show(*every(HOUR, NOW - timedelta(days=6), NOW, "lamp"))
    await ingest.poll(services, watch, "forum")
    await go_on(services, scripted, clock, watch, 1, (SLOT / 20, "dawn", "forum"))
    [spike] = await spikes(services)
    assert spike.kind == "spike"


async def test_under_a_day_of_history_only_a_gross_excess_rings(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    watch = a_watch(services)
    scripted["forum"].will_show(*every(HOUR / 2, NOW - 10 * HOUR, NOW, "lamp"))
    await ingest.poll(services, watch, "forum")
    await go_on(services, scripted, clock, watch, 1, (SLOT / 9, "dawn", "forum"))
    assert await spikes(services) == []
    await go_on(services, scripted, clock, watch, 1, (SLOT / 60, "dusk", "forum"))
    assert len(await spikes(services)) == 1


async def test_a_watch_of_less_than_a_day_says_that_it_learns(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    watch = services.config.watches[0]
    scripted["forum"].will_show(*every(HOUR / 2, NOW - 10 * HOUR, NOW, "lamp"))
    for source in watch.sources:
        await ingest.poll(services, watch, source)
    [state] = await lookout.states(services, [watch])
    assert state.learns_until == NOW + timedelta(hours=15)
    clock.turn(timedelta(hours=15))
    [state] = await lookout.states(services, [watch])
    assert state.learns_until is None


async def test_a_source_that_is_added_is_no_spike(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    scripted["forum"].will_show(*every(HOUR, NOW - timedelta(days=6), NOW, "lamp"))
    await ingest.poll(services, a_watch(services), "forum")
    both = a_watch(services, "forum", "lumen.social")
    page = every(HOUR / 30, NOW - HOUR, NOW, "lantern", "lumen.social")
    scripted["lumen.social"].will_show(*page)
    await ingest.poll(services, both, "lumen.social")
    streams = (HOUR, "lamp", "forum"), (HOUR / 30, "lantern", "lumen.social")
    await go_on(services, scripted, clock, both, 30 * 4, *streams)
    assert await spikes(services) == []


async def test_a_quiet_source_that_is_added_hides_no_spike(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    scripted["forum"].will_show(*every(HOUR / 2, NOW - timedelta(days=6), NOW, "lamp"))
    await ingest.poll(services, a_watch(services), "forum")
    both = a_watch(services, "forum", "lumen.social")
    scripted["lumen.social"].will_show(
        *every(3 * HOUR, NOW - 9 * HOUR, NOW, "lantern", "lumen.social")
    )
    await ingest.poll(services, both, "lumen.social")
    await go_on(services, scripted, clock, both, 1, (SLOT / 20, "dawn", "forum"))
    assert len(await spikes(services)) == 1


async def test_a_source_that_had_nothing_until_now_is_heard_at_once(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    both = a_watch(services, "forum", "lumen.social")
    scripted["forum"].will_show(*every(HOUR, NOW - timedelta(days=6), NOW, "lamp"))
    for source in both.sources:
        await ingest.poll(services, both, source)
    await go_on(services, scripted, clock, both, 1, (SLOT / 20, "dawn", "lumen.social"))
    assert len(await spikes(services)) == 1


async def test_a_query_that_goes_back_and_forth_is_counted_as_what_it_is(
    services: Services, scripted: Scripted
) -> None:
    wide, narrow = a_watch(services), a_watch(services, query="lumo NOT lantern")
    scripted["forum"].will_show(*every(HOUR, NOW - 8 * HOUR, NOW, "lamp"))
    await ingest.poll(services, narrow, "forum")
    scripted["forum"].will_show(*every(HOUR, NOW - 8 * HOUR, NOW, "lantern"))
    await ingest.poll(services, wide, "forum")
    await ingest.poll(services, narrow, "forum")
    days = [kept.value for kept in await services.records.volumes.find({"watch": "Lumo"}, "day")]
    assert sum(sum(day.counts) for day in days) == 8


async def test_a_query_that_asks_for_more_is_no_spike(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    narrow, wide = a_watch(services, query="lumo NOT lantern"), a_watch(services)
    scripted["forum"].will_show(*every(HOUR, NOW - timedelta(days=6), NOW, "lamp"))
    await ingest.poll(services, narrow, "forum")
    await go_on(services, scripted, clock, narrow, 4, (HOUR, "lamp", "forum"))
    page = every(HOUR / 30, clock.now - HOUR, clock.now, "lantern")
    scripted["forum"].will_show(*page)
    await ingest.poll(services, wide, "forum")
    streams = (HOUR, "lamp", "forum"), (HOUR / 30, "lantern", "forum")
    await go_on(services, scripted, clock, wide, 30 * 4, *streams)
    assert await spikes(services) == []
    await go_on(services, scripted, clock, wide, 1, (SLOT / 200, "dawn", "forum"))
    assert len(await spikes(services)) == 1


async def test_a_wider_query_is_read_from_the_beginning_and_tells_nothing_of_that(
    services: Services, scripted: Scripted
) -> None:
    await ingest.poll(services, a_watch(services, query="lumo NOT lantern"), "forum")
    angry = a_post(source="forum", id="1", text="The lumo lantern is terrible, I hate it.")
    scripted["forum"].will_show(angry)
    await ingest.poll(services, a_watch(services), "forum")
    assert scripted["forum"].cursors == [None, None]
    assert await services.records.alerts.find({"watch": "Lumo"}, "raised") == []


async def test_the_past_of_a_narrower_query_is_counted_again(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    wide, narrow = a_watch(services), a_watch(services, query="lumo NOT lantern")
    past = NOW - timedelta(days=6)
    scripted["forum"].will_show(
        *every(HOUR, past, NOW, "lamp"), *every(HOUR / 12, past, NOW, "lantern")
    )
    await ingest.poll(services, wide, "forum")
    await go_on(services, scripted, clock, narrow, 1, (SLOT / 15, "dawn", "forum"))
    [spike] = await spikes(services)
    assert spike.reason.evidence.expected < 2  # type: ignore[union-attr]
    days = [kept.value for kept in await services.records.volumes.find({"watch": "Lumo"}, "day")]
    assert sum(sum(day.counts) for day in days) == 6 * 24 + 15
    assert sum(sum(day.by_source.values()) for day in days) == 6 * 24 + 15
