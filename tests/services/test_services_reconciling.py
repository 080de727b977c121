"""A source's last days are read again once a day, for what came in late."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from bot.config import Config, loads
from bot.domain.leaving import silent_since
from bot.domain.mention import Post
from bot.domain.pairs import Gap, Pair, pair_id
from bot.errors import SourceResting, SourceUnavailable
from bot.services import ingest, watching
from bot.services.base import Services
from bot.services.reconciling import reconcile
from bot.services.volumes import coverage_of
from bot.sources.base import Page
from tests.builders import a_post
from tests.services.conftest import CONFIG, HandClock, ScriptedSource

Scripted = dict[str, ScriptedSource]

SOURCE = "lumen.social"
NIGHT = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
ADMIN = "U0ADMIN"
COMPLAINT = "The lumo app is terrible, the worst. I hate it."


@pytest.fixture
def config() -> Config:
    return loads(CONFIG.replace("[slack]", f'[slack]\nadmins = ["{ADMIN}"]'))


def late(at: datetime, text: str = "a lumo lamp") -> Post:
    """A post that the index took in after it had been polled for its time."""
    return a_post(id="late", source=SOURCE, text=text, at=at)


async def pair(services: Services) -> Pair:
    kept = await services.records.pairs.get(pair_id("Lumo", SOURCE))
    assert kept is not None
    return kept.value


async def read_first(services: Services) -> None:
    for source in services.sources:
        await ingest.poll(services, services.config.watches[0], source)


async def told(services: Services) -> int:
    return len(await services.records.alerts.find({"watch": "Lumo"}, "raised"))


async def test_at_night_what_came_in_late_is_found_and_counted(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await read_first(services)
    cursor = (await pair(services)).cursor
    clock.now = NIGHT
    written = NIGHT - timedelta(days=3)
    scripted[SOURCE].will_show(late(written))
    assert await reconcile(services, SOURCE) == 1
    assert scripted[SOURCE].cursors[-1] is None
    [day] = await services.records.volumes.find({"watch": "Lumo"}, "day")
    assert day.value.day == written.date().isoformat()
    found = await pair(services)
    assert (found.cursor, found.looked_back) == (cursor, NIGHT)


async def test_a_complaint_of_days_ago_is_no_news(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await read_first(services)
    clock.now = NIGHT
    scripted[SOURCE].will_show(late(NIGHT - timedelta(days=3), COMPLAINT))
    assert await reconcile(services, SOURCE) == 1
    assert await told(services) == 0


async def test_a_complaint_of_an_hour_ago_is(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await read_first(services)
    clock.now = NIGHT
    scripted[SOURCE].will_show(late(NIGHT - timedelta(hours=1), COMPLAINT))
    await reconcile(services, SOURCE)
    assert await told(services) == 1


async def test_it_is_done_once_a_night(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await read_first(services)
    clock.now = NIGHT
    await reconcile(services, SOURCE)
    asked = len(scripted[SOURCE].cursors)
    clock.turn(timedelta(hours=1))
    await reconcile(services, SOURCE)
    assert len(scripted[SOURCE].cursors) == asked


async def test_by_day_nothing_is_asked_unless_the_nights_were_missed(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await read_first(services)
    asked = len(scripted[SOURCE].cursors)
    clock.turn(timedelta(hours=30))
    await reconcile(services, SOURCE)
    assert len(scripted[SOURCE].cursors) == asked
    clock.turn(timedelta(hours=7))
    await reconcile(services, SOURCE)
    assert len(scripted[SOURCE].cursors) == asked + 1


async def test_where_it_cannot_be_read_it_is_tried_again(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await read_first(services)
    clock.now = NIGHT
    scripted[SOURCE].will_fail(SourceUnavailable("no"))
    assert await reconcile(services, SOURCE) == 0
    assert (await pair(services)).failures == 0
    clock.turn(timedelta(minutes=30))
    scripted[SOURCE].will_show(late(NIGHT - timedelta(days=2)))
    assert await reconcile(services, SOURCE) == 1


class Interrupted(ScriptedSource):
    """A source at which something else happens while it is read."""

    def __init__(self, name: str, meanwhile: Callable[[], Awaitable[object]]) -> None:
        super().__init__(name)
        self._meanwhile = meanwhile

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        page = await super().fetch(terms, cursor, now)
        if cursor is None:
            await self._meanwhile()
        return page


async def test_what_is_not_read_yet_stays_unread(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await read_first(services)
    read = clock.now
    clock.now = NIGHT
    scripted[SOURCE].will_show(late(NIGHT), pending=True)
    await ingest.poll(services, services.config.watches[0], SOURCE)
    await reconcile(services, SOURCE)
    found = await pair(services)
    assert (found.pending, found.last_ok) == (True, read)
    assert found.looked_back == NIGHT


async def test_a_poll_in_between_goes_on_from_where_it_came_to(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    async def poll() -> None:
        source.will_show(late(NIGHT, COMPLAINT))
        await ingest.poll(services, services.config.watches[0], SOURCE)

    await read_first(services)
    clock.now = NIGHT
    scripted[SOURCE] = source = Interrupted(SOURCE, poll)
    source.will_show(late(NIGHT, COMPLAINT))
    await reconcile(services, SOURCE)
    assert (await pair(services)).cursor == "cursor 2"
    assert await told(services) == 1


async def test_a_rest_that_a_poll_was_told_in_between_is_kept_to(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    until = NIGHT + timedelta(hours=5)

    async def poll() -> None:
        source.will_fail(SourceResting("no", until))
        await ingest.poll(services, services.config.watches[0], SOURCE)

    await read_first(services)
    clock.now = NIGHT
    scripted[SOURCE] = source = Interrupted(SOURCE, poll)
    source.will_show(late(NIGHT))
    await reconcile(services, SOURCE)
    assert (await pair(services)).rest_until == until


async def test_a_watch_that_is_edited_meanwhile_is_looked_back_for_anew(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    async def edit() -> None:
        await watching.apply(services, ADMIN, "Lumo", query="lumo AND NOT lamp")

    await read_first(services)
    clock.now = NIGHT
    scripted[SOURCE] = source = Interrupted(SOURCE, edit)
    source.will_show(late(NIGHT))
    assert await reconcile(services, SOURCE) == 0
    assert (await pair(services)).looked_back != NIGHT


async def test_a_watch_that_is_edited_while_it_is_polled_loses_nothing(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    async def edit() -> None:
        await watching.apply(services, ADMIN, "Lumo", query="lumo OR zest")

    await read_first(services)
    scripted[SOURCE] = source = Interrupted(SOURCE, edit)
    [watch] = services.watches.all
    pairs = services.records.pairs
    kept = await pairs.get(pair_id("Lumo", SOURCE))
    assert kept is not None
    await services.records.commit(
        [pairs.put(kept.value.id, replace(kept.value, cursor=None), kept.version)]
    )
    source.will_show(late(clock.now, "a zest lamp"))  # as the query was, it is passed over
    assert await ingest.poll(services, watch, SOURCE) == 0
    source.will_show(late(clock.now, "a zest lamp"))
    assert await ingest.poll(services, services.watches.all[0], SOURCE) == 1
    assert source.cursors[-1] is None


def of_people(count: int, at: datetime) -> list[Post]:
    """A post by each of so many people."""
    return [
        a_post(id=f"p{n}", source=SOURCE, text="a lumo lamp", author=f"person {n}", at=at)
        for n in range(count)
    ]


async def looked_back_in_vain(services: Services, scripted: Scripted, clock: HandClock) -> Pair:
    """The pair after a night in which nothing was found; all that there was is of a day before."""
    for _ in range(3):
        await ingest.poll(services, services.config.watches[0], SOURCE)
    clock.now = NIGHT
    await ingest.poll(services, services.config.watches[0], SOURCE)
    await reconcile(services, SOURCE)
    return await pair(services)


async def test_what_was_there_and_is_not_any_more_is_not_quiet(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    scripted[SOURCE].will_show(*of_people(5, clock.now))
    found = await looked_back_in_vain(services, scripted, clock)
    assert found.emptied == ("lumo",)
    clock.turn(timedelta(minutes=5))
    await ingest.poll(services, services.config.watches[0], SOURCE)
    assert (await pair(services)).emptied == ("lumo",)
    assert silent_since(await pair(services)) == NIGHT
    coverage = await coverage_of(services, services.config.watches[0], clock.now)
    assert SOURCE in coverage.missing


async def test_where_not_even_the_newest_post_is_shown_it_is_looked_for_by_day(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    scripted[SOURCE].will_show(*of_people(5, clock.now))
    await ingest.poll(services, services.config.watches[0], SOURCE)
    clock.turn(timedelta(hours=3))
    assert await reconcile(services, SOURCE) == 0
    assert (await pair(services)).emptied == ()
    scripted[SOURCE].answers.append(Page(posts=(), cursor="c", blank=True))
    await ingest.poll(services, services.config.watches[0], SOURCE)
    await reconcile(services, SOURCE)
    assert (await pair(services)).emptied == ("lumo",)


async def test_a_post_that_is_found_again_ends_it(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    scripted[SOURCE].will_show(*of_people(5, clock.now))
    await looked_back_in_vain(services, scripted, clock)
    clock.turn(timedelta(minutes=5))
    scripted[SOURCE].will_show(late(clock.now))
    await ingest.poll(services, services.config.watches[0], SOURCE)
    found = await pair(services)
    assert (found.emptied, found.pending, silent_since(found)) == ((), False, None)


async def test_it_is_looked_for_again_within_the_hour(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    posts = of_people(5, clock.now)
    scripted[SOURCE].will_show(*posts)
    await looked_back_in_vain(services, scripted, clock)
    clock.turn(timedelta(minutes=61))
    scripted[SOURCE].will_show(*posts)
    await reconcile(services, SOURCE)
    found = await pair(services)
    assert (found.emptied, silent_since(found)) == ((), None)


async def test_after_some_days_the_time_in_between_is_a_gap(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    scripted[SOURCE].will_show(*of_people(5, clock.now))
    await looked_back_in_vain(services, scripted, clock)
    clock.turn(timedelta(days=5))
    await reconcile(services, SOURCE)
    found = await pair(services)
    assert found.emptied == ()
    assert found.gap == Gap(since=NIGHT, until=clock.now)


@pytest.mark.parametrize("people", [0, 1, 4])
async def test_what_few_speak_of_may_be_gone(
    services: Services, scripted: Scripted, clock: HandClock, people: int
) -> None:
    scripted[SOURCE].will_show(*of_people(people, clock.now))
    assert (await looked_back_in_vain(services, scripted, clock)).emptied == ()


async def test_what_is_of_weeks_ago_may_be_gone(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    scripted[SOURCE].will_show(*of_people(20, clock.now - timedelta(days=5)))
    assert (await looked_back_in_vain(services, scripted, clock)).emptied == ()


async def test_what_the_watch_asked_for_before_it_was_edited_is_not_missed(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    scripted[SOURCE].will_show(*of_people(9, clock.now))
    await ingest.poll(services, services.watches.all[0], SOURCE)
    await watching.apply(services, ADMIN, "Lumo", query="zest")
    await ingest.poll(services, services.watches.all[0], SOURCE)
    clock.now = NIGHT
    await reconcile(services, SOURCE)
    assert (await pair(services)).emptied == ()


async def test_what_another_source_shows_is_not_missed_here(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    elsewhere = [replace(post, source="forum") for post in of_people(9, clock.now)]
    scripted["forum"].will_show(*elsewhere)
    await ingest.poll(services, services.config.watches[0], "forum")
    assert (await looked_back_in_vain(services, scripted, clock)).emptied == ()


async def test_a_feed_is_not_read_again_for_what_it_shows_anyway(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await read_first(services)
    clock.now = NIGHT
    asked = len(scripted["forum"].cursors)
    assert await reconcile(services, "forum") == 0
    assert len(scripted["forum"].cursors) == asked
