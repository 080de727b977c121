"""Learning from the team which posts are negative, and whether that is better than the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from bot.domain.analysis.grams import Floats, Rows, rows_of
from bot.domain.analysis.learnt import Learnt, Trial, rules_features
from bot.domain.analysis.marks import Marks, auc_of, found_of
from bot.domain.analysis.sentiment import sentiment_of
from bot.domain.labels import Label
from bot.domain.mention import Sentiment
from bot.errors import TooFewLabels

FEWEST = 20
"""Labels of either kind (negative, not negative) below which nothing is learnt."""

FOLDS = 5

_RIDGE = 0.02
_STEPS = 12


def learn(
    labels: Sequence[Label],
    stream: Sequence[str],
    language: str,
    words: Mapping[str, float],
    now: datetime,
    version: int,
) -> Learnt:
    """What the labels teach of posts in a language, with its trial against the rules.

    `stream` are posts of the same workspace and language that nobody judged (it may be empty);
    `words` the team's own words, as the rules use them. The same labels, in whatever order, give
    the same model. Raises `TooFewLabels`. Takes seconds: call it in a thread.
    """
    labels = sorted(labels, key=lambda label: (label.mention, label.text))
    negatives = sum(label.negative for label in labels)
    if min(negatives, len(labels) - negatives) < FEWEST:
        raise TooFewLabels(negatives, len(labels) - negatives, FEWEST)
    texts = [label.text for label in labels]
    rules = [sentiment_of(text, language, words) or Sentiment(score=0.0) for text in texts]
    lesson = _Lesson.of(labels, rows_of(texts), rules_features(texts, rules))
    trial = _tried(lesson, [felt.score for felt in rules])
    alphas, bias = _fitted(lesson, np.arange(len(labels)))
    return Learnt(
        language=language,
        version=version,
        made=now,
        trial=trial,
        weights=lesson.rows.summed(alphas).astype("<f2").tobytes(),
        features=tuple((alphas @ lesson.features).tolist()),
        bias=bias,
    )


@dataclass(frozen=True)
class _Lesson:
    rows: Rows
    features: Floats
    kernel: Floats
    negative: Floats
    weights: Floats

    @classmethod
    def of(cls, labels: Sequence[Label], rows: Rows, features: Floats) -> _Lesson:
        kernel = np.array([rows.times(rows.row(at)) for at in range(len(labels))])
        weights = np.array([label.weight for label in labels])
        return cls(
            rows=rows,
            features=features,
            kernel=kernel + features @ features.T,
            negative=np.array([label.negative for label in labels], dtype=np.float64),
            weights=weights / weights.mean(),
        )


def _fitted(lesson: _Lesson, taught: np.ndarray) -> tuple[Floats, float]:
    """Logistic regression with an L2 penalty, by Newton's method on a factor for each post."""
    count = len(taught)
    kernel = lesson.kernel[np.ix_(taught, taught)]
    negative, weights = lesson.negative[taught], lesson.weights[taught]
    alphas, bias = np.zeros(count), 0.0
    for _ in range(_STEPS):
        odds = kernel @ alphas + bias
        chances = 1 / (1 + np.exp(-odds))
        slopes = np.maximum(chances * (1 - chances), 1e-6)
        system = np.ones((count + 1, count + 1))
        system[:count, :count] = kernel + np.diag(_RIDGE * count / 10 / (slopes * weights))
        system[count, count] = 0
        solved = np.linalg.solve(system, np.append(odds + (negative - chances) / slopes, 0))
        alphas, bias = solved[:count], float(solved[count])
    return alphas, bias


def _tried(lesson: _Lesson, rules: Sequence[float]) -> Trial:
    count = len(lesson.negative)
    odds = np.zeros(count)
    turns = np.random.default_rng(0).permutation(count) % FOLDS
    for fold in range(FOLDS):
        taught, held = np.flatnonzero(turns != fold), np.flatnonzero(turns == fold)
        alphas, bias = _fitted(lesson, taught)
        odds[held] = lesson.kernel[np.ix_(held, taught)] @ alphas + bias
    default, learnt = _marks(lesson, -np.array(rules) - 0.05), _marks(lesson, odds)
    return Trial(
        labels=count,
        negatives=int(lesson.negative.sum()),
        folds=FOLDS,
        default=default,
        learnt=learnt,
        better=learnt.auc > default.auc,
    )


def _marks(lesson: _Lesson, odds: Floats) -> Marks:
    """Of scores that say negative where they are above 0."""
    return Marks(
        auc=auc_of(odds, lesson.negative > 0, lesson.weights),
        f1=found_of(odds > 0, lesson.negative > 0, lesson.weights).f1,
    )
