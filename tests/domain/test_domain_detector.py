"""Whether a watch is mentioned more than its past can explain, by examples."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from math import exp, pi, sin, sqrt

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.detector import Memory, begin, step
from bot.domain.rings import Settings
from bot.domain.verdicts import Verdict

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = 96
MONTHLY = Settings(once_in_days=30)
Counts = Sequence[int | None]


def poisson(dice: random.Random, mean: float) -> int:
    if mean > 50:
        return max(0, round(dice.gauss(mean, sqrt(mean))))
    count, left = 0, dice.random()
    while left > exp(-mean):
        left *= dice.random()
        count += 1
    return count


def stream(hourly: float, days: float, seed: int = 1) -> list[int]:
    """Steady chatter of so many mentions an hour, in quarters of an hour."""
    dice = random.Random(seed)
    return [poisson(dice, hourly / 4) for _ in range(round(days * DAY))]


def bursty(hourly: float, days: float, size: float, seed: int = 1) -> list[int]:
    """Chatter whose hours differ by more than chance."""
    dice = random.Random(seed)
    rates = [hourly * dice.gammavariate(size, 1 / size) for _ in range(round(days * 24))]
    return [poisson(dice, rate / 4) for rate in rates for _ in range(4)]


def seasonal(hourly: float, days: int, seed: int = 1) -> list[int]:
    """Chatter that is busiest in the afternoon, seven times as busy as at night."""
    dice = random.Random(seed)
    return [
        poisson(dice, hourly / 4 * exp(sin((slot / 4 - 9) * pi / 12))) for slot in range(days * DAY)
    ]


def walk(
    counts: Iterable[int | None],
    memory: Memory | None = None,
    asked: Settings = MONTHLY,
) -> tuple[Memory, list[Verdict]]:
    """The memory after some slots that follow each other, and the verdict on each."""
    memory = memory or begin(START, asked)
    verdicts = []
    for count in counts:
        memory, verdict = step(memory, count, memory.at + asked.slot, asked)
        verdicts.append(verdict)
    return memory, verdicts


def learnt(counts: Counts, asked: Settings = MONTHLY) -> Memory:
    return walk(counts, asked=asked)[0]


def rings(verdicts: Sequence[Verdict]) -> list[str]:
    return [verdict.ring for verdict in verdicts if verdict.ring != "none"]


def hour_of(total: int) -> list[int]:
    return [total // 4, total // 4, total // 4, total - 3 * (total // 4)]


THREE_A_DAY = [int(slot % DAY in (37, 50, 66)) for slot in range(21 * DAY)]


# How much is much


@pytest.mark.parametrize("hourly", [0.1, 1, 5, 50, 1_000, 10_000])
def test_a_steady_stream_rings_about_as_often_as_asked_at_any_size(hourly: float) -> None:
    rung = 0
    for seed in range(4):
        memory = learnt(stream(hourly, 21, seed))
        rung += len(rings(walk(stream(hourly, 30, seed + 100), memory)[1]))
    assert rung <= 2 * 4


@pytest.mark.parametrize("hourly", [5, 50, 1_000, 10_000])
def test_six_times_the_usual_is_a_spike_at_any_size(hourly: float) -> None:
    memory = learnt(stream(hourly, 21))
    _, verdicts = walk(hour_of(round(6 * hourly)), memory)
    assert rings(verdicts)[0] == "onset"
    assert verdicts[-1].state == "spike"
    assert (verdicts[-1].once_in_days or 0) > 30


def test_three_a_day_do_not_ring_at_two_in_an_hour() -> None:
    memory = learnt(THREE_A_DAY)
    for slots in ([2, 0, 0, 0], [1, 1, 0, 0], [1, 0, 0, 1]):
        _, verdicts = walk(slots, memory)
        assert {verdict.state for verdict in verdicts} == {"quiet"}


def test_three_a_day_do_not_sleep_through_twelve_in_an_hour() -> None:
    _, verdicts = walk([3, 3, 3, 3], learnt(THREE_A_DAY))
    assert rings(verdicts)[:1] == ["onset"]
    assert verdicts[-1].expected < 0.3
    assert verdicts[-1].high <= 2


def test_a_bursty_stream_is_given_more_room_than_a_steady_one() -> None:
    much = hour_of(45)
    assert rings(walk(much, learnt(stream(10, 28)))[1])
    assert not rings(walk(much, learnt(bursty(10, 28, 1.5)))[1])


def test_a_bursty_stream_rings_about_as_often_as_asked() -> None:
    rung = 0
    for seed in range(4):
        memory = learnt(bursty(20, 28, 2, seed))
        rung += len(rings(walk(bursty(20, 60, 2, seed + 100), memory)[1]))
    assert 1 <= rung <= 2 * 8


def test_a_burst_of_some_minutes_is_seen_though_the_hour_is_not_rare() -> None:
    asked = Settings(slot=timedelta(minutes=5), once_in_days=30)
    dice = random.Random(2)
    memory = learnt([poisson(dice, 20) for _ in range(21 * 288)], asked)
    _, verdicts = walk([140], memory, asked)
    assert rings(verdicts) == ["onset"]
    assert verdicts[0].window.slots == 3


# The hour, the day, the clock


def test_the_hour_of_the_day_is_learnt() -> None:
    memory, _ = walk(seasonal(40, 42))
    _, verdicts = walk(seasonal(40, 14, seed=2), memory)
    assert rings(verdicts) == []
    night, noon = verdicts[12], verdicts[60]
    assert noon.expected > 4 * night.expected


def test_a_spike_at_night_is_held_against_the_night() -> None:
    memory, _ = walk(seasonal(40, 42))
    night, _ = walk(seasonal(40, 1)[: 3 * 4], memory)
    assert rings(walk(hour_of(100), night)[1])
    noon, _ = walk(seasonal(40, 1)[: 15 * 4], memory)
    assert not rings(walk(hour_of(100), noon)[1])


def test_hours_are_those_of_the_place_when_the_clocks_change() -> None:
    paris = Settings(once_in_days=30, zone="Europe/Paris")
    memory = begin(datetime(2026, 3, 28, 22, tzinfo=UTC), paris)
    hours = []
    for _ in range(4 * 4):
        memory, _ = step(memory, 1, memory.at + paris.slot, paris)
        hours.append(memory.forecast.clock.hour)
    assert hours[3::4] == [0, 1, 3, 4]  # 23 h was the first; at 2 h it was 3 h


# What is not known


def test_a_new_watch_learns_for_a_day_in_which_only_a_gross_excess_rings() -> None:
    memory, verdicts = walk(stream(5, 0.5))
    assert {verdict.state for verdict in verdicts} == {"learning"}
    assert rings(walk(hour_of(20), memory)[1]) == []
    assert rings(walk(hour_of(200), memory)[1])[:1] == ["onset"]
    assert walk(stream(5, 1.1))[1][-1].state == "quiet"


def test_what_was_not_seen_is_incomplete_for_as_long_as_it_is_in_the_hour() -> None:
    memory = learnt(stream(10, 14))
    _, verdicts = walk([None, 2, 3, 2, 3], memory)
    assert [verdict.state for verdict in verdicts] == ["incomplete"] * 4 + ["quiet"]


def test_no_spike_begins_in_a_slot_that_was_not_seen() -> None:
    memory = learnt(stream(10, 14))
    assert rings(walk([None] * 8, memory)[1]) == []


def test_a_quarter_that_was_seen_after_a_gap_may_be_a_spike() -> None:
    memory = learnt(stream(10, 14))
    _, verdicts = walk([None, 60], memory)
    assert [verdict.state for verdict in verdicts] == ["incomplete", "spike"]


def test_slots_that_were_left_out_are_taken_as_not_seen() -> None:
    memory = learnt(stream(10, 14))
    told, _ = walk([None, None, None, 3], memory)
    left_out, verdict = step(memory, 3, memory.at + 4 * MONTHLY.slot, MONTHLY)
    assert verdict.state == "incomplete"
    assert left_out == told


def test_a_week_that_was_left_out_changes_what_is_expected_by_little() -> None:
    memory = learnt(stream(10, 14))
    after, _ = step(memory, 3, memory.at + timedelta(days=7), MONTHLY)
    _, verdicts = walk(stream(10, 1), after)
    assert rings(verdicts) == []
    assert verdicts[-1].expected == pytest.approx(10, rel=0.3)


def test_the_first_slot_has_nothing_to_be_held_against() -> None:
    _, verdicts = walk([400])
    assert (verdicts[0].state, verdicts[0].once_in_days) == ("learning", None)


# One story


def test_a_spike_begins_grows_and_ends() -> None:
    memory = learnt(stream(20, 21))
    quiet = stream(20, 0.25, seed=9)
    _, verdicts = walk([30, 30, 30, 30, 120, 120, *quiet], memory)
    assert rings(verdicts) == ["onset", "growth"]
    states = [verdict.state for verdict in verdicts]
    assert states.count("spike") >= 8  # it takes a calm hour to be over
    assert states[-1] == "quiet"
    since = next(verdict.since for verdict in verdicts if verdict.since)
    assert memory.at < since + timedelta(hours=1)


def test_nothing_rings_in_the_cool_down_but_what_is_three_times_as_strong() -> None:
    memory = learnt(stream(20, 21))
    quiet = stream(20, 0.25, seed=9)
    assert rings(walk([40, 40, *quiet, 40, 40, *quiet], memory)[1]) == ["onset"]
    assert rings(walk([40, 40, *quiet, 400, *quiet], memory)[1]) == ["onset", "onset"]


def test_the_cool_down_is_what_is_asked_for() -> None:
    memory = learnt(stream(20, 21))
    quiet = stream(20, 0.25, seed=9)
    brief = Settings(once_in_days=30, cool_down=timedelta(hours=2))
    again = [40, 40, *quiet, 40, 40, *quiet]
    assert rings(walk(again, memory, brief)[1]) == ["onset", "onset"]


def test_past_spikes_do_not_poison_what_is_expected() -> None:
    calm = stream(10, 28)
    marked = list(calm)
    for day in (9, 16):
        marked[day * DAY : day * DAY + 8] = [500] * 8
    expected = learnt(calm).forecast.hour.mean
    memory = learnt(marked)
    assert memory.forecast.hour.mean == pytest.approx(expected, rel=0.1)
    assert rings(walk(hour_of(80), memory)[1])


@pytest.mark.parametrize("days_ago", [3, 10])
def test_a_crisis_of_half_a_day_does_not_leave_a_watch_deaf(days_ago: int) -> None:
    heard = 0
    for seed in range(8):
        counts = [*stream(5, 14, seed), *stream(150, 0.5, seed), *stream(5, days_ago, seed + 9)]
        _, verdicts = walk(stream(50, 1 / 24, seed), learnt(counts))
        heard += verdicts[-1].state == "spike"
    assert heard == 8


def test_a_watch_that_had_such_a_spike_every_few_days_is_not_rung_for_one_more() -> None:
    wild = stream(10, 28)
    for day in range(2, 28, 3):
        wild[day * DAY : day * DAY + 4] = [20] * 4
    assert not rings(walk([20] * 4, learnt(wild))[1])


# A level that changes


def test_a_level_that_rose_and_stays_is_learnt_within_days() -> None:
    memory = learnt(stream(10, 28))
    memory, verdicts = walk(stream(50, 4, seed=4), memory)
    assert rings(verdicts)[0] == "onset"
    assert verdicts[-1].expected == pytest.approx(50, rel=0.3)
    assert len(rings(verdicts)) <= 4


# The value and the function


@settings(max_examples=60, deadline=None)
@given(st.lists(st.none() | st.integers(0, 100_000), max_size=300), st.integers(0, 299))
def test_a_restart_changes_nothing(counts: list[int | None], at: int) -> None:
    one, _ = walk(counts[:at])
    for encoded in (msgspec.msgpack.encode(one), msgspec.json.encode(one)):
        decode = msgspec.msgpack.decode if encoded[:1] != b"[" else msgspec.json.decode
        assert decode(encoded, type=Memory) == one
    restarted = msgspec.msgpack.decode(msgspec.msgpack.encode(one), type=Memory)
    assert walk(counts[at:], restarted) == walk(counts[at:], one)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.none() | st.integers(0, 100_000), min_size=1, max_size=400))
def test_any_counts_get_verdicts_that_agree_with_themselves(counts: list[int | None]) -> None:
    _, verdicts = walk(counts)
    for verdict, count in zip(verdicts, counts, strict=True):
        assert verdict.low <= verdict.high
        assert verdict.expected >= 0
        if verdict.ring != "none":
            assert verdict.state == "spike"
        if count is None:
            assert (verdict.state, verdict.ring) == ("incomplete", "none")
        assert (verdict.since is not None) == (verdict.state == "spike")


@given(st.integers(4, 200), st.integers(1, 8))
def test_more_mentions_are_never_less_rare(total: int, more: int) -> None:
    _, less = walk([total], LEARNT)
    _, greater = walk([total + more], LEARNT)
    if less[0].window == greater[0].window:
        assert (greater[0].once_in_days or 0) >= (less[0].once_in_days or 0) * (1 - 1e-9)
    assert (less[0].ring, greater[0].ring) != ("onset", "none")


LEARNT = learnt(stream(10, 7))


def test_a_memory_takes_some_hundred_bytes_however_long_it_is() -> None:
    sizes = [len(msgspec.msgpack.encode(learnt(stream(50, days)))) for days in (3, 60)]
    assert max(sizes) < 800
    assert sizes[1] <= sizes[0] + 20


def test_a_running_slot_can_be_looked_at_early() -> None:
    memory = learnt(stream(10, 14))
    at = memory.at + MONTHLY.slot
    early = step(memory, 60, at, MONTHLY)[1]
    assert early.ring == "onset"
    assert step(memory, 60, at, MONTHLY)[1] == early


@pytest.mark.parametrize("minutes", [0, 7, 45, 120])
def test_a_slot_that_does_not_divide_an_hour_is_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match="divides an hour"):
        begin(START, Settings(slot=timedelta(minutes=minutes)))


def test_a_naive_beginning_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        begin(START.replace(tzinfo=None), MONTHLY)


@pytest.mark.parametrize("minutes", [-15, 0, 20])
def test_a_slot_that_does_not_follow_is_refused(minutes: int) -> None:
    memory, _ = walk([1, 2])
    with pytest.raises(ValueError, match="slots after"):
        step(memory, 1, memory.at + timedelta(minutes=minutes), MONTHLY)


@pytest.mark.parametrize("minutes", [1, 5, 20, 30, 60])
def test_slots_may_be_of_any_length_that_divides_an_hour(minutes: int) -> None:
    asked = Settings(slot=timedelta(minutes=minutes), once_in_days=30)
    dice = random.Random(1)
    memory = learnt([poisson(dice, minutes) for _ in range(5 * 24 * 60 // minutes)], asked)
    _, verdicts = walk([6 * minutes] * (60 // minutes), memory, asked)
    assert rings(verdicts)[0] == "onset"
    assert verdicts[-1].since is not None
