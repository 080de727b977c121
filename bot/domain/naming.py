"""What may name a theme, and how good a name that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from bot.domain.folding import words_of
from bot.domain.wordcounts import Marks, Numbers, Places, WordCounts

LEAST, _MOST = 0.2, 5.0
"""Bounds of how much (log₂ of a ratio) a word's greater part counts."""

_PAIR_BONUS, _LISTED_BONUS = 1.3, 1.5
_AS_GOOD = 0.6


class Names(NamedTuple):
    """Which words may name a theme, and how good a name they are, each by its number."""

    usable: Marks
    bonus: Numbers
    is_listed: Marks

    @classmethod
    def of(cls, words: Sequence[str], listed: frozenset[str], brand_words: Iterable[str]) -> Names:
        brand = frozenset(word for phrase in brand_words for word in words_of(phrase))
        is_listed = np.array([word in listed for word in words])
        is_pair = np.array([" " in word for word in words])
        clear = np.array([brand.isdisjoint(word.split()) for word in words])
        bonus = np.where(is_listed, _LISTED_BONUS, np.where(is_pair, _PAIR_BONUS, 1.0))
        return cls(is_listed | clear, bonus, is_listed)

    def worth(self, counts: Places | Numbers, part: Numbers, elsewhere: Numbers) -> Numbers:
        """Mentions, times how much larger their part is than elsewhere (log₂ of the ratio, within
        bounds), for what may be a name."""
        surprise = np.log2(np.maximum(part, 1e-9) / elsewhere)
        worth: Numbers = counts * np.clip(surprise, LEAST, _MOST) * self.bonus * self.usable
        return worth


def name_of(
    words: WordCounts, counts: Numbers, sizes: Places, theme: int, names: Names
) -> int | None:
    """The word that most of a theme's posts hold, and few others; the pair that most of these
    hold, where one does."""
    size = int(sizes[theme])
    if size < 2:
        return None
    inside = counts[theme]
    others = words.counts - inside
    elsewhere = others / max(1, words.total - size) + 1 / (words.total + 20)
    worth = names.worth(inside, inside / size, elsewhere)
    best = int(np.argmax(worth))
    if worth[best] <= 0:
        return None
    return best if names.is_listed[best] else _fuller(words.words, inside, best, names)


def _fuller(words: Sequence[str], counts: Numbers, name: int, names: Names) -> int:
    word = words[name]
    if " " in word:
        return name
    pairs = [
        place
        for place in np.flatnonzero((counts >= _AS_GOOD * counts[name]) & names.usable).tolist()
        if " " in words[place] and word in words[place].split()
    ]
    return max(pairs, key=lambda place: (counts[place], words[place]), default=name)
