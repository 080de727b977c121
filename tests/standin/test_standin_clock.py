"""The clock that can be wound forward, and the rates that are counted by it."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.standin import Rate, Rates
from bot.standin.clock import Clock
from bot.standin.limits import Limits


async def test_the_clock_tells_the_time_and_jumps() -> None:
    clock = Clock()
    assert abs(clock.now() - time.time()) < 1
    before = clock.now()
    clock.forward(3600)
    assert 3600 <= clock.now() - before < 3601
    with pytest.raises(ValueError, match="only goes forward"):
        clock.forward(-1)


async def test_sleepers_wake_when_they_are_due_and_not_before() -> None:
    clock = Clock()
    nap = asyncio.create_task(clock.sleep(100))
    await asyncio.sleep(0)
    clock.forward(60)
    await asyncio.sleep(0)
    assert not nap.done()
    clock.forward(41)
    await asyncio.wait_for(nap, 1)


async def test_an_answer_is_waited_for_no_longer_than_it_may_take() -> None:
    clock = Clock()
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    waited = asyncio.create_task(clock.within(3, answer))
    await asyncio.sleep(0)
    clock.forward(3)
    assert await waited is False
    answer.set_result(1)
    assert await clock.within(3, answer) is True


def limits(rate: Rate) -> tuple[Limits, Clock, list[tuple[str, Rate]]]:
    clock = Clock()
    return Limits(clock, Rates()), clock, [("method", rate)]


@given(
    per_minute=st.integers(1, 600),
    burst=st.integers(1, 20),
    pauses=st.lists(st.floats(0, 30), min_size=1, max_size=60),
)
def test_no_more_gets_through_than_the_burst_and_the_rate(
    per_minute: int, burst: int, pauses: list[float]
) -> None:
    counted, clock, keyed = limits(Rate(per_minute, burst))
    began, through = clock.now(), 0
    for pause in pauses:
        clock.forward(pause)
        through += counted.wait(keyed) == 0

    assert through <= burst + (clock.now() - began) * per_minute / 60 + 1e-6


@given(per_minute=st.integers(1, 600), burst=st.integers(1, 20), extra=st.integers(1, 5))
def test_who_stays_away_as_long_as_told_gets_through(
    per_minute: int, burst: int, extra: int
) -> None:
    counted, clock, keyed = limits(Rate(per_minute, burst))
    for _ in range(burst):
        counted.wait(keyed)
    for _ in range(extra):
        if wait := counted.wait(keyed):
            clock.forward(wait)
            assert counted.wait(keyed) == 0


def test_a_call_that_one_limit_refuses_counts_against_none() -> None:
    clock = Clock()
    counted = Limits(clock, Rates())
    narrow, wide = ("channel", Rate(1, 1)), ("workspace", Rate(1, 2))
    assert counted.wait([narrow, wide]) == 0
    assert counted.wait([narrow, wide]) == 60
    assert counted.wait([wide]) == 0


async def test_who_watches_the_clock_is_told_of_a_jump_before_any_sleeper_wakes() -> None:
    clock, told = Clock(), list[float | str]()
    unwatch = clock.watch(told.append)

    async def sleep() -> None:
        await clock.sleep(60)
        told.append("awake")

    nap = asyncio.create_task(sleep())
    await asyncio.sleep(0)
    clock.forward(60)
    await nap
    unwatch()
    clock.forward(60)
    assert told == [60, "awake"]
    assert clock.ahead == 120
