"""What a watch's days would have held if nothing had been done: drawn from what came before.

A day's mentions are Poisson around a rate whose logarithm is the sum of a level, a weekday's share,
a straight trend, what comparison series say of the same day, a level that wanders, and chance
beyond Poisson. All of these are Gaussian, so together they are one Gaussian process over days; how
much each may vary is not known and is weighed over a grid.

The idea of a counterfactual from a structural series and controls is that of Brodersen, Gallusser,
Koehler, Remy and Scott, "Inferring causal impact using Bayesian structural time-series models",
Annals of Applied Statistics 9 (2015). Counts are fitted by Laplace's approximation (Rasmussen and
Williams, "Gaussian Processes for Machine Learning", 2006, 3.4), the grid is weighed as in Rue,
Martino and Chopin, "Approximate Bayesian inference for latent Gaussian models by using integrated
nested Laplace approximations", JRSS B 71 (2009).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import log

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

DRAWS = 4_000

_LEVEL, _WEEKDAY, _TREND = 2.0, 0.4, 0.006
"""Standard deviations of the logarithm: of the level around the mean, of a weekday, and of the
trend of a day (4% a week)."""

_WANDER, _LENGTHS = (0.05, 0.1, 0.2, 0.35, 0.6), (2.0, 8.0, 30.0)
"""How far the level wanders (standard deviation of the logarithm), and in how many days it
forgets."""

_CHANCE = (0.03, 0.08, 0.16, 0.28, 0.5)
"""Chance beyond Poisson's: standard deviation of a day's logarithm."""

_FOLLOWS, _LOOSELY = np.array([0.95, 0.4]), np.array([0.25, 0.4])
"""By how much a watch is held to follow its comparisons before its own past is asked, for their
slow and for their quick moves: means and standard deviations of the coefficients. Whoever names
comparisons means that they move alike; a past in which nothing moved could not show it."""

_STEPS, _FAR, _UNLIKELY = 12, 1.0, 0.001


@dataclass(frozen=True, slots=True)
class Days:
    """What was counted on days `at` (numbers; a week is seven of them), of which so much was
    `seen` (0 to 1, never 0); `beside` is what the comparisons did, as a logarithm: their slow and
    their quick moves, two columns, or none."""

    at: Numbers
    counts: Numbers
    seen: Numbers
    beside: Numbers


def drawn(before: Days, at: Numbers, seen: Numbers, beside: Numbers, seed: int) -> Numbers:
    """What days `at` would have held by what came `before`: counts, `DRAWS` rows, a column a day.

    The same arguments give the same draws. Some tens of milliseconds for 90 days.
    """
    dice = np.random.default_rng(seed)
    mean = log((before.counts.sum() + 0.5) / before.seen.sum())
    features = _features(before.at, before.beside, before.at[-1])
    ahead = _features(at, beside, before.at[-1])
    grid = np.array(list(product(_WANDER, _LENGTHS, _CHANCE)))
    inside = _covariance(grid, before.at, before.at, features, features)
    inside += np.eye(len(before.at)) * grid[:, 2, None, None] ** 2
    fit = _fitted(before, inside, mean + _followed(before.beside))
    weight = np.exp(fit.evidence - fit.evidence.max())
    likely = np.flatnonzero(weight > _UNLIKELY * weight.max())
    across = _covariance(grid[likely], before.at, at, features, ahead)
    own = _covariance(grid[likely], at, at, ahead, ahead)
    own += np.eye(len(at)) * grid[likely, 2, None, None] ** 2
    turned = across.transpose(0, 2, 1)
    middle = mean + _followed(beside) + (turned @ fit.pull[likely, :, None])[:, :, 0]
    left = own - turned @ np.linalg.solve(fit.noisy[likely], across)
    spread = np.linalg.cholesky(left + 1e-9 * np.eye(len(at)))
    chosen = dice.choice(len(likely), DRAWS, p=weight[likely] / weight[likely].sum())
    steps = dice.standard_normal((DRAWS, len(at)))
    rates = middle[chosen] + np.einsum("dij,dj->di", spread[chosen], steps)
    counts: Numbers = dice.poisson(np.exp(np.minimum(rates, 30.0)) * seen).astype(np.float64)
    return counts


def _followed(beside: Numbers) -> Numbers:
    """What a watch that follows its comparisons is held to do, day by day."""
    followed: Numbers = beside @ _FOLLOWS[: beside.shape[1]]
    return followed


def _features(at: Numbers, beside: Numbers, origin: float) -> Sequence[Numbers]:
    """What a day is like, each part times how far it may move a rate; and its comparisons."""
    weekday = (at[:, None] % 7 == np.arange(7)) * _WEEKDAY
    fixed = np.column_stack([np.full(len(at), _LEVEL), weekday, (at - origin) * _TREND])
    return fixed, beside * _LOOSELY[: beside.shape[1]]


def _covariance(
    grid: Numbers,
    one: Numbers,
    other: Numbers,
    of_one: Sequence[Numbers],
    of_other: Sequence[Numbers],
) -> Numbers:
    """Of the logarithms of the rates of some days with those of others, but for chance."""
    apart = np.abs(one[:, None] - other[None, :])
    wander, length, _ = (grid[:, n, None, None] for n in range(3))
    fixed, beside = (a @ b.T for a, b in zip(of_one, of_other, strict=True))
    return fixed + beside + wander**2 * np.exp(-apart / length)


@dataclass(frozen=True, slots=True)
class _Fit:
    """For each point of the grid: its `evidence` (a logarithm), the covariance of the working
    observations (`noisy`), and how the days before `pull` on others."""

    evidence: Numbers
    noisy: Numbers
    pull: Numbers


def _fitted(before: Days, inside: Numbers, mean: Numbers) -> _Fit:
    """The most likely rates at each point of the grid, by Newton's steps."""
    start = np.log((before.counts + 0.5) / before.seen) - mean
    around = np.broadcast_to(start, inside.shape[:2])
    unit = np.eye(len(before.at))
    for _ in range(_STEPS):
        rate = np.maximum(np.exp(around + mean) * before.seen, 1e-6)
        noisy = inside + unit / rate[:, :, None]
        working = around + (before.counts - rate) / rate
        pull = np.linalg.solve(noisy, working[:, :, None])[:, :, 0].astype(np.float64)
        moved = (inside @ pull[:, :, None])[:, :, 0]
        step = np.clip(moved - around, -_FAR, _FAR)
        around = around + step
        if np.abs(step).max() < 1e-3:
            break
    rate = np.maximum(np.exp(around + mean) * before.seen, 1e-6)
    noisy = inside + unit / rate[:, :, None]
    size = np.linalg.slogdet(noisy)[1].astype(np.float64)
    fits = (before.counts * np.log(rate) - rate).sum(1)
    # log |I + K W| = log |K + 1/W| + log |W|
    evidence: Numbers = fits - 0.5 * (around * pull).sum(1) - 0.5 * (size + np.log(rate).sum(1))
    return _Fit(evidence, noisy, pull)
