"""Many jobs that fall due at once: some run, the others stand in line and cost nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest

from bot.jobs import embedded
from bot.jobs.embedded import EmbeddedJobs

IN_LINE = 20
HOUR = timedelta(hours=1)
SOON = timedelta(milliseconds=1)


class Place:
    """A place that is polled, and answers when it is let."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.begun: list[int] = []
        self.answers = asyncio.Event()
        self._polled = asyncio.Condition()

    async def poll(self, number: int) -> None:
        async with self._polled:
            self.begun.append(number)
            self._polled.notify_all()
        await self.answers.wait()

    async def is_polled(self, times: int) -> None:
        async with asyncio.timeout(5), self._polled:
            await self._polled.wait_for(lambda: len(self.begun) >= times)


@pytest.fixture
async def jobs(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[EmbeddedJobs]:
    monkeypatch.setattr(embedded, "IN_LINE", IN_LINE)
    jobs = EmbeddedJobs(cancelling=SOON)
    await jobs.start()
    yield jobs
    await jobs.stop(timedelta(0))


def polls(jobs: EmbeddedJobs, place: Place, number: int, interval: timedelta = HOUR) -> None:
    for poll in range(number):
        run = partial(place.poll, poll)
        jobs.every(f"poll {poll} at {place.name}", interval, run, line=place.name)


async def test_they_begin_in_the_order_in_which_they_fell_due(jobs: EmbeddedJobs) -> None:
    place = Place("slow")
    polls(jobs, place, 3 * IN_LINE)
    await place.is_polled(IN_LINE)
    place.answers.set()
    await place.is_polled(3 * IN_LINE)
    assert place.begun == list(range(3 * IN_LINE))


async def test_of_a_long_line_no_more_wait_than_of_a_short_one_that_came_after_it(
    jobs: EmbeddedJobs,
) -> None:
    long, *short = (Place(name) for name in ("long", "one", "two", "three"))
    for place in (long, *short):
        place.answers.set()
        polls(jobs, place, 15 if place is long else 5)
    await short[-1].is_polled(5)
    assert len(long.begun) == 15


async def test_those_that_wait_are_no_tasks(jobs: EmbeddedJobs) -> None:
    before, place = len(asyncio.all_tasks()), Place("slow")
    polls(jobs, place, 3 * IN_LINE)
    await place.is_polled(IN_LINE)
    assert len(asyncio.all_tasks()) <= before + IN_LINE + 2


async def test_a_place_that_does_not_answer_holds_up_no_other(jobs: EmbeddedJobs) -> None:
    slow, quick = Place("slow"), Place("quick")
    quick.answers.set()
    polls(jobs, slow, 2 * IN_LINE)
    polls(jobs, quick, 2 * IN_LINE)
    await quick.is_polled(2 * IN_LINE)
    assert len(slow.begun) == IN_LINE


async def test_what_falls_due_again_while_it_waits_is_made_up_for_by_one(
    jobs: EmbeddedJobs, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, logger="apscheduler.scheduler")
    place, again = Place("slow"), Place("again")
    again.answers.set()
    polls(jobs, place, 2 * IN_LINE, interval=SOON)
    polls(jobs, again, 1, interval=SOON)
    await again.is_polled(20)
    assert place.begun == list(range(IN_LINE))
    place.answers.set()
    await place.is_polled(4 * IN_LINE)
    assert place.begun[: 2 * IN_LINE] == list(range(2 * IN_LINE))


async def test_one_that_is_removed_while_it_waits_does_not_begin(jobs: EmbeddedJobs) -> None:
    place, after = Place("slow"), IN_LINE + 1
    polls(jobs, place, after + 1)
    await place.is_polled(IN_LINE)
    jobs.remove(f"poll {IN_LINE} at slow")
    place.answers.set()
    await place.is_polled(after)
    assert place.begun == [*range(IN_LINE), after]


async def test_one_that_is_named_anew_while_it_waits_runs_once_as_it_is_now(
    jobs: EmbeddedJobs,
) -> None:
    place, other = Place("slow"), Place("other")
    other.answers.set()
    polls(jobs, place, IN_LINE + 1)
    await place.is_polled(IN_LINE)
    jobs.every(f"poll {IN_LINE} at slow", HOUR, partial(other.poll, 7), line="slow")
    place.answers.set()
    await other.is_polled(1)
    assert other.begun == [7]
    assert IN_LINE not in place.begun


async def test_none_that_waits_begins_once_it_is_over(jobs: EmbeddedJobs) -> None:
    place = Place("slow")
    polls(jobs, place, 2 * IN_LINE)
    await place.is_polled(IN_LINE)
    stopping = asyncio.create_task(jobs.stop(HOUR))
    await asyncio.sleep(0)
    place.answers.set()
    await stopping
    assert len(place.begun) == IN_LINE


async def test_of_all_places_one_begins_in_two_rounds_of_the_loop(jobs: EmbeddedJobs) -> None:
    places = [Place(name) for name in ("one", "two", "three")]
    for place in places:
        place.answers.set()
        polls(jobs, place, 5)
    begun = list[int]()
    async with asyncio.timeout(5):
        while sum(begun) < 15:
            before = sum(len(place.begun) for place in places)
            await asyncio.sleep(0)
            begun.append(sum(len(place.begun) for place in places) - before)
    assert max(begun) == 1
    assert all(not (now and then) for now, then in pairwise(begun))
