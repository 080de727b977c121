"""The benchmark of campaigns runs as its page says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from benchmarks.campaigns import Estimate, Trial, cells, example, naive, trials
from benchmarks.campaigns_planted import FIRST, KINDS, planted
from bot.domain.daycounts import DayCount


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_planted_is_what_was_added(kind: str) -> None:
    without, doubled = planted(kind, 0.0, 3), planted(kind, 1.0, 3)

    assert without.extra == 0
    assert doubled.usual / 3 < doubled.extra < doubled.usual * 3
    during = sum(one.seen for one in doubled.days if one.day >= FIRST)
    assert during == doubled.usual + doubled.extra
    assert max(one.day for one in doubled.days) == doubled.last


def test_the_same_seed_plants_the_same() -> None:
    assert planted("beside", 0.3, 7) == planted("beside", 0.3, 7)


def test_the_naive_one_holds_the_days_against_those_before() -> None:
    days = [DayCount(day=FIRST + timedelta(days=n), seen=10 + n % 2) for n in range(-28, 0)]
    days += [DayCount(day=FIRST + timedelta(days=n), seen=20) for n in range(7)]

    found = naive(days, FIRST, FIRST + timedelta(days=6))

    assert found.extra == pytest.approx(7 * 20 - 7 * 10.5, abs=1)
    assert 0 < found.low < found.extra < found.high


def test_a_cell_counts_what_holds_and_what_was_told() -> None:
    sure, wide = Estimate(10, 5, 15), Estimate(0, -100, 100)
    tried = [Trial(12, 100, sure, sure), Trial(50, 100, None, sure), Trial(0, 100, wide, wide)]

    vigie, naive_one = cells("alone", 0.1, tried)

    assert (vigie.told, vigie.coverage, vigie.alarms) == (2 / 3, 1.0, 0.5)
    assert (naive_one.coverage, naive_one.alarms) == (2 / 3, 2 / 3)


def test_some_trials_are_within_the_interval() -> None:
    vigie, _ = cells("alone", 0.3, list(trials("alone", 0.3, 12)))

    assert vigie.told == 1
    assert vigie.coverage >= 8 / 12


def test_the_example_is_a_picture() -> None:
    assert example().startswith("<svg")
