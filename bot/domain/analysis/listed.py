"""Themes by the team's own lists: for each language a name, and the words that speak of it."""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from typing import NamedTuple

from bot.domain.analysis.pieces import pieces_of
from bot.domain.folding import fold
from bot.domain.mention import UNKNOWN

Lists = Mapping[str, Mapping[str, Sequence[str]]]
"""By language, by the name of a theme, its words and phrases."""

SHIPPED = ("en", "fr")
"""Languages for which lists come with Vigie; a theme has one name in all of them."""


class _Way(NamedTuple):
    """A way to speak of a theme, in `pieces`; it is looked for by its longest, the one at
    `telling`, as “is” or “not” stand in every other post."""

    telling: int
    pieces: list[str]
    theme: str


class Listed:
    """The lists of a language, to be looked for in posts.

    A word is met as it is or with an s behind it; a phrase where its words stand in a row. Case
    and accents do not matter.
    """

    def __init__(self, lists: Iterable[tuple[str, Sequence[str]]]) -> None:
        ways: dict[str, list[_Way]] = defaultdict(list)
        for theme, words in lists:
            for pieces in _spellings(words):
                telling = max(range(len(pieces)), key=lambda place: len(pieces[place]))
                ways[pieces[telling]].append(_Way(telling, pieces, fold(theme)))
        self._ways = dict(ways)

    def met(self, pieces: list[str]) -> tuple[str, ...]:
        """The folded names of the themes that a post's pieces speak of: those met most often
        first, then in order."""
        themes = list(self._meetings(pieces))
        if len(set(themes)) == len(themes):
            return tuple(themes)
        return tuple(theme for theme, _ in Counter(themes).most_common())

    def _meetings(self, pieces: list[str]) -> Iterator[str]:
        ways = self._ways
        for place in [place for place, piece in enumerate(pieces) if piece in ways]:
            for telling, row, theme in ways[pieces[place]]:
                start = place - telling
                if len(row) == 1 or (start >= 0 and pieces[start : start + len(row)] == row):
                    yield theme


def _spellings(words: Iterable[str]) -> Iterator[list[str]]:
    """Each word or phrase cut into pieces, and once more with its last word in the plural."""
    for phrase in words:
        if pieces := pieces_of(fold(phrase)):
            yield pieces
            yield [*pieces[:-1], f"{pieces[-1]}s"]


def shipped_lists() -> dict[str, dict[str, tuple[str, ...]]]:
    """The lists that come with Vigie, read anew at each call."""
    return {language: _shipped(language) for language in SHIPPED}


def edited(shipped: Lists, own: Lists) -> dict[str, dict[str, Sequence[str]]]:
    """The shipped lists with the team's own: a list of a theme takes the place of the shipped one,
    and an empty one removes it."""
    together = {
        language: {**shipped.get(language, {}), **own.get(language, {})}
        for language in dict.fromkeys((*shipped, *own))
    }
    return {
        language: {theme: words for theme, words in lists.items() if words}
        for language, lists in together.items()
    }


def listed_by_language(lists: Lists) -> dict[str, Listed]:
    """What to look for in the posts of each language; in those of an unknown one, all of it."""
    found = {language: Listed(themes.items()) for language, themes in lists.items()}
    every = [one for themes in lists.values() for one in themes.items()]
    return {**found, UNKNOWN: Listed(every)}


def _shipped(language: str) -> dict[str, tuple[str, ...]]:
    file = files("bot").joinpath("lexicons", f"themes_{language}.toml")
    read = tomllib.loads(file.read_text(encoding="utf-8"))
    return {theme: tuple(words) for theme, words in read.items()}
