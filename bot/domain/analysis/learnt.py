"""What was learnt from the team's judgements, and posts read by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
import numpy as np

from bot.domain.analysis.grams import Floats, known_as, pair_gram, rows_of, tokens_of, word_grams
from bot.domain.analysis.marks import Marks
from bot.domain.mention import Sentiment, WeighedWord

WORDS = 5
"""Words of a post that are named as having weighed most."""

SLIGHT = 0.04
"""How positive a post is at least made where the rules say less: neutral for all who ask, and yet
in the order of what was learnt."""

_STRONGEST = 4.0


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
    found (see `rules_features`); `bias` is what a post without any starts from.
    """

    language: str
    version: int
    made: datetime
    trial: Trial
    weights: bytes
    features: tuple[float, ...]
    bias: float


def rules_features(texts: Sequence[str], rules: Sequence[Sentiment]) -> Floats:
    """What the rules say of each post, a row each: the score, the sums of good and bad words,
    whether it exclaims, asks or shouts, and how long it is."""
    return np.array(
        [_features(text, felt) for text, felt in zip(texts, rules, strict=True)], dtype=np.float64
    ).reshape(len(texts), -1)


def _features(text: str, felt: Sentiment) -> tuple[float, ...]:
    weights = [word.weight for word in felt.words]
    words = text.split()
    loud = sum(word.isupper() and len(word) > 2 for word in words)
    return (
        felt.score,
        sum(weight for weight in weights if weight > 0) / _STRONGEST,
        sum(weight for weight in weights if weight < 0) / _STRONGEST,
        min(text.count("!"), 3) / 3,
        min(text.count("?"), 3) / 3,
        min(loud, 3) / 3,
        min(len(words), 40) / 40,
    )


def read_all(learnt: Learnt, texts: Sequence[str], rules: Sequence[Sentiment]) -> list[Sentiment]:
    """How each post feels by what was learnt, given what the rules say of it.

    With p the chance that a post is negative, its score is 1 - 2p; where p is no more than a half,
    that is lessened by what the rules find, as the team never said what is positive: a post that
    they call neutral stays so (under .05), and the order among the rest is kept.
    """
    if not texts:
        return []
    weights = np.frombuffer(learnt.weights, "<f2").astype(np.float64)
    odds = (
        rows_of(texts).times(weights)
        + rules_features(texts, rules) @ np.array(learnt.features)
        + learnt.bias
    )
    chances = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    return [
        Sentiment(
            score=_score(float(chance), felt.score),
            words=_heaviest(text, weights),
            engine="learnt",
            rules=felt.score,
        )
        for text, felt, chance in zip(texts, rules, chances, strict=True)
    ]


def _score(chance: float, rules: float) -> float:
    score = 1 - 2 * chance
    return round(score if score < 0 else score * max(rules, SLIGHT), 4)


def _heaviest(text: str, weights: Floats) -> tuple[WeighedWord, ...]:
    """The words of a post that added most, each with its pieces and half of its pairs."""
    tokens = tokens_of(text)
    words = [known_as(token) for token in tokens]
    if not words:
        return ()
    added = [float(weights[word_grams(word)].sum()) for word in words]
    for at in range(len(words) - 1):
        half = float(weights[pair_gram(words[at], words[at + 1])]) / 2
        added[at] += half
        added[at + 1] += half
    grams = sum(map(len, map(word_grams, words))) + len(words) - 1
    shown: dict[str, float] = {}
    for token, weight in zip(tokens, added, strict=True):
        if any(map(str.isalnum, token)) or not token.isascii():
            shown[token] = shown.get(token, 0.0) - weight / grams**0.5
    heaviest = sorted(shown.items(), key=lambda item: -abs(item[1]))[:WORDS]
    return tuple(
        WeighedWord(word, round(max(-_STRONGEST, min(_STRONGEST, weight)), 2))
        for word, weight in heaviest
    )
