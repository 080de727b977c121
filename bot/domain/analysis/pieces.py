"""A text cut into what themes are made of: its folded words, set phrases among them, and marks."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.domain.analysis.stopwords import SET_PHRASES

_WORD_OR_END = re.compile(r"\w+|[.!?;:,()\[\]\"|\n…–—]")
_SET_PHRASE = re.compile(rf"\b(?:{'|'.join(SET_PHRASES)})\b")
_ALONE = {phrase: re.compile(rf"{phrase}(?<=\b{phrase})\b") for phrase in SET_PHRASES}
"""Each phrase by itself, its first letters first, which `re` looks for fast."""
_AS_ONE_WORD = {phrase: phrase.replace(" ", "_") for phrase in SET_PHRASES}
_AS_WRITTEN = {word: phrase for phrase, word in _AS_ONE_WORD.items()}


def pieces_of(folded: str) -> list[str]:
    """The words and marks of a folded text in their order; a set phrase is one word."""
    return _WORD_OR_END.findall(_as_one_word(folded))


def holds_phrase(pieces: Iterable[str]) -> bool:
    """Whether one of the pieces is a set phrase."""
    return not _AS_WRITTEN.keys().isdisjoint(pieces)


def as_written(words: str) -> str:
    """Words that `pieces_of` gave, with their set phrases as they are written."""
    return " ".join(_AS_WRITTEN.get(word, word) for word in words.split())


def _as_one_word(folded: str) -> str:
    """The text with its set phrases joined, so that they are read as words."""
    met = [phrase for phrase in SET_PHRASES if phrase in folded]
    if not met:
        return folded
    pattern = _ALONE[met[0]] if len(met) == 1 else _SET_PHRASE
    return pattern.sub(lambda phrase: _AS_ONE_WORD[phrase.group()], folded)
