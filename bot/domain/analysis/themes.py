"""What a post may be about: its content words, and pairs of them side by side."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from bot.domain.analysis.stopwords import SET_PHRASES, STOP_WORDS
from bot.domain.folding import fold, words_of

MOST = 16
"""Themes kept of one post."""

_ENOUGH = 4_000
_SHORTEST = 3

_NO_PROSE = re.compile(r"(?:https?://|www\.)\S+|@[\w.@-]+")
_WORD_OR_END = re.compile(r"\w+|[.!?;:,()\[\]\"|\n…–—]")
_SET_PHRASE = re.compile(rf"\b(?:{'|'.join(SET_PHRASES)})\b")
_ALONE = {phrase: re.compile(rf"{phrase}(?<=\b{phrase})\b") for phrase in SET_PHRASES}
"""Each phrase by itself, its first letters first, which `re` looks for fast."""
_AS_ONE_WORD = {phrase: phrase.replace(" ", "_") for phrase in SET_PHRASES}
_AS_WRITTEN = {word: phrase for phrase, word in _AS_ONE_WORD.items()}


def themes_of(text: str, brand_words: Iterable[str] = ()) -> tuple[str, ...]:
    """Folded candidate themes, best first: what comes more than once, then in order, pairs
    before words.

    Addresses, handles, numbers, common words (English and French) and the brand's own words are
    none. Which candidates make a theme shows only over many posts.
    """
    prose = _as_one_word(fold(_prose(text[:_ENOUGH])))
    words, pairs = _candidates(prose, _folded_words(tuple(brand_words)))
    ordered = dict.fromkeys([*_repeated(pairs), *_repeated(words), *pairs, *words])
    if "_" in prose:
        ordered = dict.fromkeys(map(_as_written, ordered))
    return tuple(islice(ordered, MOST))


def _prose(text: str) -> str:
    if "@" in text or "://" in text or "www." in text:
        return _NO_PROSE.sub(" . ", text)
    return text


def _candidates(prose: str, brand: frozenset[str]) -> tuple[list[str], list[str]]:
    """The telling words, and the pairs of them that stand side by side in one clause."""
    words: list[str] = []
    pairs: list[str] = []
    left = ""
    for word in _WORD_OR_END.findall(prose):
        if len(word) < _SHORTEST or word in STOP_WORDS or word in brand or not _has_letter(word):
            left = ""
            continue
        words.append(word)
        if left and left != word:
            pairs.append(f"{left} {word}")
        left = word
    return words, pairs


def _has_letter(word: str) -> bool:
    return word.isalpha() or any(map(str.isalpha, word))


def _repeated(items: list[str]) -> list[str]:
    """What comes more than once, most often first."""
    if len(set(items)) == len(items):
        return []
    return [item for item, count in Counter(items).most_common() if count > 1]


def _as_one_word(prose: str) -> str:
    """The prose with its set phrases joined, so that they are read as words."""
    met = [phrase for phrase in SET_PHRASES if phrase in prose]
    if not met:
        return prose
    pattern = _ALONE[met[0]] if len(met) == 1 else _SET_PHRASE
    return pattern.sub(lambda phrase: _AS_ONE_WORD[phrase.group()], prose)


def _as_written(theme: str) -> str:
    return " ".join(_AS_WRITTEN.get(word, word) for word in theme.split())


@lru_cache(maxsize=1024)
def _folded_words(phrases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for phrase in phrases for word in words_of(phrase))
