"""Numbers that grow and that no other worker gives."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.services.numbering import Sequence
from tests.builders import NOW
from tests.services.conftest import HandClock

WORKERS = st.integers(0, 1023)


@given(st.lists(st.integers(-5, 5), min_size=1), WORKERS, st.integers(0, 2**62))
def test_they_grow_whatever_the_clock_does(steps: list[int], worker: int, last: int) -> None:
    clock = HandClock()
    numbers = Sequence(clock, last, worker)
    given_out = [last]
    for step in steps:
        clock.turn(timedelta(seconds=step))
        given_out.append(numbers())
    assert given_out == sorted(set(given_out))


@given(WORKERS, WORKERS)
def test_two_workers_never_give_the_same(one: int, other: int) -> None:
    clock = HandClock()
    firsts, seconds = Sequence(clock, 0, one), Sequence(clock, 0, other)
    both = [number() for _ in range(5) for number in (firsts, seconds)]
    assert len(set(both)) == (10 if one != other else 5)


def test_numbers_of_several_workers_are_in_the_order_of_time() -> None:
    clock = HandClock()
    early, late = Sequence(clock, 0, 1023), Sequence(clock, 0, 0)
    before = early()
    clock.turn(timedelta(microseconds=1))
    assert before < late()


def test_they_grow_beyond_those_of_a_vigie_that_knew_of_no_workers() -> None:
    microseconds = int(NOW.timestamp() * 1_000_000)
    assert microseconds < Sequence(HandClock(), microseconds)() < 2**63
