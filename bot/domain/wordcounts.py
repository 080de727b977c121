"""Which mentions hold which words and phrases, as two rows of numbers: what is counted over
thousands of mentions is counted by numpy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

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


_ENDINGS = re.compile(
    r"(?<=\w{4})(?:ements?|ements|ings?|aient|antes?|ants?|ees?|ers?|ent|ait|eds?|es|e|s|x)$"
)
"""Of English and French inflections those that leave four letters and more."""


@dataclass(frozen=True)
class WordCounts:
    """Of `total` mentions the one at `mentions[i]` holds the word at `held[i]` of `words`: the
    themes that their analysis found, in order of the mentions. The inflections of a word are one,
    written as most write it; `numbers` are the places of their stems."""

    words: tuple[str, ...]
    numbers: Mapping[str, int]
    mentions: Places
    held: Places
    total: int

    @classmethod
    def of(cls, mentions: Sequence[Mention], names: Iterable[str] = ()) -> WordCounts:
        """The words that more than one author used; `names`, which lists give, have no
        inflections."""
        stems = _Stems({name: name for name in names})
        counts: Counter[str] = Counter()
        first: dict[str, str] = {}
        shared: set[str] = set()
        for mention in mentions:
            author = mention.post.author
            for theme in mention.analysis.themes:
                stem = stems[theme]
                counts[stem] += 1
                if first.setdefault(stem, author) != author:
                    shared.add(stem)
        usable = sorted(stem for stem in shared if counts[stem] >= FEWEST)
        usable.sort(key=counts.__getitem__, reverse=True)  # in two steps: each is a moment
        numbers = {stem: number for number, stem in enumerate(usable[:MOST])}
        return _held(_written(numbers, stems, mentions), numbers, stems, mentions)

    def same_words(self, mentions: Sequence[Mention], names: Iterable[str] = ()) -> WordCounts:
        """The same words in other mentions."""
        return _held(self.words, self.numbers, _Stems({name: name for name in names}), mentions)

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


class _Stems(dict[str, str]):
    """What is left of a word, or of each of two, without its ending; learnt when first met."""

    def __missing__(self, words: str) -> str:
        stem = " ".join(_ENDINGS.sub("", word) for word in words.split(" "))
        self[words] = stem
        return stem


def _written(
    numbers: Mapping[str, int], stems: _Stems, mentions: Iterable[Mention]
) -> tuple[str, ...]:
    """How each of the stems is written most often."""
    forms = Counter(chain.from_iterable(mention.analysis.themes for mention in mentions))
    best: dict[str, tuple[int, str]] = {}
    for form, count in forms.items():
        stem = stems[form]
        if stem in numbers:
            best[stem] = max(best.get(stem, (0, "")), (count, form))
    return tuple(best[stem][1] for stem in numbers)


def _held(
    words: tuple[str, ...], numbers: Mapping[str, int], stems: _Stems, mentions: Sequence[Mention]
) -> WordCounts:
    places: list[int] = []
    held: list[int] = []
    for place, mention in enumerate(mentions):
        found = {numbers.get(stems[theme], -1) for theme in mention.analysis.themes}
        found.discard(-1)
        held += sorted(found)
        places += [place] * len(found)
    arrays = np.array(places, np.int64), np.array(held, np.int64)
    return WordCounts(words, numbers, *arrays, len(mentions))
