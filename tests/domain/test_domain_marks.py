"""How well scores tell negative posts from others: AUC, F1 and precision among the highest."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.analysis.marks import auc_of, found_of, precision_at
from bot.domain.analysis.rows import Flags, Floats

POSTS = st.lists(st.tuples(st.integers(-3, 3), st.booleans(), st.integers(1, 4)), min_size=1)


def flags(*values: int) -> Flags:
    return np.array(values, dtype=bool)


def ones(count: int) -> Floats:
    return np.ones(count)


@pytest.mark.parametrize(
    ("scores", "auc"),
    [([4, 3, 2, 1], 1.0), ([1, 2, 3, 4], 0.0), ([0, 0, 0, 0], 0.5), ([4, 2, 3, 1], 0.75)],
)
def test_auc_is_the_chance_that_a_negative_post_stands_before_another(
    scores: Sequence[float], auc: float
) -> None:
    assert auc_of(scores, flags(1, 1, 0, 0), ones(4)) == auc


@given(POSTS)
def test_a_weight_counts_as_so_many_posts(posts: list[tuple[int, bool, int]]) -> None:
    scores, negative, weights = (np.array(column) for column in zip(*posts, strict=True))
    weighed = auc_of(scores, negative, weights.astype(float))
    repeated = auc_of(np.repeat(scores, weights), np.repeat(negative, weights), ones(weights.sum()))
    assert weighed == pytest.approx(repeated, nan_ok=True)
    assert isnan(weighed) or 0 <= weighed <= 1


def test_f1_weighs_what_was_called_wrongly_against_what_was_missed() -> None:
    found = found_of(flags(1, 1, 0, 0), flags(1, 0, 1, 1), ones(4))
    assert (found.precision, found.recall) == (1 / 2, 1 / 3)
    assert found.f1 == pytest.approx(0.4)
    assert found_of(flags(0, 0), flags(1, 1), ones(2)).f1 == 0


def test_precision_among_the_highest_does_not_depend_on_the_order_of_equals() -> None:
    assert precision_at([9, 5, 5, 5], flags(1, 1, 0, 0), 0.5) == pytest.approx((1 + 1 / 3) / 2)
    assert precision_at([5, 5, 9, 5], flags(0, 0, 1, 1), 0.5) == pytest.approx((1 + 1 / 3) / 2)
    assert precision_at([2, 1], flags(1, 0), 0.01) == 1
