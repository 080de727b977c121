"""Conjugate gradients (Hestenes and Stiefel, 1952): a linear system, of which only the products
with a vector are known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bot.domain.analysis.rows import Floats

_ROUNDS = 100


def solved(times: Callable[[Floats], Floats], wanted: Floats, close: float = 1e-4) -> Floats:
    """What `times` makes `wanted` of, to a relative error of `close`.

    `times` must be linear, symmetric and positive. A matrix is as many systems as it has columns.
    """
    found = np.zeros_like(wanted)
    left = wanted.copy()
    towards = left.copy()
    error = (left * left).sum(axis=0)
    enough = close**2 * error
    for _ in range(_ROUNDS):
        if (error <= enough).all():
            break
        moved = times(towards)
        step = _over(error, (towards * moved).sum(axis=0))
        found += step * towards
        left -= step * moved
        error, before = (left * left).sum(axis=0), error
        towards = left + _over(error, before) * towards
    return found


def _over(part: Floats, whole: Floats) -> Floats:
    """The quotient, 0 where it is of nothing."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
