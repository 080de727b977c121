"""How likely a count is: the negative binomial distribution, in plain floats.

A count of mean `m` and size `k` has the variance m + m²/k: with k without bound it is Poisson's,
with a small k it comes in bursts.
"""

from __future__ import annotations

from math import exp, inf, lgamma, log, log1p, sqrt
from statistics import NormalDist

_TINY = 1e-300
_PRECISION = 1e-12
_MAX_STEPS = 20_000
_NORMAL = NormalDist()


def at_least(count: int, mean: float, size: float) -> float:
    """The chance of `count` or more, for a finite mean and size above 0.

    P(X ≥ n) = I_q(n, k) with q = m / (m + k), the regularised incomplete beta function: NIST
    Digital Library of Mathematical Functions, 8.17.5 (the binomial sum) and 8.17.22 (its
    continued fraction, evaluated by the modified Lentz method of 3.10).
    """
    if count <= 0:
        return 1.0
    q = mean / (mean + size)
    if q <= 0:
        return 0.0
    return _regularised_beta(q, size / (mean + size), float(count), size)


def quantile(share: float, mean: float, size: float) -> int:
    """The first count that `share` (between 0 and 1) of all counts do not exceed.

    Looked for from where a normal distribution has it: it is near for all but wild counts.
    """

    def reaches(count: int) -> bool:
        return 1 - at_least(count + 1, mean, size) >= share

    spread = sqrt(mean + mean * mean / size)
    guess, step = max(0, int(mean + spread * _NORMAL.inv_cdf(share))), 1 + int(spread / 16)
    if reaches(guess):
        low, high = guess - step, guess
        while low >= 0 and reaches(low):
            low, high, step = low - 2 * step, low, 2 * step
    else:
        low, high = guess, guess + step
        while not reaches(high):
            low, high, step = high, high + 2 * step, 2 * step
    low = max(low, -1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high


def _regularised_beta(x: float, y: float, a: float, b: float) -> float:
    """I_x(a, b) for y = 1 − x, which is handed in so that it keeps its digits near 0."""
    if x > (a + 1) / (a + b + 2):
        return max(0.0, 1 - _regularised_beta(y, x, b, a))
    front = lgamma(a + b) - lgamma(a) - lgamma(b) + a * _log(x, y) + b * _log(y, x)
    return min(1.0, exp(front) / a / _continued_fraction(x, a, b))


def _log(x: float, y: float) -> float:
    """log x, through y = 1 − x where x is near 1."""
    if x < 0.5:
        return log(x) if x > 0 else -inf
    return log1p(-y)


def _continued_fraction(x: float, a: float, b: float) -> float:
    """1 + d₁/(1 + d₂/(1 + …)) of DLMF 8.17.22, by the modified Lentz method.

    Of the coefficients two at a time, written out: most of what a replay costs is here.
    """
    value = upper = 1.0
    lower = 0.0
    for m in range(_MAX_STEPS // 2):
        twice = a + 2 * m
        if m:
            coefficient = m * (b - m) * x / ((twice - 1) * twice)
            lower = 1 / (1 + coefficient * lower or _TINY)
            upper = 1 + coefficient / upper or _TINY
            change = upper * lower
            value *= change
            if -_PRECISION < change - 1 < _PRECISION:
                break
        coefficient = -(a + m) * (a + b + m) * x / (twice * (twice + 1))
        lower = 1 / (1 + coefficient * lower or _TINY)
        upper = 1 + coefficient / upper or _TINY
        change = upper * lower
        value *= change
        if -_PRECISION < change - 1 < _PRECISION:
            break
    return value
