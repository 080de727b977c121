"""A sparse matrix, what is solved with it, and the regression in its dual, beside dense numpy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.analysis.gradients import solved
from bot.domain.analysis.grams import BUCKETS, known_as, rows_of, tokens_of
from bot.domain.analysis.logistic import chances_of, fitted
from bot.domain.analysis.rows import Floats, Rows

WIDTH = 6
CELLS = st.lists(
    st.lists(st.tuples(st.integers(0, WIDTH - 1), st.integers(-3, 3)), min_size=1, max_size=5),
    min_size=1,
    max_size=12,
)


def rows(cells: list[list[tuple[int, int]]]) -> Rows:
    flat = [cell for row in cells for cell in row]
    return Rows(
        np.array([column for column, _ in flat]),
        np.array([float(value) for _, value in flat]),
        np.concatenate([[0], np.cumsum([len(row) for row in cells])]),
        WIDTH,
    )


def close(found: Floats, wanted: Floats) -> None:
    np.testing.assert_allclose(found, wanted, atol=1e-9)


@given(CELLS)
def test_a_sparse_matrix_is_what_the_dense_one_is(cells: list[list[tuple[int, int]]]) -> None:
    sparse = rows(cells)
    dense: Floats = np.zeros((len(cells), WIDTH))
    for at, row in enumerate(cells):
        for column, value in row:
            dense[at, column] += value
    weights: Floats = np.linspace(-2, 3, WIDTH)
    factors: Floats = np.linspace(-1.5, 1.5, len(cells))
    close(sparse.dense(), dense)
    close(sparse.times(weights), dense @ weights)
    close(sparse.times(weights[:, None]), dense @ weights[:, None])
    close(sparse.summed(factors), factors @ dense)
    close(sparse.products(), dense @ dense.T)
    close(sparse.part(0, 1).dense(), dense[:1])
    close(sparse.scaled(weights).dense(), dense * weights)
    close(sparse.only(weights > 0).dense(), dense * (weights > 0))


def test_columns_that_many_rows_hold_are_multiplied_as_well_as_others() -> None:
    rng = np.random.default_rng(3)
    cells = [
        [(int(rng.integers(0, 3)), 2), (int(rng.integers(0, WIDTH)), int(rng.integers(-3, 4)))]
        for _ in range(300)
    ]
    dense = rows(cells).dense()
    close(rows(cells).products(), dense @ dense.T)
    assert rows(cells).held_in().tolist() == [
        len({at for at, row in enumerate(cells) if column in dict(row)}) for column in range(WIDTH)
    ]


def test_a_system_is_solved_by_its_products_alone() -> None:
    half = np.random.default_rng(1).standard_normal((30, 20))
    matrix, wanted = half.T @ half + np.eye(20), np.ones((20, 2))
    found = solved(lambda vectors: np.asarray(matrix @ vectors), wanted, close=1e-8)
    np.testing.assert_allclose(matrix @ found, wanted, atol=1e-6)


def test_the_regression_stands_where_its_slope_is_nought() -> None:
    design: Floats = np.random.default_rng(2).standard_normal((60, 5))
    negative = design[:, 0] + 0.5 * np.cos(np.arange(60)) > 0
    weights = np.where(np.arange(60) % 3, 1.2, 0.6)
    factors = fitted(design @ design.T, negative, weights, 0.7)
    left = 0.7 * weights * (negative - chances_of(design @ (design.T @ factors)))
    np.testing.assert_allclose(design.T @ factors, design.T @ left, atol=1e-2)


@given(st.lists(st.text(max_size=60), min_size=1, max_size=5))
def test_any_texts_have_grams_and_rows_of_a_length_of_about_one(texts: list[str]) -> None:
    found = rows_of(texts)
    assert len(found) == len(texts)
    assert int(found.columns.max()) < BUCKETS
    lengths = np.add.reduceat(found.values**2, found.starts[:-1])
    np.testing.assert_allclose(lengths, 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("@Acme WHY isn’t it 24/7?", ["@", "why", "isn't", "it", "00", "/", "0", "?"]),
        ("see https://acme.example/a?b=1 !", ["see", "://", "!"]),
        ("nul 😡😡", ["nul", "😡", "😡"]),
    ],
)
def test_texts_are_cut_into_words_and_signs(text: str, words: list[str]) -> None:
    assert [known_as(token) for token in tokens_of(text)] == words
