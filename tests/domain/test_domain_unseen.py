"""What is seen of an hour is the least that it held."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.detection import SLOT, History, detect
from bot.domain.unseen import is_whole, least, verdict_on
from tests.builders import NOW

QUIET = (1, 0, 0, 0) * 24 * 10


def a_history(*recent: int, unseen: int = 0) -> History:
    """Ten days of a mention an hour, then these slots, of which the last were not seen whole."""
    least = QUIET + recent
    counts = (*least[: len(least) - unseen], *(None,) * unseen)
    return History(start=NOW - SLOT * (len(least) - 1), counts=counts, at_least=least)


def test_what_was_seen_is_a_spike_where_it_is_enough() -> None:
    verdict = verdict_on(a_history(0, 0, 20, 10, unseen=2), NOW)
    assert verdict.state == "spike"
    assert verdict.evidence.volume == 30
    assert 0.5 < verdict.evidence.expected_an_hour < 2


def test_it_is_neither_quiet_nor_a_spike_where_it_is_not() -> None:
    assert verdict_on(a_history(0, 0, 1, 0, unseen=2), NOW).state == "incomplete"


def test_a_source_that_is_silent_for_a_day_hides_no_spike_of_the_others() -> None:
    day = (1, 0, 0, 0) * 23
    assert verdict_on(a_history(*day, 0, 0, 20, 10, unseen=96), NOW).state == "spike"


def test_an_hour_that_was_seen_whole_is_looked_at_as_ever() -> None:
    history = a_history(0, 0, 20, 10)
    assert is_whole(history)
    assert verdict_on(history, NOW) == detect(history, NOW)


def test_where_nothing_else_is_known_what_was_not_seen_counts_as_nothing() -> None:
    assert least(History(start=NOW, counts=(3, None, 2))) == (3, 0, 2)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12), st.integers(1, 12))
def test_an_hour_that_was_not_seen_whole_is_never_quiet(recent: list[int], unseen: int) -> None:
    history = a_history(*recent, unseen=min(unseen, len(recent)))
    verdict = verdict_on(history, NOW)
    assert verdict.state in ("spike", "incomplete")
    assert verdict.evidence.volume == sum(least(history)[-4:])
