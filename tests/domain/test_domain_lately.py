"""What was written in a slot that is over, and is read in the next one."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.detection import SLOT, WINDOW, History
from bot.domain.lately import latest
from bot.domain.unseen import verdict_on
from tests.builders import NOW

QUIET = (1, 0, 0, 0) * 24 * 10
FIVE_MINUTES = timedelta(minutes=5)


def a_history(*recent: int | None) -> History:
    """Ten days of a mention an hour, then these slots, the last of which has just begun."""
    return History(start=NOW - SLOT * (len(QUIET + recent) - 1), counts=QUIET + recent)


def test_an_hour_is_looked_at_with_all_it_held_though_its_last_posts_are_read_after_it() -> None:
    history = a_history(5, 1, 1, 2, 0)
    assert verdict_on(history, NOW).state == "quiet", "the first slot has left the running hour"
    known, verdict = latest(history, NOW, [NOW - FIVE_MINUTES])
    assert verdict.state == "spike"
    assert verdict.evidence.seen == 9
    assert NOW - timedelta(seconds=1) < verdict.evidence.window_end < NOW
    assert known.counts == history.counts[:-1]


def test_the_running_hour_comes_first_where_it_is_a_spike() -> None:
    history = a_history(5, 1, 1, 2, 20)
    known, verdict = latest(history, NOW, [NOW - FIVE_MINUTES])
    assert known is history
    assert verdict == verdict_on(history, NOW)


def test_an_hour_in_whose_last_slot_nothing_is_new_is_not_looked_at_again() -> None:
    history = a_history(5, 1, 1, 2, 0)
    assert latest(history, NOW, [NOW]).verdict.state == "quiet"
    assert latest(history, NOW, ()).verdict.state == "quiet"


def test_what_was_written_long_ago_is_no_news() -> None:
    history = a_history(20, 5, 5, 0, 0, 0, 0, 0, 0)
    assert latest(history, NOW, [NOW - 8 * SLOT]).verdict.state == "quiet"


def test_a_poll_once_an_hour_hears_of_a_burst_within_it() -> None:
    history = a_history(0, 6, 0, 0, 0)
    _, verdict = latest(history, NOW, [NOW - 3 * SLOT])
    assert verdict.state == "spike"
    assert verdict.evidence.window_end < NOW - SLOT


@given(st.lists(st.sampled_from([0, 0, 0, 1, 2, 4, 8, None]), min_size=1, max_size=16))
def test_it_rings_where_one_of_the_last_hours_rings_and_nowhere_else(
    recent: list[int | None],
) -> None:
    history = a_history(*recent)
    written = [NOW - back * SLOT for back in range(1, WINDOW + 1)]
    ends = [
        verdict_on(
            History(start=history.start, counts=history.counts[: len(history.counts) - back]),
            NOW - back * SLOT,
        ).state
        for back in range(WINDOW + 1)
    ]
    assert (latest(history, NOW, written).verdict.state == "spike") == ("spike" in ends)
