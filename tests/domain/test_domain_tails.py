from __future__ import annotations

from math import exp, fsum, lgamma, log, log1p

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.tails import at_least, quantile


def summed(count: int, mean: float, size: float) -> float:
    """The same chance, by adding up the chances of every smaller count."""
    q = mean / (mean + size)
    return 1 - fsum(
        exp(lgamma(n + size) - lgamma(size) - lgamma(n + 1) + size * log1p(-q) + n * log(q))
        for n in range(count)
    )


@given(st.integers(0, 400), st.floats(0.01, 200), st.floats(0.1, 1e5))
def test_the_tail_is_one_less_the_sum_of_what_is_below(
    count: int, mean: float, size: float
) -> None:
    assert at_least(count, mean, size) == pytest.approx(summed(count, mean, size), abs=1e-7)


def test_a_single_event_has_its_closed_form() -> None:
    assert at_least(1, 2.0, 3.0) == pytest.approx(1 - (3 / 5) ** 3, rel=1e-12)


def test_chances_too_small_to_subtract_keep_their_digits() -> None:
    geometric = at_least(100, 0.25, 1.0)
    assert geometric == pytest.approx(0.2**100, rel=1e-9)


@given(st.integers(1, 50_000), st.floats(1e-6, 2e4), st.floats(0.1, 1e7))
def test_a_larger_count_is_never_likelier(count: int, mean: float, size: float) -> None:
    chance = at_least(count, mean, size)
    assert 0 <= at_least(count + 1, mean, size) <= chance * (1 + 1e-9) + 1e-12
    assert chance <= 1


@given(st.sampled_from([0.025, 0.5, 0.975]), st.floats(0.01, 100), st.floats(0.2, 1e4))
def test_a_quantile_is_the_first_count_that_reaches_its_share(
    share: float, mean: float, size: float
) -> None:
    count = quantile(share, mean, size)
    assert 1 - at_least(count + 1, mean, size) >= share
    assert count == 0 or 1 - at_least(count, mean, size) < share


@given(st.sampled_from([0.025, 0.975]), st.floats(100, 2e4), st.floats(0.2, 1e6))
def test_a_quantile_of_large_counts_is_exact_as_well(
    share: float, mean: float, size: float
) -> None:
    count = quantile(share, mean, size)
    assert 1 - at_least(count + 1, mean, size) >= share
    assert count == 0 or 1 - at_least(count, mean, size) < share
