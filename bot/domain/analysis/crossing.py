"""Cross-validation: how what is learnt of some labels does on the others, beside the rules.

Each post is scored by what was learnt without it. From these scores follow how freely to learn,
what odds mean as chances, from which chance on to call a post negative, and whether what is learnt
is better than the rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bot.domain.analysis.learnt import Trial
from bot.domain.analysis.logistic import chances_of, fitted
from bot.domain.analysis.marks import Marks, auc_of, found_of
from bot.domain.analysis.rows import Flags, Floats, Places
from bot.domain.mention import NEUTRAL

FOLDS = 5

FREEDOMS = (0.1, 0.3, 1.0)
"""How freely may be learnt: of these, the one whose chances are nearest to the truth."""

_FITS = 2_400
"""Labels times rounds of folds: of few labels it takes several rounds to know enough."""

_MOST_ROUNDS = 5
_FLAT = 0.05
_WEAK = 10.0


@dataclass(frozen=True)
class Lesson:
    """Posts that were judged: how alike any two are, whether each is `negative`, what it counts
    for (1 on average), and the score that the rules give it."""

    alike: Floats
    negative: Flags
    weights: Floats
    rules: Floats

    def __len__(self) -> int:
        return len(self.negative)


@dataclass(frozen=True)
class Crossed:
    """What cross-validation found: how freely to learn; chances are those of odds times `slope`
    plus `shift`; above `point` (0 to 1) a post is called negative."""

    freedom: float
    slope: float
    shift: float
    point: float
    trial: Trial


def crossed(lesson: Lesson) -> Crossed:
    """Try each freedom on the same folds, and hold the best one against the rules."""
    folds = list(_folds(lesson))
    tried = {freedom: _held_out(lesson, folds, freedom) for freedom in FREEDOMS}
    odds_by = {freedom: np.nanmean(odds, axis=0) for freedom, odds in tried.items()}
    lines = {freedom: _calibrated(lesson, odds) for freedom, odds in odds_by.items()}
    losses = {
        freedom: _loss(lesson, chances_of(odds * lines[freedom][0] + lines[freedom][1]))
        for freedom, odds in odds_by.items()
    }
    freedom = min(FREEDOMS, key=losses.__getitem__)
    slope, shift = lines[freedom]
    chances = chances_of(odds_by[freedom] * slope + shift)
    point = _point(lesson, chances)
    return Crossed(
        freedom=freedom,
        slope=slope,
        shift=shift,
        point=point,
        trial=Trial(
            labels=len(lesson),
            negatives=int(lesson.negative.sum()),
            folds=FOLDS,
            default=_marks(lesson, -lesson.rules, lesson.rules <= -NEUTRAL),
            learnt=_marks(lesson, chances, chances > point),
            better=_is_better(lesson, folds, tried[freedom]),
        ),
    )


def _folds(lesson: Lesson) -> Iterator[tuple[int, Places]]:
    """The posts held out together, with the number of the round; each fold has its part of the
    negative ones and of the others."""
    rng = np.random.default_rng(0)
    kinds = [np.flatnonzero(lesson.negative), np.flatnonzero(~lesson.negative)]
    for turn in range(max(1, min(_MOST_ROUNDS, _FITS // len(lesson)))):
        dealt = [rng.permutation(kind) for kind in kinds]
        for fold in range(FOLDS):
            yield turn, np.sort(np.concatenate([kind[fold::FOLDS] for kind in dealt]))


def _held_out(lesson: Lesson, folds: list[tuple[int, Places]], freedom: float) -> Floats:
    """The odds of each post by what was learnt without it: a row a round."""
    odds = np.full((folds[-1][0] + 1, len(lesson)), np.nan)
    everything = np.arange(len(lesson))
    for turn, held in folds:
        rest = np.setdiff1d(everything, held)
        factors = fitted(
            lesson.alike[np.ix_(rest, rest)], lesson.negative[rest], lesson.weights[rest], freedom
        )
        odds[turn, held] = lesson.alike[np.ix_(held, rest)] @ factors
    return odds


def _calibrated(lesson: Lesson, odds: Floats) -> tuple[float, float]:
    """The slope and the shift that make of odds the chances that were observed (Platt, 1999)."""
    line = np.stack([odds, np.ones(len(odds))], axis=1)
    slope, shift = fitted(line @ line.T, lesson.negative, lesson.weights, _WEAK) @ line
    return max(float(slope), _FLAT), float(shift)


def _loss(lesson: Lesson, chances: Floats) -> float:
    right = np.where(lesson.negative, chances, 1 - chances)
    return float(-(lesson.weights @ np.log(np.maximum(right, 1e-9))))


def _point(lesson: Lesson, chances: Floats) -> float:
    """The chance from which on to call a post negative, for the best F1.

    That is half of the best F1 itself, where chances are true (Lipton, Elkan and Naryanaswamy,
    "Optimal Thresholding of Classifiers to Maximize F1 Measure", 2014). The F1 is the one that the
    chances let expect: what the labels happen to give at the best cut is more than will come true.
    """
    order = np.argsort(-chances, kind="stable")
    weights = lesson.weights[order]
    right = np.cumsum(weights * chances[order])
    return float((2 * right / (np.cumsum(weights) + right[-1])).max()) / 2


def _marks(lesson: Lesson, scores: Floats, called: Flags) -> Marks:
    return Marks(
        auc=auc_of(scores, lesson.negative, lesson.weights),
        f1=found_of(called, lesson.negative, lesson.weights).f1,
    )


def _is_better(lesson: Lesson, folds: list[tuple[int, Places]], odds: Floats) -> bool:
    """Whether the AUC gains, on average over the folds, more than its standard error: five times
    out of six, chance alone does not. Folds that share labels do not err by themselves, which
    Nadeau and Bengio ("Inference for the Generalization Error", 2003) correct for."""
    gains = np.array([_gain(lesson, held, odds[turn]) for turn, held in folds])
    error = np.sqrt(gains.var(ddof=1) * (1 / len(gains) + 1 / (FOLDS - 1)))
    return bool(gains.mean() > error)


def _gain(lesson: Lesson, held: Places, odds: Floats) -> float:
    negative, weights = lesson.negative[held], lesson.weights[held]
    return auc_of(odds[held], negative, weights) - auc_of(-lesson.rules[held], negative, weights)
