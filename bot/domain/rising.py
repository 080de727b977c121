"""Themes that rise: what is spoken of more than the past of a watch accounts for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import copysign, log, sqrt

import msgspec

from bot.domain.mention import Mention

RISING = 3.29
"""A rise from here on is one that chance makes in one theme of a thousand that did not change."""

FEWEST = 20
"""Mentions that a past must hold before anything is said to rise against it."""

_PRIOR, _OF_PRIOR = 1, 20


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """How many mentions of the past spoke of each theme, of `total`."""

    counts: Mapping[str, int] = {}
    total: int = 0

    @classmethod
    def of(cls, mentions: Sequence[Mention]) -> Past:
        """The past that some mentions are."""
        counts = Counter(theme for mention in mentions for theme in set(mention.analysis.themes))
        return cls(counts=counts, total=len(mentions))

    def share(self, theme: str) -> float:
        """The share (0 to 1) of the mentions that spoke of a theme."""
        return self.counts.get(theme, 0) / self.total if self.total else 0.0

    def rise(self, theme: str, seen: int, of: int) -> float:
        """How surely a theme that `seen` of `of` mentions speak of has grown: 0 where its share is
        what it was, above `RISING` where chance does not explain it, below 0 where it fell.

            rise = ±√G²,  G² = 2 (k₁ ln k₁/e₁ + m₁ ln m₁/f₁ + k₂ ln k₂/e₂ + m₂ ln m₂/f₂)

        where of n₁ mentions now k₁ speak of it and m₁ do not, and so for those of the past, and e
        and f are what would be expected if the shares were alike. G² counts a few mentions for
        what they are, where χ² and plain ratios overrate them: Dunning, "Accurate Methods for the
        Statistics of Surprise and Coincidence", Computational Linguistics 19 (1993). To the past
        are added twenty mentions, one of which spoke of the theme, so that there always is one.
        """
        before, of_before = self.counts.get(theme, 0) + _PRIOR, self.total + _OF_PRIOR
        pooled = (seen + before) / (of + of_before)
        surprise = _surprise(seen, of, pooled) + _surprise(before, of_before, pooled)
        return copysign(sqrt(max(0.0, 2 * surprise)), seen * of_before - before * of)

    def is_rising(self, theme: str, seen: int, of: int) -> bool:
        """Whether a theme's share has grown by more than chance, as far as the past is known."""
        return self.total >= FEWEST and self.rise(theme, seen, of) >= RISING


def _surprise(count: int, total: int, share: float) -> float:
    """How far a count is from the share that is expected: its half of G²."""
    return _term(count, share * total) + _term(total - count, (1 - share) * total)


def _term(found: int, expected: float) -> float:
    return found * log(found / expected) if found else 0.0
