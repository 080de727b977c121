"""What makes up an excess: the themes, links, authors and copies of which there are more than the
past of a watch accounts for, each with the share of the excess that it explains."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Literal, TypeVar

import msgspec

from bot.domain.duplicates import near_copies
from bot.domain.links import canonical
from bot.domain.mention import Mention
from bot.domain.rising import RISING, Past

DriverKind = Literal["author", "copies", "link", "theme"]
"""*author*: one account wrote many; *copies*: one post was reshared or copied; *link*: one address
was passed on; *theme*: one thing is spoken of."""

FEWEST = 4
"""Mentions that an author, a link or a post is told for; fewer happen every day."""

LEAST = 0.1
"""The share of the excess below which a driver explains nothing."""

EACH = 3
"""Drivers of a kind."""

_AS_GOOD = 0.7
"""What explains nearly as much as the best, and is more special, comes before it: that one account
wrote them all says more than what they are about."""

FLOODERS, FLOOD = 3, 0.5
"""So few authors who make up so much of an excess are a flood, not a crowd."""

_ORDER: tuple[DriverKind, ...] = ("author", "copies", "link", "theme")
"""From the most special kind to the most general."""

_LINK = re.compile(r"https?://[^\s<>\"'”»]+")
_K = TypeVar("_K", bound=Hashable)
_AFTER_LINK = ".,;:!?)]}…"


class Driver(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an excess.

    `what` is a theme, an author's name, or an address: that of the link, of copies that of the
    first. `seen` mentions are of it, by so many `authors`, where `usual` were expected; what they
    are more is the `share` (0 to 1) of the excess. Shares overlap: a link has a theme.
    """

    kind: DriverKind
    what: str
    seen: int
    usual: float
    share: float
    authors: int


class Window:
    """Mentions held against those of the past, where `expected` of them were expected."""

    def __init__(
        self, mentions: Sequence[Mention], past: Sequence[Mention], expected: float
    ) -> None:
        self._mentions = sorted(mentions, key=lambda m: (-m.analysis.reach, m.at, m.id))
        self._past = past
        self._expected = expected
        self._excess = max(1.0, len(mentions) - expected)
        self._copies = near_copies(self._mentions)

    @property
    def told(self) -> Sequence[Sequence[Mention]]:
        """The mentions by what they tell: near-copies of each stand behind the one that reaches
        furthest."""
        return self._copies

    @property
    def reshares(self) -> int:
        """Mentions that tell what another author's does."""
        return sum(
            sum(_author(copy) != _author(first) for copy in copies)
            for first, *copies in self._copies
        )

    def drivers(self, themes: Sequence[str]) -> tuple[Driver, ...]:
        """What makes up the excess, first what explains it best; `themes` are those that rose."""
        found = [*self._authors(), *self._copied(), *self._links(), *self._about(themes)]
        best = max((driver.share for driver in found), default=0.0)
        return tuple(sorted(found, key=lambda driver: _place(driver, best)))

    def _authors(self) -> list[Driver]:
        named = [mention for mention in self._mentions if mention.post.author]
        groups = _grouped((_author(mention), mention) for mention in named)
        usual = Counter(_author(mention) for mention in self._past)
        names = {author: author[1] for author in groups}
        return self._risen("author", groups, names, usual)

    def _copied(self) -> list[Driver]:
        groups = {
            copies[0].id: copies
            for copies in self._copies
            if len(copies) >= FEWEST and len(_authors_of(copies)) > 1
        }
        names = {id: min(copies, key=_age).post.url for id, copies in groups.items()}
        return self._risen("copies", groups, names, self._copied_before(groups))

    def _copied_before(self, groups: Mapping[str, Sequence[Mention]]) -> Counter[str]:
        """How often the past told what each of these groups tells."""
        if not groups:
            return Counter()
        firsts = [copies[0] for copies in groups.values()]
        before = near_copies([*firsts, *self._past])
        return Counter({copies[0].id: len(copies) - 1 for copies in before[: len(firsts)]})

    def _links(self) -> list[Driver]:
        groups = _grouped((url, mention) for mention in self._mentions for url in links_in(mention))
        usual = Counter(url for mention in self._past for url in links_in(mention))
        return self._risen("link", groups, {url: url for url in groups}, usual)

    def _about(self, themes: Sequence[str]) -> list[Driver]:
        wanted = frozenset(themes)
        groups = _grouped(
            (theme, mention)
            for mention in self._mentions
            for theme in wanted.intersection(mention.analysis.themes)
        )
        usual = Counter(
            theme
            for mention in self._past
            for theme in wanted.intersection(mention.analysis.themes)
        )
        drivers = [
            self._driver("theme", theme, groups[theme], usual[theme])
            for theme in themes
            if theme in groups
        ]
        return [driver for driver in drivers if driver.share >= LEAST]

    def _risen(
        self,
        kind: DriverKind,
        groups: Mapping[_K, Sequence[Mention]],
        names: Mapping[_K, str],
        usual: Mapping[_K, int],
    ) -> list[Driver]:
        """Those of a kind that chance does not explain, first the one that explains most."""
        total = len(self._mentions)
        found: list[Driver] = []
        for key, members in groups.items():
            if len(members) < FEWEST:
                continue
            before = Past(counts={"": usual.get(key, 0)}, total=len(self._past))
            driver = self._driver(kind, names[key], members, usual.get(key, 0))
            if driver.share >= LEAST and before.rise("", len(members), total) >= RISING:
                found.append(driver)
        return sorted(found, key=lambda driver: (-driver.share, driver.what))[:EACH]

    def _driver(
        self, kind: DriverKind, what: str, members: Sequence[Mention], before: int
    ) -> Driver:
        usual = self._expected * before / len(self._past) if self._past else 0.0
        return Driver(
            kind=kind,
            what=what,
            seen=len(members),
            usual=usual,
            share=min(1.0, max(0.0, (len(members) - usual) / self._excess)),
            authors=len(_authors_of(members)),
        )


def flooders(drivers: Iterable[Driver]) -> tuple[Driver, ...]:
    """The fewest authors who make up at least half of the excess, where they are at most three;
    none where it takes more."""
    authors = sorted((d for d in drivers if d.kind == "author"), key=lambda d: -d.share)[:FLOODERS]
    for number, share in enumerate(accumulate(d.share for d in authors), start=1):
        if share >= FLOOD:
            return tuple(authors[:number])
    return ()


def links_in(mention: Mention) -> frozenset[str]:
    """The addresses in a post's text, each in one way of writing it."""
    found = _LINK.findall(f"{mention.post.title} {mention.post.text}")
    return frozenset(filter(None, (canonical(url.rstrip(_AFTER_LINK)) for url in found)))


def _age(mention: Mention) -> tuple[datetime, str]:
    return mention.at, mention.id


def _place(driver: Driver, best: float) -> tuple[int, int, float, str]:
    if driver.share >= _AS_GOOD * best:
        return 0, _ORDER.index(driver.kind), -driver.share, driver.what
    return 1, 0, -driver.share, driver.what


def _grouped(pairs: Iterable[tuple[_K, Mention]]) -> dict[_K, list[Mention]]:
    groups: dict[_K, list[Mention]] = defaultdict(list)
    for key, mention in pairs:
        groups[key].append(mention)
    return groups


def _author(mention: Mention) -> tuple[str, str]:
    return mention.post.source, mention.post.author


def _authors_of(mentions: Iterable[Mention]) -> frozenset[tuple[str, str]]:
    return frozenset(map(_author, mentions))
