"""Words that stand among the same words are alike: a label tells of words that it lacks.

How much more often than by chance two words stand near each other (positive pointwise mutual
information), cut to its largest directions: Levy and Goldberg, "Neural Word Embedding as Implicit
Matrix Factorization", 2014.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np

from bot.domain.analysis.grams import BUCKETS, known_as, tokens_of, word_gram
from bot.domain.analysis.rows import Floats, Places

DIRECTIONS = 50

_WORDS = 2_500
"""Words that are looked at, the most frequent ones: their square is kept for a moment (50 MB)."""

_FEWEST = 2
_NEAR = 10
"""Words apart; nearer ones count for more."""

_SMOOTHED = 0.75
"""The power of how often a word is, against rare ones that stand together by chance."""

_BESIDES, _TURNS = 10, 4


def kin(texts: Sequence[str]) -> Floats:
    """Where the gram of each word lies in each direction: a row of 1 for the words that are looked
    at, 0 for all others and where there are too few of them to tell."""
    said = [[word_gram(known_as(token)) for token in tokens_of(text)] for text in texts]
    often = np.bincount(
        np.fromiter(chain.from_iterable(map(set, said)), np.int64), minlength=BUCKETS
    )
    ordered = np.argsort(-often, kind="stable")[:_WORDS]
    known = ordered[often[ordered] >= _FEWEST]
    found = np.zeros((BUCKETS, DIRECTIONS))
    if len(known) > DIRECTIONS + _BESIDES:
        found[known] = _directions(_nearness(said, known))
    return found


def _nearness(said: Sequence[Sequence[int]], known: Places) -> Floats:
    """By how much more than by chance two words stand near each other (0 where no more)."""
    count = len(known)
    place = np.full(BUCKETS, -1)
    place[known] = np.arange(count)
    apart = [-1] * _NEAR
    line = np.array([at for grams in said for at in (*place[list(grams)].tolist(), *apart)])
    near = np.zeros(count * count)
    for gap in range(1, _NEAR + 1):
        both = (line[:-gap] >= 0) & (line[gap:] >= 0)
        pairs = line[:-gap][both] * count + line[gap:][both]
        near += np.bincount(pairs, minlength=len(near)) / gap
    counts = near.reshape(count, count)
    counts = counts + counts.T
    each = np.maximum(counts.sum(axis=1), 1e-9)
    others = each**_SMOOTHED
    return np.log(np.maximum(counts / np.outer(each, others / others.sum()), 1.0))


def _directions(alike: Floats) -> Floats:
    """The largest directions of a matrix (by subspace iteration), each row 1 long."""
    around = np.random.default_rng(0).standard_normal((len(alike), DIRECTIONS + _BESIDES))
    for _ in range(_TURNS):
        around = np.linalg.qr(alike @ around)[0]
    values, turned = np.linalg.eigh(around.T @ (alike @ around))
    largest = np.argsort(-np.abs(values), kind="stable")[:DIRECTIONS]
    vectors = (around @ turned[:, largest]) * np.sqrt(np.abs(values[largest]))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9))
