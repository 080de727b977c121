"""How bursty a watch's hours are, and how much its own past is believed."""

from __future__ import annotations

import random

import pytest

from bot.domain.baseline import Baseline, Clock, learnt, size
from bot.domain.rarity import Tail, first_tail, once_in_hours, tail_after


def after(counts: list[int]) -> Baseline:
    known = Baseline()
    for hour, count in enumerate(counts):
        known = learnt(known, count, Clock(hour % 24, hour // 24 % 7))
    return known


def about(mean: float, hours: int) -> list[int]:
    """Hours that differ by chance alone."""
    dice = random.Random(5)
    return [round(max(0.0, dice.gauss(mean, mean**0.5))) for _ in range(hours)]


def test_a_busy_stream_soon_shows_that_it_is_regular() -> None:
    assert size(after(about(1_000, 72))) > 50


def test_no_stream_is_wholly_regular() -> None:
    assert size(after(about(100_000, 28 * 24))) < 5_000


def test_a_few_mentions_a_day_never_tell_how_bursty_they_are() -> None:
    assert size(after([0, 0, 0, 0, 0, 1] * 4 * 28)) == pytest.approx(4, rel=0.25)


def test_bursts_that_were_seen_are_believed_before_a_week_is_over() -> None:
    assert size(after([2, 90, 10, 40] * 6 * 6)) < 4


def taught(tail: Tail, tops: list[float], model: float) -> Tail:
    for top in tops:
        tail = tail_after(tail, top, model)
    return tail


def test_the_count_model_is_trusted_while_a_watch_is_as_it_says() -> None:
    dice = random.Random(2)
    tops = [2.5 + dice.expovariate(1.0) if dice.random() < 0.05 else 0.5 for _ in range(28 * 24)]
    tail = taught(first_tail(12.0, 50.0, 2.0, 2.0), tops, 1.0)
    assert tail.mean_excess == pytest.approx(1.0, abs=0.2)


def test_a_wild_watch_is_believed_against_the_count_model() -> None:
    dice = random.Random(2)
    tops = [2.5 + dice.expovariate(0.2) if dice.random() < 0.05 else 0.5 for _ in range(28 * 24)]
    tail = taught(first_tail(12.0, 50.0, 2.0, 2.0), tops, 1.0)
    assert tail.mean_excess > 2.5
    assert once_in_hours(tail, 10.0) < once_in_hours(Tail(tail.usual, 1.0), 10.0) / 20
