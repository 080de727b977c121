"""What to do when something happens: the steps, what to say, what not to do; and what fits what.

A playbook is offered where it fits plainly, and none is where it does not: a wrong one costs more
than none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import lru_cache
from itertools import zip_longest
from typing import Literal, NamedTuple

import msgspec

from bot.domain.alerts import Kind
from bot.domain.analysis.listed import Listed
from bot.domain.analysis.pieces import pieces_of
from bot.domain.folding import fold
from bot.domain.phrases import Phrase
from bot.domain.severity import Severity, at_least

Mood = Literal["negative", "positive"]

MOST_STEPS = 20
"""A message shows so many, each with its button."""

_MOST_POSTS = 0.5
"""The share of the posts at hand that speak of what a playbook is for, from which on it fits."""

_NAMED, _FOLLOWED = 0.5, 1.5
"""What it adds to that share that the alert itself names a theme, and that somebody has as many
followers as the playbook asks for (which says more than what a single post is about)."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do, by whom (a role, `""` for anybody), `within` how long of the beginning."""

    text: str
    role: str = ""
    within: timedelta | None = None


class Purview(msgspec.Struct, frozen=True, kw_only=True):
    """What a playbook is for: alerts of these `kinds`, at least as severe as `severity`, about
    posts in these `languages` (none: in all), of which there are so many `posts` at least, written
    by somebody with so many `followers` (0: by anybody), which speak of one of its `themes` or hold
    one of its `words` (neither: of anything). `mood` is *positive* where it is for praise alone."""

    kinds: tuple[Kind, ...]
    themes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    severity: Severity = "low"
    mood: Mood = "negative"
    followers: int = 0
    posts: int = 1


class Playbook(Purview, frozen=True, kw_only=True):
    """A playbook as it is written in one language; those of one `name` are the same in others.
    `avoid` is what not to do."""

    name: str
    language: str
    title: str
    steps: tuple[Step, ...]
    purpose: str = ""
    phrases: tuple[Phrase, ...] = ()
    avoid: tuple[str, ...] = ()


class Heard(NamedTuple):
    """A post behind an alert: its text, and its themes."""

    text: str
    themes: frozenset[str]


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """What a playbook is looked for for: an alert with the `posts` at hand of the `count` that it
    has, the `themes` that it names itself, the languages of its posts, and the most `followers`
    that an author has."""

    kind: Kind
    severity: Severity
    posts: tuple[Heard, ...] = ()
    count: int = 1
    themes: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    followers: int = 0
    mood: Mood = "negative"


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """The name of the playbook that fits, and why: the `themes` and `words` that `heard` of the
    `posts` speak of or hold, and the followers that it asks for."""

    name: str
    themes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    heard: int = 0
    posts: int = 0
    followers: int = 0


def fitting(playbooks: Iterable[Playbook], occasion: Occasion) -> Fit | None:
    """The playbook that fits best; None where none does, or two as well as each other."""
    named: dict[str, list[Playbook]] = defaultdict(list)
    for playbook in playbooks:
        if _is_for(playbook, occasion):
            named[playbook.name].append(playbook)
    weighed = [(_weight(fit, occasion), fit) for fit in _fits(named.values(), occasion)]
    weighed.sort(key=lambda pair: pair[0], reverse=True)
    if not weighed or (len(weighed) > 1 and weighed[0][0] == weighed[1][0]):
        return None
    return weighed[0][1]


def versions(playbooks: Iterable[Playbook], name: str) -> list[Playbook]:
    """A playbook in each language in which it is written."""
    return [playbook for playbook in playbooks if playbook.name == name]


def spoken(playbooks: Iterable[Playbook], name: str, language: str) -> Playbook | None:
    """A playbook in a language; in another one where it is not written in that."""
    found = versions(playbooks, name)
    own = (playbook for playbook in found if playbook.language == language)
    return next(own, found[0] if found else None)


def phrases_of(playbooks: Iterable[Playbook], name: str) -> tuple[Phrase, ...]:
    """What a playbook has to say, in all languages."""
    return tuple(phrase for one in versions(playbooks, name) for phrase in one.phrases)


def _is_for(playbook: Playbook, occasion: Occasion) -> bool:
    """Whether it is for such an alert at all, whatever its posts say."""
    return (
        occasion.kind in playbook.kinds
        and at_least(occasion.severity, playbook.severity)
        and playbook.mood == occasion.mood
        and occasion.followers >= playbook.followers
        and max(occasion.count, len(occasion.posts)) >= playbook.posts
        and (not playbook.languages or not occasion.languages.isdisjoint(playbook.languages))
    )


def _fits(named: Iterable[Sequence[Playbook]], occasion: Occasion) -> Iterable[Fit]:
    """What speaks for each playbook, for those for which enough does. What its versions look for
    in different languages is looked for in all posts."""
    for same in named:
        themes = frozenset(fold(theme) for one in same for theme in one.themes)
        words = tuple(dict.fromkeys(word for one in same for word in one.words))
        fit = _fit(same[0], themes, words, occasion)
        is_for_all = not themes and not words
        if is_for_all or fit.themes or fit.heard >= max(1.0, _MOST_POSTS * fit.posts):
            yield fit


def _fit(
    playbook: Playbook, themes: frozenset[str], words: tuple[str, ...], occasion: Occasion
) -> Fit:
    """What speaks for it. A theme counts where the alert names it, or half of several posts have
    it: what a single post is about says little (a voucher is no price rise), what it says more."""
    looked_for = _looked_for(words)
    met = [looked_for.met(pieces_of(fold(post.text))) for post in occasion.posts]
    about = [themes & post.themes for post in occasion.posts] if len(met) > 1 else []
    spread = Counter(theme for found in about for theme in found)
    shared = {theme for theme, count in spread.items() if count >= _MOST_POSTS * len(about)}
    return Fit(
        name=playbook.name,
        themes=tuple(sorted(themes & occasion.themes | shared)),
        words=tuple(dict.fromkeys(word for found in met for word in found)),
        heard=sum(bool(found or themed) for found, themed in zip_longest(met, about)),
        posts=len(occasion.posts),
        followers=playbook.followers,
    )


@lru_cache(maxsize=256)
def _looked_for(words: tuple[str, ...]) -> Listed:
    return Listed([(word, (word,)) for word in words])


def _weight(fit: Fit, occasion: Occasion) -> tuple[float, int]:
    """How much speaks for it; and by how many different signs, where that is the same."""
    share = fit.heard / fit.posts if fit.posts else 0.0
    named = _NAMED if not occasion.themes.isdisjoint(fit.themes) else 0.0
    followed = _FOLLOWED if fit.followers else 0.0
    return share + named + followed, len(fit.themes) + len(fit.words)
