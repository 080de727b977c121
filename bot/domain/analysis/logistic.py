"""Logistic regression with a penalty on large weights, in the dual: a factor for each post.

Labels are hundreds and grams tens of thousands, so that all that is asked of the posts is how
alike any two are (the product of their rows). Newton's method, each step by conjugate gradients.
"""

from __future__ import annotations

import numpy as np

from bot.domain.analysis.gradients import solved
from bot.domain.analysis.rows import Flags, Floats

_STEPS = 10
_CLOSE = 1e-4
_FURTHEST = 30.0


def fitted(alike: Floats, negative: Flags, weights: Floats, freedom: float) -> Floats:
    """The factor of each post, whose rows summed by them are the model.

    `alike` are the products of their rows, `negative` is what is learnt, `weights` (1 on average)
    how much each counts, and `freedom` (above 0) how little large weights are penalised: what the
    losses of all posts are multiplied with, against half of the weights' squares.
    """
    factors = np.zeros(len(negative))
    for _ in range(_STEPS):
        odds = alike @ factors
        chances = chances_of(odds)
        bend = np.sqrt(freedom * weights * np.maximum(chances * (1 - chances), 1e-5))
        wanted = bend * odds + freedom * weights * (negative - chances) / bend

        def bent(vector: Floats, bend: Floats = bend) -> Floats:
            return bend * (alike @ (bend * vector)) + vector

        moved = bend * solved(bent, wanted)
        change = float(np.abs(moved - factors).max())
        factors = moved
        if change <= _CLOSE * float(np.abs(factors).max()):
            break
    return factors


def chances_of(odds: Floats) -> Floats:
    """From logarithms of odds to chances (0 to 1)."""
    return 1 / (1 + np.exp(-np.clip(odds, -_FURTHEST, _FURTHEST)))
