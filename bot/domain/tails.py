"""How likely a count is: the negative binomial distribution, in plain floats.

A count of mean `m` and size `k` has the variance m + m²/k: with k without bound it is Poisson's,
with a small k it comes in bursts.
"""

from __future__ import annotations

from math import exp, inf, lgamma, log, log1p, sqrt

_TINY = 1e-300
_PRECISION = 1e-12
_MAX_STEPS = 20_000


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
    """A count that `share` (0 to 1) of all counts do not exceed.

    Found by halving; exact for small counts, within 1 % of the mean for large ones.
    """
    spread = sqrt(mean + mean * mean / size)
    low, high = -1, int(mean + 2 * spread) + 1
    while 1 - at_least(high + 1, mean, size) < share:
        low, high = high, 2 * high
    while high - low > max(1, int(mean / 100)):
        middle = (low + high) // 2
        if 1 - at_least(middle + 1, mean, size) < share:
            low = middle
        else:
            high = middle
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
