"""Several watches and a length of time as they are named in a line of words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import NamedTuple

from bot.domain.folding import fold
from bot.domain.mute_parser import length_of
from handlers.asked.periods import known_by
from handlers.asked.question import bare

_SMALL = frozenset(
    {"and", "with", "to", "vs", "versus", "against", "in", "over", "the", "last", "&", "+", "/"}
    | {"et", "avec", "a", "contre", "sur", "les", "la", "le", "derniers", "dernieres", "en"}
)


_QUOTES = 2
"""Quotes around a name may stand apart from it, as in French."""


class Several(NamedTuple):
    """The watches that are meant (each once, in their order), and for how long (None: nobody
    said)."""

    watches: tuple[str, ...]
    length: timedelta | None


def several_in(line: str, watches: Iterable[str]) -> Several:
    """What a line names, in any order: `Lumo Rival 30d`, `7 days "Lumo Pro" vs Rival`.

    A watch's name comes before any other meaning of its words, the longest first; what is neither
    is taken for a name, so that who reads the answer sees which is none.
    """
    known = known_by(tuple(watches))
    most = _QUOTES + max((len(watch.split()) for watch in known.values()), default=0)
    words = line.replace(",", " ").replace(";", " ").split()
    found: list[str] = []
    length: timedelta | None = None
    place = 0
    while place < len(words):
        taken, named = _watch_at(words, place, known, most)
        if not taken:
            taken, said = _length_at(words, place)
            length = said or length
        if named:
            found.append(named)
        elif not taken and fold(words[place]) not in _SMALL:
            found.append(bare(words[place]))
        place += max(1, taken)
    return Several(tuple(dict.fromkeys(name for name in found if name)), length)


def _watch_at(words: list[str], place: int, known: Mapping[str, str], most: int) -> tuple[int, str]:
    """How many words from a place on are a watch's name, and the name; 0 where none is. None has
    more than `most` words: a long line costs no more than its length."""
    for taken in range(min(most, len(words) - place), 0, -1):
        name = known.get(fold(bare(" ".join(words[place : place + taken]))))
        if name:
            return taken, name
    return 0, ""


def _length_at(words: list[str], place: int) -> tuple[int, timedelta | None]:
    for taken in (2, 1):
        if place + taken <= len(words):
            length = length_of(" ".join(words[place : place + taken]))
            if length:
                return taken, length
    return 0, None
