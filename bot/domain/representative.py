"""The post that stands for others: central among them, and not what was shown already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt

from bot.domain.mention import Mention

_REPEATS = 0.5
"""What is as central but repeats a post that was shown counts for half of it."""


def representative(
    candidates: Iterable[Mention], of: Sequence[Mention], shown: Sequence[Mention] = ()
) -> Mention:
    """The one of the candidates that stands for the mentions `of` a theme, beside those `shown` for
    others: by an author not yet heard where there is one; central, not long; and different.

    Central is what shares its words with the others (the cosine of its themes with those of all of
    them, which a long post does not win by length), less its likeness to what was shown: maximal
    marginal relevance (J. Carbonell, J. Goldstein, "The Use of MMR, Diversity-Based Reranking",
    SIGIR 1998). What its author took back stands for nothing where there is anything else.
    """
    weights, heard = shares(of), frozenset(mention.post.author for mention in shown)
    others = [frozenset(mention.analysis.themes) for mention in shown]
    return max(
        candidates,
        key=lambda mention: (
            mention.deleted is None,
            mention.post.author not in heard,
            round(_centrality(mention, weights) * (1 - _REPEATS * _likeness(mention, others)), 9),
            mention.analysis.reach,
            mention.id,
        ),
    )


def shares(mentions: Sequence[Mention]) -> dict[str, float]:
    """The share (0 to 1) of the mentions that have a theme, for each theme."""
    counts = Counter(theme for mention in mentions for theme in set(mention.analysis.themes))
    return {theme: count / len(mentions) for theme, count in counts.items()}


def _centrality(mention: Mention, weights: Mapping[str, float]) -> float:
    themes = mention.analysis.themes
    return sum(weights[theme] for theme in themes) / sqrt(len(themes)) if themes else 0.0


def _likeness(mention: Mention, shown: Iterable[frozenset[str]]) -> float:
    """The largest part (Jaccard) of its themes and another's that both have."""
    themes = frozenset(mention.analysis.themes)
    return max((len(themes & one) / max(1, len(themes | one)) for one in shown), default=0.0)
