"""What posts teach that nobody judged: a workspace has thousands of these.

What the rules say of them is foretold from all their grams, so that words which stand beside
complaints become an *echo* of one, though no lexicon has them. The rules are the teacher, as in
Go, Bhayani and Huang, "Twitter Sentiment Classification using Distant Supervision", 2009; what they
say of a single post is smoothed away. Beside it, words are known by their *kin*.

Both are sums over grams: what is learnt of them is spread over the grams again, and costs nothing
when posts are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.domain.analysis.gradients import solved
from bot.domain.analysis.kin import DIRECTIONS, kin
from bot.domain.analysis.rows import Floats, Rows

ECHOES = 3
"""Of the rules' features, as many are foretold: the score, the good words and the bad ones."""

_STIFF = 15.0
"""The penalty on an echo's weights: high, so that no single word is the rules over again."""

_ECHO, _KIN = 0.5, 0.8
"""How much the echoes, and all kin together, differ from post to post, beside what the rules say
of it."""

_FEWEST = 2
"""Posts that hold a gram for it to tell anything."""


@dataclass(frozen=True)
class Background:
    """`views` are what each gram adds to each echo and each direction of kin, `middle` the means
    of these."""

    views: Floats
    middle: Floats

    def seen(self, rows: Rows) -> Floats:
        """What posts are by it, a row each."""
        return rows.times(self.views) - self.middle


def background(texts: Sequence[str], rows: Rows, features: Floats) -> Background:
    """What posts teach, given their grams and what the rules say of them, a row each."""
    held = rows.held_in()
    rarity = np.where(held >= _FEWEST, np.log((1 + len(rows)) / (1 + held)), 0.0)[:, None]
    echoes = _echoes(rows.scaled(rarity[:, 0]), features[:, :ECHOES]) * rarity
    related = kin(texts) * rarity
    parts = (
        _scaled(rows, echoes, _ECHO),
        _scaled(rows.only(np.asarray(related.any(axis=1))), related, _KIN / np.sqrt(DIRECTIONS)),
    )
    return Background(
        np.concatenate([part.views for part in parts], axis=1),
        np.concatenate([part.middle for part in parts]),
    )


def _scaled(rows: Rows, views: Floats, wanted: float) -> Background:
    """The views, so scaled that each differs as much as is wanted from post to post."""
    found = rows.times(views)
    spread = found.std(axis=0)
    scale = np.divide(wanted, spread, out=np.zeros_like(spread), where=spread > 1e-9)
    return Background(views * scale, found.mean(axis=0) * scale)


def _echoes(rows: Rows, features: Floats) -> Floats:
    """A ridge regression of each feature on the grams: a weight a gram."""
    square = float((rows.values**2).sum() / len(rows)) or 1.0
    spread = features.std(axis=0)
    told = (features - features.mean(axis=0)) / np.where(spread > 0, spread, 1)
    return solved(
        lambda weights: rows.summed(rows.times(weights)) + _STIFF * square * weights,
        rows.summed(told),
        close=1e-2,
    )
