"""A watch at a source: what a failure and a success change."""

from __future__ import annotations

from datetime import UTC, timedelta

from msgspec.structs import replace

from bot.domain.pairs import (
    PATIENCE,
    Gap,
    Pair,
    failed,
    is_worth_keeping,
    must_be_told,
    must_look_back,
    read,
    rests,
)
from tests.builders import NOW

EVERY = timedelta(minutes=5)


def after_failures(number: int) -> Pair:
    pair = Pair(watch="Lumo", source="forum", cursor="c", last_ok=NOW)
    for _ in range(number):
        pair = failed(pair, "503", NOW, None, EVERY)
    return pair


def test_one_failure_is_tried_again_at_the_next_poll() -> None:
    assert after_failures(1).rest_until is None


def test_more_failures_rest_longer_but_never_over_an_hour() -> None:
    rests = [after_failures(n).rest_until for n in range(2, 12)]
    known = [rest - NOW for rest in rests if rest]
    assert known == sorted(known)
    assert known[0] == 2 * EVERY
    assert known[-1] == timedelta(hours=1)


def test_a_source_that_says_when_is_believed() -> None:
    until = NOW + timedelta(seconds=17)
    assert failed(Pair(watch="w", source="s"), "429", NOW, until, EVERY).rest_until == until


def test_its_silence_is_told_after_some_patience_and_once() -> None:
    told = [must_be_told(after_failures(n), NOW) for n in range(PATIENCE + 1)]
    assert told == [False] * PATIENCE + [True]


def test_a_source_that_wants_to_be_left_alone_for_long_is_told_at_once() -> None:
    """Three failures would take three days."""
    for hours, at_once in ((1, False), (24, True)):
        rests = failed(Pair(watch="w", source="s"), "429", NOW, NOW + timedelta(hours=hours), EVERY)
        assert must_be_told(rests, NOW) is at_once
        assert not must_be_told(replace(rests, told=True), NOW)


def test_a_success_forgets_the_failures_and_keeps_the_newest_post() -> None:
    newest = NOW - timedelta(hours=1)
    pair = read(after_failures(5), ("lumo",), "d", NOW, newest, None)
    assert (pair.failures, pair.failing_since, pair.error, pair.rest_until) == (0, None, "", None)
    later = read(pair, ("lumo",), "e", NOW, newest - timedelta(days=1), None)
    assert (later.newest, later.cursor) == (newest, "e")


BACK = timedelta(days=30)
"""What a clock is set back by: the pair was kept while it was ahead."""


def test_a_rest_is_kept_to_until_its_end() -> None:
    pair = replace(after_failures(0), rest_until=NOW + timedelta(hours=20))
    assert rests(pair, NOW)
    assert not rests(pair, NOW + timedelta(hours=20))
    assert not rests(replace(pair, rest_until=None), NOW)


def test_a_clock_set_back_makes_no_rest_of_weeks() -> None:
    pair = replace(after_failures(0), rest_until=NOW + timedelta(minutes=5))
    assert not rests(pair, NOW - BACK)


def test_a_clock_set_back_is_worth_keeping() -> None:
    pair = after_failures(0)
    assert is_worth_keeping(pair, replace(pair, last_ok=NOW - BACK))
    assert not is_worth_keeping(pair, replace(pair, last_ok=NOW + timedelta(seconds=5)))


def test_a_gap_after_a_clock_was_set_back_ends_after_it_begins() -> None:
    lost = read(after_failures(0), ("lumo",), "d", NOW - BACK, None, None, complete=False)
    assert lost.gap == Gap(since=NOW - BACK, until=NOW - BACK)


def test_a_clock_set_back_does_not_end_the_looking_back() -> None:
    pair = replace(after_failures(0), looked_back=NOW)
    night = (NOW - BACK).replace(hour=3)
    assert must_look_back(pair, night, UTC)
    assert not must_look_back(pair, night.replace(hour=12), UTC)
