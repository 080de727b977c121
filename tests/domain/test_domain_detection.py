from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from math import cos, exp, pi, sqrt
from timeit import repeat
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.detection import (
    SLOT,
    History,
    Verdict,
    detect,
    first_memory,
    looked_at,
    settings_of,
)
from bot.domain.verdicts import RAREST
from bot.domain.volume import SLOTS_A_DAY

START = datetime(2026, 3, 1, tzinfo=UTC)
Counts = list[int | None]


def verdict(counts: Counts, sensitivity: float = 30.0) -> Verdict:
    history = History(start=START, counts=tuple(counts), sensitivity=sensitivity)
    return detect(history, START + SLOT * len(counts) - timedelta(minutes=1))


def poisson(dice: random.Random, mean: float) -> int:
    if mean > 50:
        return max(0, round(dice.gauss(mean, sqrt(mean))))
    count, left = 0, dice.random()
    while left > exp(-mean):
        left *= dice.random()
        count += 1
    return count


def stream(hourly: float, days: float, seed: int = 1) -> Counts:
    dice = random.Random(seed)
    return [poisson(dice, hourly / 4) for _ in range(round(days * SLOTS_A_DAY))]


def spread_over(counts: Counts, total: int) -> Counts:
    """The counts with the last hour replaced by `total` mentions."""
    return [*counts[:-4], total // 4, total // 4, total // 4, total - 3 * (total // 4)]


@pytest.mark.parametrize("hourly", [0.125, 2, 40, 5_000])
def test_a_steady_stream_rings_less_often_than_promised(hourly: float) -> None:
    days, asked = 4, 0.5
    counts = stream(hourly, 14 + days)
    rings, rung_at = 0, -100
    for end in range(14 * SLOTS_A_DAY, len(counts)):
        if verdict(counts[end - 14 * SLOTS_A_DAY : end], asked).state == "spike":
            rings += end - rung_at > 4
            rung_at = end
    assert rings <= days / asked


@pytest.mark.parametrize("hourly", [5, 50, 1_000, 10_000])
def test_five_times_the_usual_is_a_spike_at_any_size(hourly: float) -> None:
    found = verdict(spread_over(stream(hourly, 14), round(5 * hourly)))
    assert found.state == "spike"
    assert found.evidence.expected == pytest.approx(hourly, rel=0.3)
    assert found.evidence.low <= hourly <= found.evidence.high


@pytest.mark.parametrize("total", [0, 1, 2])
def test_three_a_day_do_not_ring_at_one_or_two_in_an_hour(total: int) -> None:
    assert verdict(spread_over(stream(0.125, 14), total)).state == "quiet"


def test_three_a_day_ring_at_eight_in_an_hour() -> None:
    assert verdict(spread_over(stream(0.125, 14), 8)).state == "spike"


def test_a_bursty_stream_is_given_more_room_than_a_steady_one() -> None:
    dice = random.Random(3)
    bursty: Counts = []
    for _ in range(14 * 24):
        rate = dice.gammavariate(1.5, 10 / 1.5)
        bursty += [poisson(dice, rate / 4) for _ in range(4)]
    assert verdict(spread_over(stream(10, 14), 32)).state == "spike"
    assert verdict(spread_over(bursty, 32)).state == "quiet"


def test_the_hour_of_the_day_is_learnt() -> None:
    dice = random.Random(5)
    rates = [13 - 12 * cos((slot - 8) / 96 * 2 * pi) for slot in range(96)]
    days: Counts = [poisson(dice, rates[slot % 96]) for slot in range(21 * 96)]
    at_two, at_night = days[: 20 * 96 + 60], days[: 20 * 96 + 12]
    assert verdict(spread_over(at_two, 100)).state == "quiet"
    assert verdict(spread_over(at_night, 100)).state == "spike"
    assert verdict(at_two).evidence.expected > 5 * verdict(at_night).evidence.expected


def test_hours_of_the_day_are_those_of_the_zone() -> None:
    """A day that ends in March with summer time: what came at nine comes at nine."""
    paris = ZoneInfo("Europe/Paris")
    start = datetime(2026, 3, 2, tzinfo=UTC)
    counts = tuple(
        12 if 9 <= (start + SLOT * slot).astimezone(paris).hour < 18 else 1
        for slot in range(27 * SLOTS_A_DAY + 30)
    )
    at_nine = start + SLOT * len(counts) - timedelta(minutes=1)
    here = detect(History(start=start, counts=counts, zone="Europe/Paris"), at_nine)
    elsewhere = detect(History(start=start, counts=counts), at_nine)
    assert here.evidence.expected > 1.3 * elsewhere.evidence.expected


def test_a_past_crisis_does_not_hide_the_next_one() -> None:
    calm = stream(10, 14)
    marked = list(calm)
    marked[-300:-296] = [500, 500, 500, 500]
    assert verdict(spread_over(marked, 50)).state == "spike"
    expected = verdict(calm).evidence.expected
    assert verdict(marked).evidence.expected == pytest.approx(expected, rel=0.15)


def test_a_new_watch_learns_for_a_day() -> None:
    assert verdict(stream(5, 0.5)).state == "learning"
    assert verdict(spread_over(stream(5, 0.5), 20)).state == "learning"
    assert verdict(stream(5, 1.2)).state == "quiet"


def test_only_a_gross_excess_rings_while_learning() -> None:
    assert verdict(spread_over(stream(5, 0.5), 200)).state == "spike"


def test_the_first_hour_has_nothing_to_be_held_against() -> None:
    found = verdict([400, 400])
    assert found.state == "learning"
    assert found.evidence.once_in_days is None


def test_what_was_not_seen_is_never_quiet() -> None:
    counts = stream(10, 14)
    counts[-2] = None
    assert verdict(counts).state == "incomplete"


def test_a_quarter_that_was_seen_may_be_a_spike_where_its_hour_was_not() -> None:
    counts = spread_over(stream(10, 14), 200)
    counts[-2] = None
    found = verdict(counts)
    assert (found.state, found.evidence.seen) == ("spike", 50)
    assert found.evidence.is_quarter


def test_a_spike_is_told_of_its_quarter_while_the_hour_is_not_rare_yet() -> None:
    calm = stream(50, 14)
    begun = verdict([*calm, 36]).evidence
    assert (begun.is_quarter, begun.seen) == (True, 36)
    assert begun.volume == sum(count or 0 for count in calm[-3:]) + 36
    assert begun.expected_an_hour == pytest.approx(50, rel=0.3)
    grown = verdict([*calm, 50, 50, 50]).evidence
    assert not grown.is_quarter
    assert grown.seen == grown.volume
    assert begun.hour_start == grown.window_start - 2 * SLOT


def test_a_spike_that_has_rung_is_quiet_again_once_it_is_no_longer_rare() -> None:
    calm = stream(50, 14)
    assert verdict([*calm, 90, 90, 90, 90]).state == "spike"
    assert verdict([*calm, 90, 90, 90, 90, 20, 15, 15, 15]).state == "quiet"


def test_a_day_that_is_counted_again_is_judged_again() -> None:
    calm = stream(10, 14)
    before = verdict(calm).evidence.expected
    more = [3 * (count or 0) for count in calm[:-200]] + calm[-200:]
    assert verdict(more).evidence.expected > 1.5 * before
    assert verdict(calm).evidence.expected == before


def test_incomplete_hours_are_no_part_of_the_baseline() -> None:
    counts = stream(10, 14)
    for slot in range(0, 10 * 96, 2):
        counts[slot] = None
    evidence = verdict(counts).evidence
    assert evidence.known_days == pytest.approx(4, abs=0.1)
    assert evidence.expected == pytest.approx(10, rel=0.2)


def test_the_evidence_names_its_window() -> None:
    evidence = verdict([1] * 8).evidence
    assert evidence.window_start == START + timedelta(hours=1)
    assert evidence.window_end == START + timedelta(hours=1, minutes=59)


def test_nothing_is_rarer_than_a_century() -> None:
    assert verdict(spread_over(stream(10, 14), 100_000)).evidence.once_in_days == RAREST


@pytest.mark.parametrize(
    ("start", "counts", "now"),
    [
        (START.replace(tzinfo=None), (1,), START),
        (START + timedelta(minutes=1), (1,), START + timedelta(minutes=2)),
        (START, (), START),
        (START, (1, 1), START),
        (START, (1,), START + SLOT),
    ],
)
def test_a_history_that_does_not_fit_its_clock_is_refused(
    start: datetime, counts: tuple[int, ...], now: datetime
) -> None:
    with pytest.raises(ValueError, match=r"slot|quarter"):
        detect(History(start=start, counts=counts), now)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.none() | st.integers(0, 100_000), min_size=1, max_size=400),
    st.floats(0.1, 1_000),
)
def test_any_history_gets_a_verdict_that_agrees_with_its_evidence(
    counts: Counts, sensitivity: float
) -> None:
    found = verdict(counts, sensitivity)
    evidence = found.evidence
    assert evidence.low <= evidence.high
    if found.state == "spike":
        assert evidence.once_in_days is not None
        assert evidence.once_in_days > min(sensitivity, RAREST - 1)
    if None in counts[-4:]:
        assert found.state in ("incomplete", "spike")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.none() | st.integers(0, 50), min_size=1, max_size=300),
    st.integers(0, 95),
)
def test_a_day_that_is_remembered_changes_nothing(counts: Counts, offset: int) -> None:
    start = START + SLOT * offset
    history = History(start=start, counts=tuple(counts), zone="Europe/Paris")
    rules = settings_of(history)
    memory = first_memory(start, rules)
    for slot, count in enumerate(counts):
        now = start + SLOT * (slot + 1) - timedelta(minutes=1)
        memory, stepped = looked_at(memory, count, start + SLOT * slot, now, rules)
    assert detect(history, now) == stepped


@given(st.integers(10, 200), st.integers(1, 8))
def test_more_mentions_are_never_less_of_a_spike(total: int, more: int) -> None:
    calm = stream(10, 2)
    less = verdict(spread_over(calm, total)).evidence.once_in_days
    greater = verdict(spread_over(calm, total + more)).evidence.once_in_days
    assert less is not None
    assert greater is not None
    assert greater >= less * (1 - 1e-9)


def test_a_look_at_four_weeks_that_were_looked_at_takes_a_millisecond_or_two() -> None:
    counts = stream(50, 28.5)
    verdict(counts)
    assert min(repeat(lambda: verdict(counts), number=1, repeat=5)) < 0.005
