"""Demands that ask for the same thing in other words: how alike they are, and the groups of them.

Of each demand the terms (see `bot.domain.demandwords`) are weighed by how rare they are in what is
said of the brand anyway, as in every search engine (K. Spärck Jones, "A statistical interpretation
of term specificity", 1972); alike are those with a small angle between them. Groups are joined from
the likest on, by the average over all their pairs (R. Sokal and C. Michener, 1958), along a chain
of nearest neighbours (F. Murtagh, 1983).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from math import log

import msgspec
import numpy as np
from numpy.typing import NDArray

from bot.domain.analysis.listed import shipped_lists
from bot.domain.demands import Demand
from bot.domain.demandwords import brand_tokens, terms_of, tokens_of
from bot.domain.folding import fold

Matrix = NDArray[np.float64]

SAME = 0.22
"""The average likeness (0 to 1) from which on groups are one; chosen on `benchmarks/demands.py`."""

LIKE = 0.3
"""The likeness from which on a post is shown as like another one: a person looks at it."""

_BESIDE = 0.35
"""What a word counts that stands beside what is asked."""

_LISTED = 1.5
"""What a theme of the team's own lists counts: somebody meant that to be one thing."""

_OF_ALL = 30
"""Posts that are added to those that are known, none of which has the term: of few, all is rare."""

_SHARED = 0.5
"""The share of a group that has the terms by which it is called."""


class Usual(msgspec.Struct, frozen=True):
    """In how many of `of` posts about a brand each term stands, whatever they say."""

    counts: Mapping[str, int] = {}
    of: int = 0

    @classmethod
    def heard(cls, texts: Iterable[str], brand_words: Sequence[str] = ()) -> Usual:
        """What some texts say; some 30 µs each."""
        return cls.of_terms(terms_in(texts, brand_words))

    @classmethod
    def of_terms(cls, found: Sequence[Iterable[str]]) -> Usual:
        """The same of texts whose terms are known, each once."""
        return cls(Counter(term for terms in found for term in terms), len(found))

    def weight(self, term: str) -> float:
        """How much a term tells: more, the rarer it is."""
        return log((self.of + _OF_ALL) / (self.counts.get(term, 0) + 1))


def terms_in(texts: Iterable[str], brand_words: Sequence[str] = ()) -> list[set[str]]:
    """What stands in each of some texts, but for the brand's names."""
    brand = brand_tokens(tuple(brand_words))
    tokens = ([token for token in tokens_of(text) if token not in brand] for text in texts)
    return [{met.term for met in terms_of(words)} for words in tokens]


Terms = Mapping[str, float]


def weighed(demand: Demand, usual: Usual, themes: Iterable[str] = ()) -> Terms:
    """What a demand asks, as terms with what each tells, their squares adding up to 1; empty where
    nothing is told. `themes` are those that a list names in its post (see `theme_terms`)."""
    found = {term: _LISTED * usual.weight(term) for term in theme_terms(themes)}
    for words, part in ((demand.words, 1.0), (demand.beside, _BESIDE)):
        for met in terms_of(words):
            found[met.term] = max(found.get(met.term, 0.0), part * usual.weight(met.term))
    return _scaled(found)


def theme_terms(themes: Iterable[str]) -> set[str]:
    """The themes of the team's own lists, as terms: a list has one name in both languages, and says
    what else is the same. Those that come with Vigie are broad, and say nothing of that."""
    return {f"#{theme}" for theme in themes if theme not in _broad()}


@cache
def _broad() -> frozenset[str]:
    return frozenset(fold(theme) for lists in shipped_lists().values() for theme in lists)


def index(demand: Demand) -> tuple[str, ...]:
    """The terms that a demand is found again by: in the order of the alphabet, so that nobody reads
    in them what was written."""
    near = {met.term for met in terms_of(demand.words)}
    return tuple(sorted(near or {met.term for met in terms_of(demand.beside)}))


def weighed_index(terms: Iterable[str], usual: Usual) -> Terms:
    """The same of what `index` gave."""
    return _scaled({term: usual.weight(term) for term in terms})


def _scaled(found: Mapping[str, float]) -> Terms:
    length = sum(weight * weight for weight in found.values()) ** 0.5
    return {term: weight / length for term, weight in found.items()} if length else {}


def likenesses(ones: Sequence[Terms], others: Sequence[Terms]) -> Matrix:
    """How alike each of some is to each of others: 0 nothing in common, 1 the same."""
    places = {term: n for n, term in enumerate({term for terms in others for term in terms})}
    return _rows(ones, places) @ _rows(others, places).T


def _rows(all_terms: Sequence[Terms], places: Mapping[str, int]) -> Matrix:
    rows = np.zeros((len(all_terms), len(places)))
    for row, terms in enumerate(all_terms):
        for term, weight in terms.items():
            place = places.get(term)
            if place is not None:
                rows[row, place] = weight
    return rows


def groups(all_terms: Sequence[Terms], same: float = SAME) -> list[list[int]]:
    """Which of some demands ask for the same: their places, largest group first, each in one.

    What tells nothing is alone. Of 1,000 it takes some 50 ms.
    """
    pairs = likenesses(all_terms, all_terms)
    members = {place: [place] for place in range(len(all_terms))}
    np.fill_diagonal(pairs, -1.0)
    chain: list[int] = []
    left = set(members)
    while left:
        if not chain:
            chain.append(min(left))
        near, nearest = _nearest(pairs, chain)
        if near < same:
            left.discard(chain.pop())
            continue
        if len(chain) > 1 and nearest == chain[-2]:
            one, other = chain.pop(), chain.pop()
            _join(pairs, members, other, one)
            left.discard(one)
            left.add(other)
            continue
        chain.append(nearest)
    return sorted(members.values(), key=lambda places: (-len(places), places[0]))


def _nearest(pairs: Matrix, chain: Sequence[int]) -> tuple[float, int]:
    """The likest of the last of a chain; of equals the one before it in the chain, so that the
    chain comes to an end."""
    row = pairs[chain[-1]]
    nearest = int(row.argmax())
    if len(chain) > 1 and row[chain[-2]] >= row[nearest]:
        nearest = chain[-2]
    return float(row[nearest]), nearest


def _join(pairs: Matrix, members: dict[int, list[int]], kept: int, gone: int) -> None:
    """Make one of two groups, whose likeness to others is the average over all pairs."""
    mine, its = len(members[kept]), len(members[gone])
    joined = (mine * pairs[kept] + its * pairs[gone]) / (mine + its)
    joined[pairs[kept] < 0] = -1.0
    joined[[kept, gone]] = -1.0
    pairs[kept], pairs[:, kept] = joined, joined
    pairs[gone], pairs[:, gone] = -1.0, -1.0
    members[kept] = sorted((*members[kept], *members.pop(gone)))


def centre(all_terms: Sequence[Terms]) -> Terms:
    """What some demands ask together: the terms of all, as much as they have of them."""
    return _scaled(_sums(all_terms))


def shared(all_terms: Sequence[Terms]) -> tuple[str, ...]:
    """The terms that at least half of some demands have, those that tell most first; none where
    they have nothing in common but that each is like some other."""
    counts = Counter(term for terms in all_terms for term in terms)
    found = _sums(all_terms)
    enough = _SHARED * len(all_terms)
    return tuple(sorted((t for t in found if counts[t] >= enough), key=lambda t: -found[t]))


def _sums(all_terms: Sequence[Terms]) -> dict[str, float]:
    found: dict[str, float] = {}
    for terms in all_terms:
        for term, weight in terms.items():
            found[term] = found.get(term, 0.0) + weight
    return found
