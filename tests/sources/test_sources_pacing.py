"""A day's budget lasts the day, whoever uses it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.ledgers import SpentHere
from bot.sources.pacing import Allowance, Purse, Turns

MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
NOON = MIDNIGHT + timedelta(hours=12)
PACIFIC = ZoneInfo("America/Los_Angeles")

MOMENTS = st.integers(0, 365 * 86_400).map(lambda passed: MIDNIGHT + timedelta(seconds=passed))
ALLOWANCES = st.builds(
    Allowance,
    most=st.integers(0, 10_000),
    at_once=st.floats(0, 1),
    zone=st.sampled_from([UTC, PACIFIC]),
)


def purse(most: int = 100, at_once: float = 0.2) -> Purse:
    return Purse(SpentHere(), "films", Allowance(most, at_once))


def test_a_part_may_be_used_at_once_and_the_rest_little_by_little() -> None:
    allowance = Allowance(100, at_once=0.2)
    assert allowance.by(MIDNIGHT) == 20
    assert allowance.by(NOON) == 60
    assert allowance.by(MIDNIGHT + timedelta(hours=23, minutes=59)) == 99


def test_a_day_is_that_of_the_zone_of_its_budget() -> None:
    allowance = Allowance(100, zone=PACIFIC)
    assert allowance.day(MIDNIGHT) == "2026-11-23"
    assert allowance.when(101, MIDNIGHT) == datetime(2026, 11, 24, 8, tzinfo=UTC)


def test_a_day_that_is_an_hour_longer_is_shared_out_over_that_hour_as_well() -> None:
    begun = datetime(2026, 11, 1, 7, tzinfo=UTC)  # the clocks go back
    allowance = Allowance(100, at_once=0.0, zone=PACIFIC)
    assert allowance.by(begun) == 0
    assert allowance.by(begun + timedelta(hours=12.5)) == 50
    assert allowance.when(101, begun) == begun + timedelta(hours=25)


@given(allowance=ALLOWANCES, now=MOMENTS, total=st.integers(0, 10_000))
def test_when_it_may_be_used_it_may_be_used(
    allowance: Allowance, now: datetime, total: int
) -> None:
    at = allowance.when(total, now)
    assert at >= now
    if allowance.day(at) == allowance.day(now):
        assert allowance.by(at) >= total


@given(allowance=ALLOWANCES, now=MOMENTS, passed=st.integers(0, 86_400))
def test_what_may_be_used_grows_and_never_beyond_the_budget(
    allowance: Allowance, now: datetime, passed: int
) -> None:
    later = now + timedelta(seconds=passed)
    assert 0 <= allowance.by(now) <= allowance.most
    if allowance.day(later) == allowance.day(now):
        assert allowance.by(later) >= allowance.by(now)


async def test_what_is_taken_is_not_there_for_another() -> None:
    one = purse()
    assert await one.take(20, MIDNIGHT)
    assert not await one.take(1, MIDNIGHT)
    assert await one.left(NOON) == 40


async def test_what_was_not_used_can_be_used_again() -> None:
    one = purse()
    assert await one.take(20, MIDNIGHT)
    await one.settle(20, 5, MIDNIGHT)
    assert await one.left(MIDNIGHT) == 15


async def test_what_was_used_beyond_is_missing_from_the_rest() -> None:
    one = purse()
    assert await one.take(20, MIDNIGHT)
    await one.settle(20, 30, MIDNIGHT)
    assert await one.left(NOON) == 30


async def test_what_is_given_back_after_midnight_is_of_the_day_before() -> None:
    one = purse()
    assert await one.take(10, MIDNIGHT)
    tomorrow = MIDNIGHT + timedelta(days=1)
    await one.settle(10, 0, MIDNIGHT)
    assert await one.left(tomorrow) == 20


async def test_it_is_said_when_there_will_be_enough() -> None:
    one = purse()
    assert await one.take(20, MIDNIGHT)
    at = await one.when(40, MIDNIGHT)
    assert NOON <= at <= NOON + timedelta(seconds=2)
    assert await one.take(40, at)


async def test_a_day_that_is_used_up_ends_at_midnight() -> None:
    one = purse(at_once=1.0)
    assert await one.take(100, NOON)
    assert await one.when(1, NOON) == MIDNIGHT + timedelta(days=1)


def test_each_rests_until_the_others_had_as_much() -> None:
    turns = Turns(timedelta(minutes=15))
    assert turns.rest("lumo", 1, NOON) == NOON + timedelta(minutes=15)
    assert turns.rest("clair", 2, NOON) == NOON + timedelta(minutes=60)
    assert turns.rest("lumo", 1, NOON) == NOON + timedelta(minutes=30)


@pytest.mark.parametrize("days", [1, 2])
def test_who_did_not_ask_for_a_day_is_waited_for_no_more(days: int) -> None:
    turns = Turns(timedelta(minutes=15))
    turns.rest("gone", 1, NOON)
    later = NOON + timedelta(days=days)
    assert turns.rest("lumo", 1, later) == later + timedelta(minutes=15)
