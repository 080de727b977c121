"""What was learnt from the team's judgements, and posts read by it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from math import exp, sqrt
from typing import Literal

import msgspec
import numpy as np

from bot.domain.analysis.grams import (
    WHOLE,
    known_as,
    pair_gram,
    piece_grams,
    tokens_of,
    word_gram,
)
from bot.domain.analysis.marks import Marks
from bot.domain.analysis.rows import Floats
from bot.domain.mention import NEUTRAL, Sentiment, WeighedWord

WORDS = 5
"""Words of a post that are named as having weighed most."""

SLIGHT = 0.04
"""How positive a post is made at most that is neutral: so for all who ask, and yet in the order of
what was learnt."""

GOOD, UNLIKELY = 0.2, 0.6
"""A post is positive where the rules say so clearly, and where it is negative with no more than
this part of the chance from which on it is called so."""

_STRONGEST = 4.0
_REMEMBERED = 50_000
_FURTHEST = 30.0


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """The learner held against the default engine, on `labels` of which so many were `negatives`,
    each scored by what was learnt from the other `folds`. Only what is `better` takes over."""

    labels: int
    negatives: int
    folds: int
    default: Marks
    learnt: Marks
    better: bool


class Learnt(msgspec.Struct, frozen=True, kw_only=True):
    """A linear model of one language: what each gram adds to the odds that a post is negative.

    `weights` are `BUCKETS` float16 numbers, little-endian; `features` those of what the rules
    found (see `rules_features`); `bias` is what a post without any starts from. A post is called
    negative where that is likelier than `point` (0 to 1). `form` tells how posts are cut: a model
    of another form must be learnt anew.
    """

    language: str
    version: int
    made: datetime
    trial: Trial
    weights: bytes
    features: tuple[float, ...]
    bias: float
    point: float = 0.5
    form: Literal[1] = 1


def rules_features(texts: Sequence[str], rules: Sequence[Sentiment]) -> Floats:
    """What the rules say of each post, a row each: the score, the sums of good and bad words, and
    how many are bad, whether it exclaims, asks or shouts, and how long it is."""
    rows = [_features(text, felt) for text, felt in zip(texts, rules, strict=True)]
    return np.array(rows, dtype=np.float64).reshape(len(texts), -1)


def _features(text: str, felt: Sentiment) -> tuple[float, ...]:
    good = bad = 0.0
    worse = 0
    for word in felt.words:
        if word.weight > 0:
            good += word.weight
        else:
            bad += word.weight
            worse += 1
    words = text.split()
    loud = sum(map(str.isupper, words))
    return (
        felt.score,
        good / _STRONGEST,
        bad / _STRONGEST,
        worse / WORDS,
        min(text.count("!"), 3) / 3,
        min(text.count("?"), 3) / 3,
        min(loud, 3) / 3,
        min(len(words), 40) / 40,
    )


def read_all(learnt: Learnt, texts: Sequence[str], rules: Sequence[Sentiment]) -> list[Sentiment]:
    """How each post feels by what was learnt, given what the rules say of it.

    Where the chance that a post is negative is above the model's `point`, its score goes from
    -`NEUTRAL` to -1 as the chance goes to 1. Elsewhere the post is neutral, its score between 0
    and `SLIGHT` in the order of the chances. The team never says what is positive: that is asked of
    the rules, where the chance is small, and the score then grows with both.
    """
    model = _model(learnt)
    return [model.read(text, felt) for text, felt in zip(texts, rules, strict=True)]


class _Model:
    """A model laid out for reading; it remembers what words come to."""

    def __init__(self, learnt: Learnt) -> None:
        self._weights: list[float] = np.frombuffer(learnt.weights, "<f2").astype(float).tolist()
        self._features = learnt.features
        self._bias = learnt.bias
        self._point = learnt.point
        self._words: dict[str, tuple[float, float]] = {}

    def read(self, text: str, felt: Sentiment) -> Sentiment:
        odds, added = self.weighed(text)
        odds += self._bias
        for feature, weight in zip(_features(text, felt), self._features, strict=True):
            odds += feature * weight
        chance = 1 / (1 + exp(-max(-_FURTHEST, min(_FURTHEST, odds))))
        return Sentiment(
            score=_score(chance, self._point, felt.score),
            words=_named(added),
            engine="learnt",
            rules=felt.score,
            chance=round(chance, 3),
        )

    def weighed(self, text: str) -> tuple[float, list[tuple[str, float]]]:
        """What the grams of a text add to the odds, in all and each token with its pieces and
        half of its pairs."""
        tokens = tokens_of(text)
        if not tokens:
            return self._weights[word_gram("")], []
        words = [known_as(token) for token in tokens]
        known = [self._words.get(word) or self._remembered(word) for word in words]
        added = [weight for weight, _ in known]
        squares = sum([square for _, square in known]) + WHOLE**2 * (len(words) - 1)
        for second in range(1, len(words)):
            half = self._weights[pair_gram(words[second - 1], words[second])] * WHOLE / 2
            added[second - 1] += half
            added[second] += half
        length = sqrt(squares)
        return sum(added) / length, [
            (token, weight / length) for token, weight in zip(tokens, added, strict=True)
        ]

    def _remembered(self, word: str) -> tuple[float, float]:
        """What a word and its pieces weigh, and the sum of the squares of what they count for."""
        pieces = piece_grams(word)
        weights = self._weights
        weight = WHOLE * weights[word_gram(word)] + sum([weights[piece] for piece in pieces])
        if len(self._words) >= _REMEMBERED:
            self._words.clear()
        found = self._words[word] = (weight, WHOLE**2 + len(pieces))
        return found


@lru_cache(maxsize=8)
def _model(learnt: Learnt) -> _Model:
    return _Model(learnt)


def _score(chance: float, point: float, rules: float) -> float:
    if chance > point:
        return round(-NEUTRAL - (1 - NEUTRAL) * (chance - point) / (1 - point), 4)
    calm = 1 - chance / point
    if rules >= GOOD and chance < UNLIKELY * point:
        return round(NEUTRAL + (1 - NEUTRAL) * calm * rules, 4)
    return round(SLIGHT * calm, 4)


def _named(added: Iterable[tuple[str, float]]) -> tuple[WeighedWord, ...]:
    """The words of a post that added most, with the weight that they have in its sentiment."""
    shown: dict[str, float] = {}
    for token, weight in added:
        if token.isalnum() or not token.isascii() or "'" in token or "-" in token:
            shown[token] = shown.get(token, 0.0) - weight
    ordered = sorted(shown.items(), key=_by_weight)[:WORDS]
    return tuple(
        [
            WeighedWord(word, round(max(-_STRONGEST, min(_STRONGEST, weight)), 2))
            for word, weight in ordered
        ]
    )


def _by_weight(shown: tuple[str, float]) -> float:
    return -abs(shown[1])
