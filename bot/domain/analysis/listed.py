"""Themes by the team's own lists: for each language a name, and the words that speak of it."""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files

from bot.domain.analysis.language import UNKNOWN
from bot.domain.analysis.pieces import pieces_of
from bot.domain.folding import fold

Lists = Mapping[str, Mapping[str, Sequence[str]]]
"""By language, by the name of a theme, its words and phrases."""

SHIPPED = ("en", "fr")
"""Languages for which lists come with Vigie; a theme has one name in all of them."""


class Listed:
    """The lists of a language, to be looked for in posts.

    A word is met as it is or with an s behind it; a phrase where its words stand in a row. Case
    and accents do not matter.
    """

    def __init__(self, lists: Iterable[tuple[str, Sequence[str]]]) -> None:
        begun: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for theme, words in lists:
            for first, *rest in _spellings(words):
                begun[first].append((tuple(rest), fold(theme)))
        self._begun = {first: tuple(dict.fromkeys(ways)) for first, ways in begun.items()}
        self._firsts = frozenset(self._begun)

    def met(self, pieces: Sequence[str]) -> tuple[str, ...]:
        """The folded names of the themes that a post's pieces speak of: those met most often
        first, then in order."""
        if self._firsts.isdisjoint(pieces):
            return ()
        return tuple(theme for theme, _ in Counter(self._meetings(pieces)).most_common())

    def _meetings(self, pieces: Sequence[str]) -> Iterator[str]:
        for place, piece in enumerate(pieces):
            for rest, theme in self._begun.get(piece, ()):
                after = place + 1
                if not rest or tuple(pieces[after : after + len(rest)]) == rest:
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
