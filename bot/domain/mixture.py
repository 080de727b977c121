"""Themes learnt from the posts that are to be told by them: a mixture of unigrams (K. Nigam, A.
McCallum, S. Thrun and T. Mitchell, "Text Classification from Labeled and Unlabeled Documents using
EM", Machine Learning 39, 2000), where each post goes to one theme alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bot.domain.naming import Names
from bot.domain.wordcounts import Numbers, Places, WordCounts

SEEDS = 24
"""Words and phrases that themes begin with, at most."""

ROUNDS = 2
"""Times that the posts are shared out anew; more change nothing to the better."""

ALIKE = 0.08
"""How alike (a cosine, 0 to 1) the telling words of two themes are that are one; measured by
`benchmarks/summaries.py`: under 0.05 different themes run together, over 0.1 ways to speak of one
theme stay apart."""

_GENERAL, _GENERAL_WORDS = 0.3, 20.0
"""The part of a theme's words that is taken from what is said in general: so much, and that of a
theme of few posts as if twenty general words were among its own."""

_THAN_NONE = 3.0
"""How much likelier (a natural logarithm) a theme makes a post than no theme, to have it."""

_NEVER = 1e-300
_BY_CHANCE = 2
"""Posts whose likeness to others is worth half."""


class Shared(NamedTuple):
    """The theme of each mention, by its number; those of none have the last, which is `none`.
    `seeds` are the words that themes began with."""

    theme: Places
    none: int
    seeds: tuple[int, ...]


def learnt(now: WordCounts, past: WordCounts, names: Names) -> Shared:
    """The themes of what is said now: begun with words that rise, learnt from the posts, and those
    that speak in the same words made one."""
    shared = _settled(now, _seeded(now, past, names))
    return _settled(now, _joined(now, shared))


def told_by(shared: Shared, now: WordCounts, others: WordCounts) -> Places:
    """The themes that other mentions would be of."""
    return _shared_out(others, _chances(now, shared), shared.seeds).theme


def _seeded(now: WordCounts, past: WordCounts, names: Names) -> Shared:
    """The mentions that hold the words of greatest worth, each word among those that hold none
    before it."""
    theme = np.full(now.total, SEEDS)
    usual = past.counts / max(1, past.total) + 1 / (now.total + 20)
    seeds: list[int] = []
    while len(seeds) < SEEDS:
        counts = now.counted(theme == SEEDS)
        worth = names.worth(counts, counts / now.total, usual) * (counts > 1)
        best = int(np.argmax(worth))
        if worth[best] <= 0:
            break
        theme[now.holding([best]) & (theme == SEEDS)] = len(seeds)
        seeds.append(best)
    return Shared(np.where(theme == SEEDS, len(seeds), theme), len(seeds), tuple(seeds))


def _settled(words: WordCounts, shared: Shared) -> Shared:
    """The same after some rounds of learning and sharing out."""
    for _ in range(ROUNDS):
        shared = _shared_out(words, _chances(words, shared), shared.seeds)
    return shared


def _chances(words: WordCounts, shared: Shared) -> Numbers:
    """How likely each theme's next word is each word, a theme a row, no theme the last."""
    counts = words.counted_in(shared.theme, shared.none + 1)
    sums = counts.sum(axis=1, keepdims=True)
    part = np.maximum(_GENERAL, _GENERAL_WORDS / (sums + _GENERAL_WORDS))
    chances: Numbers = (1 - part) * counts / np.maximum(1.0, sums) + part * _in_general(words)
    chances[:-1][sums[:-1, 0] == 0] = _NEVER
    return chances


def _in_general(words: WordCounts) -> Numbers:
    part: Numbers = words.counts / len(words.held)
    return part


def _shared_out(words: WordCounts, chances: Numbers, seeds: Sequence[int]) -> Shared:
    """The theme that makes each mention likeliest; all themes are as likely beforehand, so that
    small ones are not drowned. What holds a word that a theme began with is of some theme."""
    none = len(chances) - 1
    likely = np.stack([words.summed(np.log(row)) for row in chances])
    likely[none] += _THAN_NONE
    likely[none, words.holding(seeds)] = -np.inf
    theme = likely.argmax(axis=0)
    silent = np.bincount(words.mentions, minlength=words.total) == 0
    return Shared(np.where(silent, none, theme), none, tuple(seeds))


def _joined(words: WordCounts, shared: Shared) -> Shared:
    """The same with themes of like words made one, the likest first; what they are left with is
    numbered anew."""
    general = _in_general(words)
    theme, none, seeds = shared
    while none > 1:
        chances = _chances(words, Shared(theme, none, seeds))[:none]
        telling = chances * np.maximum(0.0, np.log(chances / general))
        telling /= np.maximum(1e-12, np.linalg.norm(telling, axis=1, keepdims=True))
        alike = np.triu(telling @ telling.T, 1) * _surely(theme, none)
        one, other = divmod(int(alike.argmax()), none)
        if alike[one, other] < ALIKE:
            break
        theme = np.where(theme == other, one, theme)
        theme = np.where(theme > other, theme - 1, theme)
        none -= 1
    return Shared(theme, none, seeds)


def _surely(theme: Places, none: int) -> Numbers:
    """How far (0 to 1) the likeness of two themes counts: less where one is of few posts, which by
    chance have as many words in common with some other."""
    sizes = np.bincount(theme, minlength=none + 1)[:none]
    smaller = np.maximum(1, np.minimum.outer(sizes, sizes))
    surely: Numbers = smaller / (smaller + _BY_CHANCE)
    return surely
