"""People who ask for the same thing: who they are, what they ask, and whether a team is to hear of
it without anybody having looked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from bot.domain.alike import (
    SAME,
    Terms,
    Usual,
    centre,
    groups,
    index,
    likenesses,
    shared,
    terms_in,
    theme_terms,
    weighed,
    weighed_index,
)
from bot.domain.demands import Demand, demand_of
from bot.domain.fields import full_text
from bot.domain.identity import author_key
from bot.domain.insights import Insight, Kind
from bot.domain.mention import Mention

MOST = 1_500
"""Demands that are held against each other, the latest: 18 MB for a moment."""

LIVE = timedelta(hours=24)
"""A post that was read so long after it was written is history."""

AGAIN = 3
"""It is told again when so many times as many people ask as when it was told last."""

_FEW, SAME_OF_FEW = 2, 0.35
"""So few are taken for voices of an insight only where they are so like it: where more are, it is
worse to raise it twice."""

_WANT_IT = 2 / 3
"""The share of those who ask that must want it: a crowd that asks how, or whether, is no demand."""

_THEIR_THEME = 0.4
"""The share of posts that speak of a theme which is then that of all of them."""


class Rule(msgspec.Struct, frozen=True):
    """So many `people` within so long raise a card."""

    people: int
    within: timedelta


class Asking(NamedTuple):
    """A mention that asks for something, and what."""

    mention: Mention
    demand: Demand
    terms: Terms


class Outcry(NamedTuple):
    """Mentions that ask for the same thing, oldest first."""

    askings: tuple[Asking, ...]

    @property
    def mentions(self) -> list[Mention]:
        return [one.mention for one in self.askings]

    @property
    def people(self) -> int:
        """How many people ask; those of whom nobody knows who they are do not count."""
        return people_of(self.mentions)

    @property
    def terms(self) -> Terms:
        """What they ask together."""
        return centre([one.terms for one in self.askings])

    @property
    def kind(self) -> Kind:
        """What most of those are that do not only ask."""
        kinds = Counter(one.demand.kind for one in self.askings if one.demand.asks)
        return max(kinds, key=lambda kind: (kinds[kind], kind), default="question")

    def best(self, language: str = "") -> Asking:
        """The one that says it best; in a language, where at least two say it in that."""
        those = [one for one in self.askings if one.mention.analysis.language == language]
        among = those if len(those) > 1 else list(self.askings)
        near = likenesses([self.terms], [one.terms for one in among])[0]
        return among[int(near.argmax())]

    @property
    def words(self) -> tuple[str, ...]:
        """The terms by which others are found that ask for it too: what most of them have, or else
        those of the best one."""
        return tuple(sorted(shared([one.terms for one in self.askings]))) or index(
            self.best().demand
        )

    @property
    def themes(self) -> tuple[str, ...]:
        """What their posts are about, best first: what a list names before all else, where enough
        speak of it."""
        listed = Counter(theme for one in self.mentions for theme in one.analysis.listed)
        enough = _THEIR_THEME * len(self.askings)
        named = [theme for theme, count in listed.most_common() if count >= enough]
        every = Counter(theme for one in self.mentions for theme in one.analysis.themes)
        often = [theme for theme, count in every.most_common() if count >= enough]
        return tuple(dict.fromkeys((*named, *often)))

    def theme_of(self, best: Asking) -> str:
        """What they are about, in the words of one of them: a list's name, or what most others
        speak of as well; `""` where its words are nobody else's and they have none in common."""
        spoken = Counter(theme for one in self.mentions for theme in set(one.analysis.themes))
        own = [theme for theme in best.mention.analysis.themes if spoken[theme] > 1]
        if named := [theme for theme in self.themes if theme in best.mention.analysis.listed]:
            return named[0]
        return max(own, key=lambda theme: (spoken[theme], theme.count(" ")), default="") or next(
            iter(self.themes), ""
        )

    def is_a_demand(self) -> bool:
        """Whether most of them want it, or say that it fails, and do not only ask."""
        return sum(one.demand.asks for one in self.askings) >= _WANT_IT * len(self.askings)

    def is_about_something(self) -> bool:
        """Whether they have more in common than that each is like some other."""
        return bool(shared([one.terms for one in self.askings]))


