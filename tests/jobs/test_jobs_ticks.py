"""Slots of time, and who is told of them, by a clock that the test sets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import StoreUnavailable
from bot.jobs import ticks
from bot.jobs.ticks import Every, Once, Rhythm, Ticker

NOW = 1_795_000_000.0
MOMENTS = st.floats(0, 4e9)
INTERVALS = st.floats(0.01, 1e6)


@given(st.text(), INTERVALS, MOMENTS)
def test_the_next_slot_follows_within_an_interval(name: str, interval: float, now: float) -> None:
    every = Every(name, interval)
    begins = every.next(now)
    assert now - 1e-5 <= begins <= now + interval + 1e-5
    assert every.slot(begins + interval / 2) == every.slot(now) + 1


@given(st.text(), INTERVALS, MOMENTS, st.floats(0, 1e6))
def test_slots_are_numbered_in_order(name: str, interval: float, now: float, later: float) -> None:
    every = Every(name, interval)
    assert every.slot(now) <= every.slot(now + later)
    assert abs(every.slot(now + later) - every.slot(now) - later / interval) <= 1 + 1e-3


@given(INTERVALS, MOMENTS, st.floats(0, 1e3))
def test_jitter_delays_by_no_more_than_itself(interval: float, now: float, jitter: float) -> None:
    begins = Every("poll", interval).next(now)
    assert begins <= Every("poll", interval, jitter).next(now) <= begins + jitter + 1e-5


def test_jobs_of_one_interval_spread_over_it() -> None:
    begin = [Every(f"poll {number}", 300).next(NOW) - NOW for number in range(1_000)]
    each_half_minute = [sum(n <= b < n + 30 for b in begin) for n in range(0, 300, 30)]
    assert min(each_half_minute) > 50


def test_a_moment_is_one_slot_and_has_none_after_it() -> None:
    assert Once(NOW).slot(NOW) == Once(NOW).slot(NOW + 3600)
    assert Once(NOW).slot(NOW) != Once(NOW + 1e-3).slot(NOW)
    once: Rhythm = Once(NOW)
    assert once.next(NOW) is None


class Listener:
    """Hears of slots, by a clock that is set."""

    def __init__(self) -> None:
        self.now = NOW
        self.heard: list[tuple[str, int]] = []
        self.away = 0
        self.ticker = Ticker(self._hear, lambda: self.now)
        self._heard = asyncio.Condition()

    async def hears(self, times: int) -> None:
        async with asyncio.timeout(10), self._heard:
            await self._heard.wait_for(lambda: len(self.heard) >= times)

    async def looks(self) -> None:
        """Until the ticker has looked at the clock as it is now set."""
        self.ticker.put(f"look {len(self.heard)}", Once(self.now), self.now)
        await self.hears(len(self.heard) + 1)
        self.heard.pop()

    async def _hear(self, name: str, slot: int) -> None:
        if self.away:
            self.away -= 1
            raise StoreUnavailable("away")
        async with self._heard:
            self.heard.append((name, slot))
            self._heard.notify_all()


@pytest.fixture
async def listener(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Listener]:
    monkeypatch.setattr(ticks, "LOOK_AGAIN", 0.005)
    monkeypatch.setattr(ticks, "TRY_AGAIN", 0.005)
    listener = Listener()
    running = asyncio.create_task(listener.ticker.run())
    yield listener
    running.cancel()
    await asyncio.wait({running})


async def test_each_slot_is_told_of_once(listener: Listener) -> None:
    every = Every("poll", 60)
    listener.ticker.put("poll", every, NOW)
    await listener.hears(1)
    listener.now = every.next(NOW)
    await listener.hears(2)
    await listener.looks()
    first = every.slot(NOW)
    assert listener.heard == [("poll", first), ("poll", first + 1)]


async def test_slots_that_passed_are_made_up_for_by_one(listener: Listener) -> None:
    every = Every("poll", 60)
    listener.ticker.put("poll", every, NOW)
    await listener.hears(1)
    listener.now += 86_400
    await listener.hears(2)
    await listener.looks()
    assert listener.heard[1:] == [("poll", every.slot(NOW + 86_400))]


async def test_a_clock_that_is_set_back_stops_nothing(listener: Listener) -> None:
    every = Every("poll", 60)
    listener.ticker.put("poll", every, NOW)
    listener.ticker.put("digest", Once(NOW + 60), NOW + 60)
    await listener.hears(1)
    listener.now -= 3600
    await listener.looks()
    assert len(listener.heard) == 1
    listener.now += 60
    await listener.hears(2)
    assert listener.heard[1] == ("poll", every.slot(NOW - 3540)), "and the digest waits"


async def test_what_could_not_be_told_is_told_again(
    listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    listener.away = 3
    listener.ticker.put("digest", Once(NOW), NOW)
    await listener.hears(1)
    assert listener.heard == [("digest", Once(NOW).slot(NOW))]
    assert caplog.text.count("wait for the database") == 1


async def test_what_is_removed_or_replaced_is_not_told(listener: Listener) -> None:
    for name in ("removed", "replaced"):
        listener.ticker.put(name, Once(NOW + 60), NOW + 60)
    listener.ticker.remove("removed")
    listener.ticker.remove("unknown")
    listener.ticker.put("replaced", Once(NOW + 120), NOW + 120)
    listener.now += 60
    await listener.looks()
    assert listener.heard == []
    listener.now += 60
    await listener.hears(1)
    assert listener.heard[0][0] == "replaced"
