"""Which mentions hold which words and phrases, as two rows of numbers: what is counted over
thousands of mentions is counted by numpy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.domain.mention import Mention

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Marks = NDArray[np.bool_]

MOST = 6_000
"""Words and phrases that are looked at: the most frequent."""

FEWEST = 2
"""Mentions that hold a word, at least."""


@dataclass(frozen=True)
class WordCounts:
    """Of `total` mentions the one at `mentions[i]` holds the word at `held[i]` of `words`: the
    themes that their analysis found, in order of the mentions."""

    words: tuple[str, ...]
    mentions: Places
    held: Places
    total: int

    @classmethod
    def of(cls, mentions: Sequence[Mention]) -> WordCounts:
        """The words that more than one author used."""
        counts: Counter[str] = Counter()
        first: dict[str, str] = {}
        shared: set[str] = set()
        for mention in mentions:
            author = mention.post.author
            for theme in mention.analysis.themes:
                counts[theme] += 1
                if first.setdefault(theme, author) != author:
                    shared.add(theme)
        usable = [theme for theme in shared if counts[theme] >= FEWEST]
        usable.sort(key=lambda theme: (-counts[theme], theme))
        return _held(tuple(usable[:MOST]), mentions)

    def same_words(self, mentions: Sequence[Mention]) -> WordCounts:
        """The same words in other mentions."""
        return _held(self.words, mentions)

    @cached_property
    def counts(self) -> Places:
        """How many mentions hold each word."""
        return self.counted(np.ones(self.total, np.bool_))

    def counted(self, among: Marks) -> Places:
        """How many of the marked mentions hold each word."""
        return np.bincount(self.held[among[self.mentions]], minlength=len(self.words))

    def holding(self, words: Sequence[int]) -> Marks:
        """The mentions that hold one of some words, by their numbers."""
        marks = np.zeros(self.total, np.bool_)
        marks[self.mentions[np.isin(self.held, words)]] = True
        return marks

    def counted_in(self, group: Places, groups: int) -> Numbers:
        """How many mentions of each of some groups hold each word, a group a row; `group` is that
        of each mention."""
        size = len(self.words)
        cells = group[self.mentions] * size + self.held
        return np.bincount(cells, minlength=groups * size).reshape(groups, size).astype(np.float64)

    def summed(self, weights: Numbers) -> Numbers:
        """The sum of its words' weights for each mention."""
        return np.bincount(self.mentions, weights[self.held], self.total).astype(np.float64)


def _held(words: tuple[str, ...], mentions: Sequence[Mention]) -> WordCounts:
    numbers: Mapping[str, int] = {word: number for number, word in enumerate(words)}
    places: list[int] = []
    held: list[int] = []
    for place, mention in enumerate(mentions):
        found = [numbers[theme] for theme in mention.analysis.themes if theme in numbers]
        held += found
        places += [place] * len(found)
    return WordCounts(words, np.array(places, np.int64), np.array(held, np.int64), len(mentions))
