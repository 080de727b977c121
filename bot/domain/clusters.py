"""Mentions grouped by what they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

from bot.domain.folding import words_of
from bot.domain.mention import Mention

_PAIR_BONUS = 1.3
_AS_GOOD = 0.6


@dataclass(frozen=True)
class Cluster:
    """Mentions of one theme; a mention is in one cluster only."""

    theme: str
    mentions: tuple[Mention, ...]


def clusters(
    mentions: Sequence[Mention],
    usual: Mapping[str, float],
    limit: int,
    brand_words: Iterable[str] = (),
) -> tuple[Cluster, ...]:
    """At most `limit` clusters, each of the mentions that none before it took; largest first.

    `usual` holds the share (0 to 1) of ordinary mentions that have a theme: what is always said
    makes a poor theme. Each choice takes the theme with the greatest worth in what is left, so
    that a small theme is not drowned by a large one. Themes that hold a brand word are none.
    """
    brand = frozenset(word for words in brand_words for word in words_of(words))
    left = list(mentions)
    found: list[Cluster] = []
    while len(found) < limit:
        theme = _best_theme(left, len(mentions), usual, brand)
        if theme is None:
            break
        members = tuple(mention for mention in left if theme in mention.analysis.themes)
        found.append(Cluster(theme, members))
        left = [mention for mention in left if theme not in mention.analysis.themes]
    return tuple(sorted(found, key=lambda cluster: -len(cluster.mentions)))


def representative(
    candidates: Sequence[Mention], cluster: Cluster, heard: Iterable[str]
) -> Mention:
    """The one of the candidates that stands for the cluster: central, not long, and by an author
    not yet `heard` where there is one.

    Central is what shares its themes with the others: the cosine of its themes with those of
    the whole cluster, which a long post does not win by length.
    """
    known = frozenset(heard)
    weights = shares(cluster.mentions)
    return max(
        candidates,
        key=lambda mention: (
            mention.post.author not in known,
            round(_centrality(mention, weights), 9),
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


def _best_theme(
    left: Sequence[Mention], total: int, usual: Mapping[str, float], brand: frozenset[str]
) -> str | None:
    """The theme of the greatest worth that more than one author speaks of."""
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    shared: set[str] = set()
    for mention in left:
        author = mention.post.author
        for theme in set(mention.analysis.themes):
            counts[theme] += 1
            if first.setdefault(theme, author) != author:
                shared.add(theme)
    usable = [theme for theme in shared if brand.isdisjoint(theme.split())]
    if not usable:
        return None
    best = max(usable, key=lambda theme: (_worth(theme, counts[theme], total, usual), theme))
    return _fuller_name(best, {theme: counts[theme] for theme in usable})


def _worth(theme: str, count: int, total: int, usual: Mapping[str, float]) -> float:
    """Mentions, times how much more they are than usual (log₂ of the ratio of shares, at least
    a little), and a bonus for two words, which say more than one."""
    ordinary = usual.get(theme, 0.0) + 1 / (total + 20)
    surprise = max(0.2, log(count / total / ordinary, 2))
    return count * surprise * (_PAIR_BONUS if " " in theme else 1.0)


def _fuller_name(theme: str, counts: Mapping[str, int]) -> str:
    """The pair that most mentions of a word hold, where one does."""
    if " " in theme:
        return theme
    pairs = [pair for pair in counts if " " in pair and theme in pair.split()]
    best = max(pairs, key=lambda pair: (counts[pair], pair), default=theme)
    return best if counts[best] >= _AS_GOOD * counts[theme] else theme
