"""Learning from the team which posts are negative, and whether that is better than the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from bot.domain.analysis.background import Background, background
from bot.domain.analysis.crossing import Lesson, crossed
from bot.domain.analysis.feelings import UNFELT, by_rules
from bot.domain.analysis.grams import rows_of
from bot.domain.analysis.learnt import Learnt, rules_features
from bot.domain.analysis.logistic import fitted
from bot.domain.analysis.rows import Floats, Rows
from bot.domain.labels import Label
from bot.errors import TooFewLabels

FEWEST = 20
"""Labels of either kind (negative, not negative) below which nothing is learnt."""

_GRAMS = 2.0
"""How much the grams of two posts count for how alike they are, beside what the rules say."""

_START = 2.0
"""The same of what all posts have in common: that they are posts."""


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
    `words` the team's own words, as the rules use them. The same labels and posts, in whatever
    order, give the same model. Raises `TooFewLabels`. Takes seconds: call it in a thread.
    """
    negatives = sum(label.negative for label in labels)
    if min(negatives, len(labels) - negatives) < FEWEST:
        raise TooFewLabels(negatives, len(labels) - negatives, FEWEST)
    labels = sorted(labels, key=lambda one: (one.mention, one.text, one.negative, one.weight))
    texts = [label.text for label in labels]
    texts += sorted({*stream} - {*texts})
    posts = _read(texts, language, words)
    around = background(texts, posts.rows, posts.features)
    judged = _Judged.of(posts, around, len(labels))
    lesson = Lesson(
        alike=judged.alike(),
        negative=np.array([label.negative for label in labels]),
        weights=_weights(labels),
        rules=posts.features[: len(labels), 0],
    )
    found = crossed(lesson)
    factors = fitted(lesson.alike, lesson.negative, lesson.weights, found.freedom)
    grams, features, start = judged.model(factors, around)
    return Learnt(
        language=language,
        version=version,
        made=now,
        trial=found.trial,
        weights=(grams * found.slope).astype("<f2").tobytes(),
        features=tuple((features * found.slope).tolist()),
        bias=start * found.slope + found.shift,
        point=found.point,
    )


@dataclass(frozen=True)
class _Posts:
    """Posts by their grams and by what the rules say, a row each."""

    rows: Rows
    features: Floats


def _read(texts: Sequence[str], language: str, words: Mapping[str, float]) -> _Posts:
    rules = [by_rules(text, language, words) or UNFELT for text in texts]
    return _Posts(rows_of(texts), rules_features(texts, rules))


@dataclass(frozen=True)
class _Judged:
    """The posts that were judged, and their echoes."""

    rows: Rows
    features: Floats
    echoes: Floats

    @classmethod
    def of(cls, posts: _Posts, around: Background, count: int) -> _Judged:
        rows = posts.rows.part(0, count)
        return cls(rows, posts.features[:count], around.seen(rows))

    def alike(self) -> Floats:
        """How alike any two are."""
        dense = np.concatenate([self.features, self.echoes], axis=1)
        products: Floats = dense @ dense.T
        return _GRAMS * self.rows.products() + products + _START**2

    def model(self, factors: Floats, around: Background) -> tuple[Floats, Floats, float]:
        """What each gram adds, what each feature, and where all begin; echoes are told by grams."""
        told = factors @ self.echoes
        grams = _GRAMS * self.rows.summed(factors) + around.views @ told
        start = _START**2 * float(factors.sum()) - float(around.middle @ told)
        return grams, factors @ self.features, start


def _weights(labels: Sequence[Label]) -> Floats:
    """The labels' weights, 1 on average."""
    weights: Floats = np.array([label.weight for label in labels], dtype=np.float64)
    return weights / float(weights.mean())
