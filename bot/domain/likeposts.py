"""Posts that say what another says in other words: what is gathered when somebody makes an insight
of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.domain.alike import LIKE, Terms, Usual, centre, likenesses, weighed
from bot.domain.demands import Demand, demand_of
from bot.domain.demandwords import addressed, brand_tokens, terms_of, tokens_of
from bot.domain.fields import full_text
from bot.domain.insights import Kind
from bot.domain.mention import Mention

MOST = 200

LIKE_THEM = 0.25
"""The likeness to what several ask together from which on a post is shown."""

_ENOUGH_TO_LEARN, _LEARNT_FROM = 3, 8
"""Of fewer posts nothing is learnt, and only of the likest."""

_ENOUGH = 60
"""Words of a post that asks for nothing, among which what it speaks of is looked for."""


def spoken(
    text: str, language: str, brand_words: Sequence[str] = (), kind: Kind = "wish"
) -> Demand:
    """What a text asks, or, where it asks nothing, what it speaks of."""
    found = demand_of(text, language, brand_words)
    if found is not None and found.words:
        return found
    brand = brand_tokens(tuple(brand_words))
    words = tuple(addressed(tokens_of(text), brand))[:_ENOUGH]
    return Demand(kind=found.kind if found else kind, sentence=text, words=words)


def like(
    demand: Demand, posts: Sequence[Mention], brand_words: Sequence[str] = (), most: int = MOST
) -> list[Mention]:
    """Those of some posts of a brand that are like a demand, the likest first; copies and what was
    taken back are none of them. Of 10,000 it takes some tenth of a second.

    They are looked for twice: by its own words, and by what those that were found ask together (J.
    Rocchio, "Relevance feedback in information retrieval", 1971), as it may name only a part.
    """
    search = _Search(demand, posts, brand_words)
    asked = weighed(demand, search.usual)
    near = search.found(asked, LIKE)
    if len(near) < _ENOUGH_TO_LEARN:
        return [one.mention for _, one in near][:most]
    learnt = centre([asked, *(one.terms for _, one in near[:_LEARNT_FROM])])
    both = {one.mention.id: one for _, one in (*near, *search.found(learnt, LIKE_THEM))}
    ones = list(both.values())
    likest = likenesses([learnt], [one.terms for one in ones])[0].tolist()
    return [one.mention for _, one in _ranked(zip(likest, ones, strict=True))][:most]


class _Said(NamedTuple):
    """A post, and what it asks or speaks of."""

    mention: Mention
    terms: Terms


class _Search:
    """Some posts among which those are found that say the same."""

    def __init__(
        self, demand: Demand, posts: Sequence[Mention], brand_words: Sequence[str]
    ) -> None:
        self._demand = demand
        self._brand = brand_words
        self._posts = [one for one in posts if not (one.copy_of or one.deleted)]
        brand = brand_tokens(tuple(brand_words))
        self._terms = [_terms(one, brand) for one in self._posts]
        self._said: dict[str, _Said | None] = {}
        self.usual = Usual.of_terms(self._terms)

    def found(self, asked: Terms, least: float) -> list[tuple[float, _Said]]:
        """Those that are so like what is asked at least, the likest first. Only where one of the
        words stands that tell most is looked closer."""
        if not asked:
            return []
        strongest = max(asked.values())
        telling = {term for term, weight in asked.items() if weight >= strongest / 2}
        near = [
            said
            for one, has in zip(self._posts, self._terms, strict=True)
            if not telling.isdisjoint(has) and (said := self._of(one)) is not None
        ]
        likest = likenesses([asked], [one.terms for one in near])[0].tolist()
        return _ranked(pair for pair in zip(likest, near, strict=True) if pair[0] >= least)

    def _of(self, mention: Mention) -> _Said | None:
        if mention.id not in self._said:
            text, language = full_text(mention.post), mention.analysis.language
            what = spoken(text, language, self._brand)
            fits = _fits(what, self._demand)
            self._said[mention.id] = _Said(mention, weighed(what, self.usual)) if fits else None
        return self._said[mention.id]


def _ranked(found: Iterable[tuple[float, _Said]]) -> list[tuple[float, _Said]]:
    return sorted(found, key=lambda one: (-one[0], -one[1].mention.reach, one[1].mention.id))


def _fits(what: Demand, demand: Demand) -> bool:
    """Who thanks for a thing, or only tells of it, does not ask for it."""
    return not demand.asks or what.may_ask


def _terms(mention: Mention, brand: frozenset[str]) -> frozenset[str]:
    tokens = [token for token in tokens_of(full_text(mention.post)) if token not in brand]
    return frozenset(met.term for met in terms_of(tokens))