def people_of(mentions: Iterable[Mention]) -> int:
    """How many people wrote some mentions."""
    return len({author_key(one.post.source, one.post.author) for one in mentions} - {""})


def askings(mentions: Sequence[Mention], brand_words: Sequence[str]) -> list[Asking]:
    """Those of some mentions of a brand that ask for something others may want too, or whether
    there is such a thing, oldest first.

    Copies say nothing of their own, and what was taken back says nothing.
    """
    told = [one for one in mentions if not (one.copy_of or one.deleted)]
    found = [
        (mention, demand)
        for mention in sorted(told, key=lambda one: (one.at, one.id))
        if (demand := _asked(mention, brand_words)) is not None
    ]
    usual = usual_of(told, brand_words)
    weights = (
        (mention, demand, weighed(demand, usual, mention.analysis.listed))
        for mention, demand in found[-MOST:]
    )
    return [Asking(mention, demand, terms) for mention, demand, terms in weights if terms]


def usual_of(mentions: Sequence[Mention], brand_words: Sequence[str], most: int = 500) -> Usual:
    """What is said of the brand anyway, by so many of the mentions, taken evenly."""
    some = mentions[:: max(1, len(mentions) // most)]
    said = terms_in((full_text(one.post) for one in some), brand_words)
    named = (theme_terms(one.analysis.listed) for one in some)
    return Usual.of_terms([terms | themes for terms, themes in zip(said, named, strict=True)])


def outcries(found: Sequence[Asking]) -> list[Outcry]:
    """Demands that ask for the same together, the most of them first."""
    together = groups([one.terms for one in found])
    return [Outcry(tuple(found[place] for place in places)) for places in together]


def is_to_be_told(outcry: Outcry, rule: Rule, now: datetime) -> bool:
    """Whether so many people ask for the same that a team is to hear of it: people and not posts,
    within the time, at least one of whom was heard as they wrote."""
    since = now - rule.within
    late = [one for one in outcry.mentions if one.at > since]
    if not rule.people or people_of(late) < rule.people or not outcry.is_a_demand():
        return False
    return any(one.seen - one.at <= LIVE for one in late) and outcry.is_about_something()


def is_to_be_told_again(insight: Insight, people: int) -> bool:
    """Whether so many people ask for it by now that its channel is to hear of it once more."""
    return insight.told > 0 and insight.is_open and people >= AGAIN * insight.told


def asked_already(
    outcry: Outcry, insights: Sequence[tuple[Insight, Collection[str]]], usual: Usual
) -> Insight | None:
    """Which of some insights, each with the ids of the mentions that voice it, is what these people
    ask for: the one that most of their posts voice already, else the likest one."""
    ids = {one.id for one in outcry.mentions}
    held = [(len(ids.intersection(voiced)), insight) for insight, voiced in insights]
    most = max(held, key=lambda one: one[0], default=None)
    if most and most[0]:
        return most[1]
    ranked = likest(outcry.terms, [insight for insight, _ in insights], usual)
    least = SAME if outcry.people > _FEW else SAME_OF_FEW
    return ranked[0][1] if ranked and ranked[0][0] >= least else None


def likest(terms: Terms, insights: Sequence[Insight], usual: Usual) -> list[tuple[float, Insight]]:
    """Insights by how like they are to what is asked, the likest first; without those that have
    nothing in common with it."""
    asked = [weighed_index(insight.words, usual) for insight in insights]
    if not insights:
        return []
    near = likenesses([terms], asked)[0].tolist()
    found = [(like, insight) for like, insight in zip(near, insights, strict=True) if like > 0]
    return sorted(found, key=lambda one: (-one[0], one[1].id))


def _asked(mention: Mention, brand_words: Sequence[str]) -> Demand | None:
    demand = demand_of(full_text(mention.post), mention.analysis.language, brand_words)
    return demand if demand and demand.may_ask else None
