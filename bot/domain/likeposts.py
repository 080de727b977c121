"""Posts that say what another says in other words: what is gathered when somebody makes an insight
of one."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.alike import LIKE, Usual, likenesses, weighed
from bot.domain.demands import Demand, demand_of
from bot.domain.demandwords import addressed, brand_tokens, terms_of, tokens_of
from bot.domain.fields import full_text
from bot.domain.insights import Kind
from bot.domain.mention import Mention

MOST = 200

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
    taken back are none of them. Of 10,000 it takes some half a second."""
    told = [one for one in posts if not (one.copy_of or one.deleted)]
    brand = brand_tokens(tuple(brand_words))
    terms = [_terms(one, brand) for one in told]
    usual = Usual.of_terms(terms)
    asked = weighed(demand, usual)
    if not asked:
        return []
    strongest = max(asked.values())
    telling = {term for term, weight in asked.items() if weight >= strongest / 2}
    near = [one for one, has in zip(told, terms, strict=True) if not telling.isdisjoint(has)]
    said = [(one, spoken(full_text(one.post), one.analysis.language, brand_words)) for one in near]
    fit = [(one, what) for one, what in said if _fits(what, demand)]
    found = likenesses([asked], [weighed(what, usual) for _, what in fit])[0].tolist()
    ranked = sorted(
        zip(found, (one for one, _ in fit), strict=True),
        key=lambda one: (-one[0], -one[1].reach, one[1].id),
    )
    return [one for likeness, one in ranked if likeness >= LIKE][:most]


def _fits(what: Demand, demand: Demand) -> bool:
    """Who thanks for a thing, or only tells of it, does not ask for it."""
    return not demand.asks or what.may_ask


def _terms(mention: Mention, brand: frozenset[str]) -> frozenset[str]:
    tokens = [token for token in tokens_of(full_text(mention.post)) if token not in brand]
    return frozenset(met.term for met in terms_of(tokens))
