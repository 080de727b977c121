"""A watch and a length of time as they are named in a line of words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

from bot.domain.folding import fold
from bot.domain.mute_parser import length_of
from bot.errors import ConversationError
from handlers.asked.question import bare

_SMALL = frozenset(
    {"of", "for", "about", "the", "last", "on", "in", "over", "since", "past"}
    | {"de", "du", "des", "sur", "pour", "les", "la", "le", "depuis", "dernier", "derniers"}
    | {"derniere", "dernieres"}
)
_AMOUNT = re.compile(r"[-+−]?\d")


class Period(NamedTuple):
    """What is asked about: a watch (`""`: all), and a length of time (None: none was said)."""

    watch: str
    length: timedelta | None


def period_in(line: str, watches: Iterable[str]) -> Period:
    """What a line asks about, in any order: `Lumo 24h`, `7 days "Lumo Pro"`, `de Lumo sur 2 jours`.

    A watch's name comes before any other meaning of its words. Raises ConversationError where
    something stands in the place of a length that is none.
    """
    names = tuple(watches)
    known = known_by(names)
    words = line.split()
    if (whole := _watch(words, known)) in names:
        return Period(whole, None)
    found = [
        Period(_watch(rest, known), length)
        for taken in (1, 2)
        for rest, written in _ends(words, taken)
        if (length := length_of(written))
    ]
    if found:
        return next((one for one in found if not one.watch or one.watch in names), found[0])
    for rest, written in _ends(words, 1):
        named = _watch(rest, known)
        if _AMOUNT.match(written) and (not named or named in names):
            raise ConversationError(
                "“{written}” is no length of time: 30m, 24h, 7d and 2w are.",
                written="".join(letter for letter in written if letter.isalnum())[:20],
            )
    return Period(_watch(words, known), None)


@lru_cache(maxsize=8)
def known_by(watches: tuple[str, ...]) -> Mapping[str, str]:
    """The watches by their folded names: made once for 10,000 of them, not at each question."""
    return {fold(watch): watch for watch in watches}


def _ends(words: list[str], taken: int) -> list[tuple[list[str], str]]:
    """The line without so many of its words, and those: its last ones, and its first ones."""
    if len(words) < taken:
        return []
    last, first = words[-taken:], words[:taken]
    return [(words[:-taken], " ".join(last)), (words[taken:], " ".join(first))]


def _watch(words: list[str], known: Mapping[str, str]) -> str:
    """A name as the watch has it, or else as it was typed; small words before and after it are
    none of it."""
    written = bare(" ".join(words))
    if fold(written) in known:
        return known[fold(written)]
    left = list(words)
    while left and fold(left[0]) in _SMALL:
        del left[0]
    while left and fold(left[-1]) in _SMALL:
        del left[-1]
    short = bare(" ".join(left))
    return known.get(fold(short), short)
