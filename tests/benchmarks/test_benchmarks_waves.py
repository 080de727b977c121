"""The benchmark of waves runs as its page says."""

from __future__ import annotations

from random import Random

import pytest

from benchmarks.waves import found_after, stream, told


def test_a_stream_has_about_the_posts_and_the_share_that_it_is_asked_for() -> None:
    posts = stream(Random(1), 48, 0.2, 60)
    assert len(posts) == pytest.approx(60 * 48, rel=0.1)
    assert sum(negative for _, negative in posts) / len(posts) == pytest.approx(0.2, abs=0.03)


def test_hours_that_drift_keep_the_share() -> None:
    posts = stream(Random(2), 480, 0.3, 60, drift=0.02)
    assert sum(negative for _, negative in posts) / len(posts) == pytest.approx(0.3, abs=0.03)


def test_a_share_of_ninety_percent_is_found_soon_and_the_usual_one_seldom() -> None:
    planted = [found_after(12, 0.3, 3, seed) for seed in range(10)]
    ordinary = [found_after(12, 0.3, 1, seed) for seed in range(10)]
    assert sum(n is not None and n <= 20 for n in planted) >= 9
    assert sum(n is None for n in ordinary) >= 9


def test_an_ordinary_month_is_told_as_a_wave_less_than_once_in_ten_days() -> None:
    assert len(list(told(stream(Random(3), 48, 0.2, 60)))) <= 6
