"""Idioms: words in a row that weigh something together, and where a text holds them.

How one is written: words in lower case without apostrophes; `a/b` is either word, `(a)` may be
left out, `{n}` is a number, `{time}` a unit of time, `{not}` any word that negates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from bot.domain.analysis.lexicon import Entry
from bot.domain.analysis.remembering import Remembered
from bot.domain.analysis.vader import NEGATIONS

_TIMES = (
    "second seconds sec secs minute minutes min mins hour hours hr hrs day days night nights week "
    "weeks wk wks month months year years yr yrs"
)
_UNITS = frozenset(_TIMES.split())
_NUMBERS = "two three four five six seven eight nine ten twelve twenty several few couple half"
_DIGITS = "{n}"
_OF_NUMBERS = "0123456789.,+"
_CLASSES: Mapping[str, tuple[str, ...]] = {
    "{time}": tuple(_TIMES.split()),
    "{not}": tuple(sorted({word.replace("'", "") for word in NEGATIONS})),
    "{n}": (_DIGITS, *_NUMBERS.split()),
}


class Found(NamedTuple):
    """An idiom from the word at `start` up to the one before `end`, and its entry."""

    start: int
    end: int
    entry: Entry


class _Node:
    """The words read so far: what may follow them, and the idiom that they are, if one."""

    __slots__ = ("entry", "following")

    def __init__(self) -> None:
        self.following: dict[str, _Node] = {}
        self.entry: Entry | None = None


class Idioms:
    """Idioms, which nothing changes, so that threads may share them. Of two that begin at one word
    the longer is meant; of two that are spelt alike the later one."""

    def __init__(self, idioms: Iterable[Entry]) -> None:
        self._root = _Node()
        for idiom in idioms:
            for words in spellings(idiom.words):
                self._add(words, idiom)

    def _add(self, words: Sequence[str], idiom: Entry) -> None:
        node = self._root
        for word in words:
            node = node.following.setdefault(word, _Node())
        node.entry = idiom

    def found(self, words: Sequence[str]) -> list[Found]:
        """The idioms among words that are `spelt` so, in their order; none overlaps another."""
        found: list[Found] = []
        firsts, free = self._root.following, 0
        for start in [place for place, word in enumerate(words) if word in firsts]:
            if start < free:
                continue
            node: _Node | None = firsts[words[start]]
            place, longest = start, None
            while node is not None:
                place += 1
                if node.entry is not None:
                    longest, free = node.entry, place
                node = node.following.get(words[place]) if place < len(words) else None
            if longest is not None:
                found.append(Found(start, free, longest))
        return found


def _spelling(word: str) -> str:
    word = word.replace("'", "")
    if not "0" <= word[:1] <= "9":
        return word
    unit = word.lstrip(_OF_NUMBERS)
    return _DIGITS + unit if unit in _UNITS else _DIGITS


_SPELT = Remembered(_spelling)


def spelt(lowered: list[str]) -> list[str]:
    """Words in lower case as idioms spell them: without apostrophes, and numbers all alike."""
    return _SPELT.all(lowered)


def spellings(idiom: str) -> list[tuple[str, ...]]:
    """All rows of words that an idiom stands for."""
    rows = [
        tuple(word for word in words if word)
        for words in product(*(_choices(part) for part in idiom.split()))
    ]
    return rows + [_run_together(row) for row in rows if _DIGITS in row[:-1]]


def _run_together(row: tuple[str, ...]) -> tuple[str, ...]:
    """The row with a number and its unit as one word, as in "3hrs"."""
    place = row.index(_DIGITS)
    return (*row[:place], _DIGITS + row[place + 1], *row[place + 2 :])


def _choices(part: str) -> tuple[str, ...]:
    if part.startswith("(") and part.endswith(")"):
        return ("", *_choices(part[1:-1]))
    return tuple(word for one in part.split("/") for word in _CLASSES.get(one, (one,)))
