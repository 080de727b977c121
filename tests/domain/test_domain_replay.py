"""What would have rung on past counts: the same as having watched."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.alerts import Episode
from bot.domain.detection import SLOT, History
from bot.domain.replay import Replay, Ring, replay
from bot.domain.spikes import carried_on, is_calm, spike_step
from bot.domain.unseen import least, verdict_on
from tests.builders import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOMENT = timedelta(seconds=1)
BEFORE = 3 * 96
"""Slots of what was usual."""


def a_history(*recent: int | None) -> History:
    """Three days with a mention an hour, then these slots, the last of which ends at NOW."""
    counts = (1, 0, 0, 0) * (BEFORE // 4) + recent
    return History(start=NOW - SLOT * len(counts), counts=counts)


def replayed(history: History, *days: float) -> Replay:
    since = history.start + SLOT * BEFORE
    found = replay(history, since, NOW - MOMENT, days or (30,), HOUR)
    assert found is not None
    return found


def quiet(hours: int) -> tuple[int, ...]:
    return (1, 0, 0, 0) * hours


def watched(history: History, days: float) -> list[tuple[datetime, datetime, int]]:
    """The same by asking the detector after every slot, as a poll and the all-clear do: when each
    spike rang, when it was last seen, and the most that it had."""
    found: list[Episode] = []
    running: Episode | None = None
    for slot in range(BEFORE, len(history.counts)):
        upto = replace(history, counts=history.counts[: slot + 1], sensitivity=days)
        now = history.start + SLOT * (slot + 1) - MOMENT
        verdict = verdict_on(upto, now) if least(history)[slot] else None
        step = spike_step(running, verdict, now, HOUR)
        if step == "raise" and verdict:
            seen = verdict.evidence.volume
            found.append(Episode(watch="", alert="", began=now, last_over=now, told=seen))
            running = found[-1]
        elif step == "go_on" and running and verdict:
            running = found[-1] = carried_on(running, verdict, now)
        elif running and now >= running.last_over + HOUR and is_calm(upto, now, HOUR):
            running = None
    return [(one.began, one.last_over, one.told) for one in found]


def told(ring: Ring) -> tuple[datetime, datetime, int]:
    return ring.evidence.window_end, ring.last, ring.peak


def test_a_spike_rings_once_however_long_it_lasts() -> None:
    history = a_history(*quiet(4), *(9, 9, 9, 9) * 2, *quiet(6))
    (ring,) = replayed(history).rows[0].rings
    assert ring.evidence.seen >= 9
    assert ring.evidence.expected == pytest.approx(1, abs=0.5)
    assert ring.over
    assert timedelta(hours=1.5) < ring.length < timedelta(hours=5)
    assert ring.peak == 36


def test_two_spikes_with_quiet_between_them_ring_twice() -> None:
    spike = (12, 12, 0, 0)
    history = a_history(*spike, *quiet(8), *spike, *quiet(3))
    assert len(replayed(history).rows[0].rings) == 2


def test_a_spike_that_still_runs_is_not_over() -> None:
    (ring,) = replayed(a_history(*quiet(4), 15, 15)).rows[0].rings
    assert not ring.over
    assert ring.last == NOW - MOMENT


def test_a_spike_is_not_over_while_nobody_could_look() -> None:
    unseen = (None,) * 8
    history = a_history(15, 15, 0, 0, *unseen)
    (ring,) = replayed(history).rows[0].rings
    assert not ring.over


def test_a_calmer_watch_rings_for_less() -> None:
    history = a_history(*quiet(4), 3, 2, 0, 0, *quiet(8), 20, 20, 0, 0, *quiet(4))
    watchful, calm = replayed(history, 10_000, 1).rows
    assert (watchful.days, calm.days) == (1, 10_000)
    assert len(watchful.rings) > len(calm.rings) == 1


def test_hours_carry_what_was_seen_and_what_was_expected() -> None:
    found = replayed(a_history(*quiet(5), None, 0, 0, 0, 2, 2, 0, 0))
    seen = [hour.seen for hour in found.hours]
    assert seen == [1, 1, 1, 1, 1, None, 4]
    assert [hour.at for hour in found.hours][:2] == [found.since, found.since + HOUR]
    known = found.hours[0]
    assert known.low is not None
    assert known.expected is not None
    assert known.high is not None
    assert known.low <= known.expected <= known.high


def test_the_first_hours_of_a_watch_know_nothing() -> None:
    history = History(start=NOW - SLOT * 8, counts=(3,) * 8)
    found = replay(history, history.start, NOW - MOMENT, (30,), HOUR)
    assert found is not None
    assert found.hours[0].expected is None
    assert found.rows[0].rings == ()


def test_alerts_are_counted_by_the_week() -> None:
    history = a_history(*quiet(24), 12, 12, 0, 0, *quiet(23))
    found = replayed(history)
    assert found.a_week(found.rows[0]) == pytest.approx(3.5, abs=0.01)


def test_a_replay_can_be_broken_off() -> None:
    history = a_history(*quiet(40))
    heard: list[float] = []

    def go_on(done: float) -> bool:
        heard.append(done)
        return len(heard) < 5

    since = history.start + SLOT * BEFORE
    assert replay(history, since, NOW - MOMENT, (30,), HOUR, go_on=go_on) is None
    assert heard == sorted(heard)
    assert len(heard) == 5


def test_a_replay_needs_a_sensitivity() -> None:
    with pytest.raises(ValueError, match="sensitivity"):
        replay(a_history(1), NOW - DAY, NOW - MOMENT, (), HOUR)


SOME = st.one_of(
    st.integers(0, 3),
    st.sampled_from([0, 0, 0, 0, 0, 1, 6, 12]),
    st.sampled_from([0, 0, 1, None]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(SOME, min_size=1, max_size=48), st.sampled_from([1.0, 7.0, 30.0]))
def test_it_rings_as_having_asked_after_every_slot_would(
    recent: list[int | None], days: float
) -> None:
    history = a_history(*recent)
    assert [told(ring) for ring in replayed(history, days).rows[0].rings] == watched(history, days)


def cooled(history: History, cool_down: timedelta) -> list[int]:
    """The peaks of what is told with a cool-down."""
    since = history.start + SLOT * BEFORE
    found = replay(history, since, NOW - MOMENT, (7,), HOUR, cool_down=cool_down)
    assert found is not None
    return [ring.peak for ring in found.rows[0].rings]


def test_in_the_cool_down_of_a_spike_only_one_three_times_as_large_rings() -> None:
    history = a_history(
        *(12, 12, 0, 0), *quiet(6), *(14, 14, 0, 0), *quiet(6), *(60, 40, 0, 0), *quiet(3)
    )
    assert cooled(history, timedelta()) == [24, 28, 100]
    assert cooled(history, DAY) == [24, 100]
    assert cooled(history, 5 * HOUR) == [24, 28, 100]


def test_a_spike_that_outlasts_the_cool_down_of_another_is_told_then() -> None:
    history = a_history(*(12, 12, 0, 0), *quiet(3), *(9, 9, 9, 9) * 4, *quiet(2))
    assert cooled(history, 6 * HOUR) == [24, 36]
    assert cooled(history, 12 * HOUR) == [24]
