"""What posts teach that nobody judged: a workspace has thousands of these.

What the rules say of them is foretold from all their grams, so that words which stand beside
complaints become an *echo* of one, though no lexicon has them. The rules are the teacher, as in
Go, Bhayani and Huang, "Twitter Sentiment Classification using Distant Supervision", 2009; what they
say of a single post is smoothed away.

An echo is a sum over grams: what is learnt of it is spread over the grams again, and costs nothing
when posts are read.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.domain.analysis.gradients import solved
from bot.domain.analysis.rows import Floats, Rows

ECHOES = 3
"""Of the rules' features, as many are foretold: the score, the good words and the bad ones."""

_STIFF = 30.0
"""The penalty on an echo's weights: high, so that no single word is the rules over again."""

_LOUD = 0.5
"""How much echoes differ from post to post, beside the rules' own features."""

_FEWEST = 2
"""Posts that hold a gram for it to tell anything."""


@dataclass(frozen=True)
class Background:
    """`views` are what each gram adds to each echo, `middle` the echoes' means."""

    views: Floats
    middle: Floats

    def seen(self, rows: Rows) -> Floats:
        """The echoes of posts, a row each."""
        return rows.times(self.views) - self.middle


def background(rows: Rows, features: Floats) -> Background:
    """What posts teach, given their grams and what the rules say of them, a row each."""
    held = rows.held_in()
    rarity = np.where(held >= _FEWEST, np.log((1 + len(rows)) / (1 + held)), 0.0)
    views = _echoes(rows.scaled(rarity), features[:, :ECHOES]) * rarity[:, None]
    found = rows.times(views)
    spread = found.std(axis=0)
    scale = np.divide(_LOUD, spread, out=np.zeros_like(spread), where=spread > 1e-9)
    return Background(views * scale, found.mean(axis=0) * scale)


def _echoes(rows: Rows, features: Floats) -> Floats:
    """A ridge regression of each feature on the grams: a weight a gram."""
    square = float((rows.values**2).sum() / len(rows)) or 1.0
    spread = features.std(axis=0)
    told = (features - features.mean(axis=0)) / np.where(spread > 0, spread, 1)
    return solved(
        lambda weights: rows.summed(rows.times(weights)) + _STIFF * square / 2 * weights,
        rows.summed(told),
        close=1e-2,
    )
