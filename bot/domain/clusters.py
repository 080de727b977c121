"""Mentions grouped by what they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from bot.domain.folding import words_of
from bot.domain.mention import Mention
from bot.domain.rising import Past

_PAIR_BONUS = 1.3
_LISTED_BONUS = 1.5
_AS_GOOD = 0.6


@dataclass(frozen=True)
class Cluster:
    """Mentions of one theme; a mention is in one cluster only."""

    theme: str
    mentions: tuple[Mention, ...]


def clusters(
    mentions: Sequence[Mention],
    past: Past,
    limit: int,
    brand_words: Iterable[str] = (),
) -> tuple[Cluster, ...]:
    """At most `limit` clusters, each of the mentions that none before it took; largest first.

    What the `past` always said makes a poor theme, what a list names a good one. Each choice takes
    the theme with the greatest worth in what is left, so that a small theme is not drowned by a
    large one. Themes that hold a brand word are none, but for those that a list names.
    """
    brand = frozenset(word for words in brand_words for word in words_of(words))
    listed = frozenset(theme for mention in mentions for theme in mention.analysis.listed)
    left = list(mentions)
    found: list[Cluster] = []
    while len(found) < limit:
        theme = _best_theme(left, len(mentions), past, brand, listed)
        if theme is None:
            break
        members = tuple(mention for mention in left if theme in mention.analysis.themes)
        found.append(Cluster(theme, members))
        left = [mention for mention in left if theme not in mention.analysis.themes]
    return tuple(sorted(found, key=lambda cluster: -len(cluster.mentions)))


def _best_theme(
    left: Sequence[Mention],
    total: int,
    past: Past,
    brand: frozenset[str],
    listed: frozenset[str],
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
    usable = [theme for theme in shared if theme in listed or brand.isdisjoint(theme.split())]
    if not usable:
        return None
    worth = {
        theme: _worth(counts[theme], total, past.share(theme)) * _bonus(theme, listed)
        for theme in usable
    }
    best = max(usable, key=lambda theme: (worth[theme], theme in listed, theme))
    if best in listed:
        return best
    return _fuller_name(best, {theme: counts[theme] for theme in usable})


def _worth(count: int, total: int, usual: float) -> float:
    """Mentions, times how much more they are than usual (log₂ of the ratio of shares, at least
    a little)."""
    return count * max(0.2, log(count / total / (usual + 1 / (total + 20)), 2))


def _bonus(theme: str, listed: frozenset[str]) -> float:
    """Somebody gave a name to what a list names; two words say more than one."""
    if theme in listed:
        return _LISTED_BONUS
    return _PAIR_BONUS if " " in theme else 1.0


def _fuller_name(theme: str, counts: Mapping[str, int]) -> str:
    """The pair that most mentions of a word hold, where one does."""
    if " " in theme:
        return theme
    pairs = [pair for pair in counts if " " in pair and theme in pair.split()]
    best = max(pairs, key=lambda pair: (counts[pair], pair), default=theme)
    return best if counts[best] >= _AS_GOOD * counts[theme] else theme
