"""How surprising a count is, and how rare such a surprise is for this very watch.

A surprise is the deviance of a negative binomial, and on its own scale: how often a watch reaches
which one is read off the watch itself. The busiest moment of each hour moves a running quantile
and the mean by which it was exceeded; beyond the quantile the chance falls exponentially (peaks
over threshold: Balkema and de Haan 1974, Pickands 1975). Until there is evidence, the count model
says by how much.
"""

from __future__ import annotations

from math import exp, log, sqrt

import msgspec

SHAPE = 2.0
"""The k of the deviance. Fixed, so that the scale stays while the burstiness is being learnt."""

EXCEEDED = 0.05
"""The share of hours that go beyond the running quantile."""

TAIL_DAYS = 7.0
"""Half-life of what is known of the tail."""

_PRIOR = 2.0  # exceedances' worth of trust in the count model, always
_PRIOR_KEPT = 20.0  # and how much more, while the exceedances do not speak against it
_SOFT = 0.3  # of the mean excess: how close to the quantile counts as partly beyond it
_SOON = 30  # hours; how fast the quantile may move at first
_MOST = 4.0  # mean excesses; what lies further beyond teaches no more
_FADE = 0.5 ** (1 / 24 / TAIL_DAYS)
_LEAST = 1e-9


class Tail(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """The running quantile of the hours' surprises (`usual`), the faded sum and number of the
    excesses beyond it, their mean (`mean_excess`), and how many hours taught it."""

    usual: float
    mean_excess: float
    excesses: float = 0.0
    exceedances: float = 0.0
    hours: int = 0


def shape_at(season: float) -> float:
    """The shape of the deviance where the level is multiplied by `season`.

    Smaller in the hours that hold less than the average one: so a burst of some posts weighs the
    same at night as by day, instead of more.
    """
    return SHAPE * min(1.0, season)


def surprise(count: float, mean: float, shape: float) -> float:
    """The deviance of `count` where `mean` was expected, in nats; 0 where it is not above it.

    s·ln(s/m) − (s+k)·ln((s+k)/(m+k)): McCullagh and Nelder, "Generalized Linear Models".
    """
    if count <= mean or mean <= 0:
        return 0.0
    return count * log(count / mean) - (count + shape) * log((count + shape) / (mean + shape))


def model_excess(mean: float, size: float, shape: float) -> float:
    """By how much surprises exceed a high one on average, were the counts negative binomial of
    `size`: their variance over the one that the deviance supposes."""
    return (1 + mean / size) / (1 + mean / shape)


def first_tail(mean: float, size: float, shape: float, looks: float) -> Tail:
    """What the count model says of a window that is looked at `looks` times an hour, apart."""
    excess = model_excess(mean, size, shape)
    return Tail(excess * max(0.0, log(looks / EXCEEDED) - 1.5), excess)


def tail_after(tail: Tail, top: float, model: float) -> Tail:
    """The tail after an hour whose greatest surprise was `top`; `model` is `model_excess` there.

    The quantile is followed by stochastic approximation (Robbins and Monro 1951), with a soft
    edge: of a share `EXCEEDED` of the hours, as the half-life says, and faster at first. The mean
    excess lies between the model's and the watch's own, by how much the model is trusted.
    """
    pace = max(1 - _FADE, 1 / (tail.hours + _SOON)) * tail.mean_excess / EXCEEDED
    beyond = (top - tail.usual) / (_SOFT * tail.mean_excess)
    share = 1 / (1 + exp(-beyond)) if beyond > -30 else 0.0
    usual = max(0.0, tail.usual + pace * (share - EXCEEDED))
    excesses, exceedances = tail.excesses * _FADE, tail.exceedances * _FADE
    if top > usual:
        excesses += min(top - usual, _MOST * tail.mean_excess)
        exceedances += 1
    prior = _trust(excesses, exceedances, model)
    mean_excess = (excesses + prior * model) / (exceedances + prior)
    return Tail(usual, max(mean_excess, _LEAST), excesses, exceedances, tail.hours + 1)


def _trust(excesses: float, exceedances: float, model: float) -> float:
    """How many exceedances' worth the count model is trusted.

    Much while a watch is as the model says, a little where it is not: a prior of two parts, weighed
    by the likelihood of exponential excesses of the model's mean over that of their own (Schmidli
    et al., "Robust meta-analytic-predictive priors", Biometrics 70, 2014).
    """
    if not exceedances:
        return _PRIOR + _PRIOR_KEPT
    ratio = max(excesses / exceedances / model, _LEAST)
    return _PRIOR + _PRIOR_KEPT * exp(-exceedances * (ratio - 1 - log(ratio)))


def once_in_hours(tail: Tail, surprised: float) -> float:
    """How rarely an hour of this watch surprises so much, in hours, at least 1."""
    depth = (surprised - tail.usual) / tail.mean_excess
    return max(1.0, exp(min(depth, 100.0)) / EXCEEDED) if depth > -50 else 1.0


def counts_from(tail: Tail, hours: float, mean: float, shape: float) -> float:
    """A count below which nothing is as rare as once in so many `hours`; most above it are.

    From d ≤ (s − m)² / 2(m + m²/k) for the deviance d of s above m, as the variance grows.
    """
    needed = tail.usual + tail.mean_excess * log(max(1.0, EXCEEDED * hours))
    return mean + sqrt(2 * needed * (mean + mean * mean / shape))
