"""A watch at a source: what a failure and a success change."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.pairs import PATIENCE, Pair, failed, must_be_told, read
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
    assert [must_be_told(after_failures(n)) for n in range(PATIENCE + 1)] == [False] * PATIENCE + [
        True
    ]


def test_a_success_forgets_the_failures_and_keeps_the_newest_post() -> None:
    newest = NOW - timedelta(hours=1)
    pair = read(after_failures(5), ("lumo",), "d", NOW, newest, None)
    assert (pair.failures, pair.failing_since, pair.error, pair.rest_until) == (0, None, "", None)
    later = read(pair, ("lumo",), "e", NOW, newest - timedelta(days=1), None)
    assert (later.newest, later.cursor) == (newest, "e")
