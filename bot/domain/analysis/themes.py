"""What a post may be about: its content words, and pairs of them side by side."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from bot.domain.analysis.stopwords import SET_PHRASES, STOP_WORDS
from bot.domain.folding import fold, words_of

MOST = 16
"""Themes kept of one post."""

_ENOUGH = 4_000
_SHORTEST = 3

_NO_PROSE = re.compile(r"(?:https?://|www\.)\S+|@[\w.@-]+")
_CLAUSE_END = re.compile(r"[.!?;:,()\[\]\"|\n…–—]+")
_SET_PHRASE = re.compile(rf"\b(?:{'|'.join(SET_PHRASES)})\b")
_AS_ONE_WORD = {phrase: phrase.replace(" ", "_") for phrase in SET_PHRASES}
_AS_WRITTEN = {word: phrase for phrase, word in _AS_ONE_WORD.items()}


def themes_of(text: str, brand_words: Iterable[str] = ()) -> tuple[str, ...]:
    """Folded candidate themes, best first: what comes more than once, then in order, pairs
    before words.

    Addresses, handles, numbers, common words (English and French) and the brand's own words are
    none. Which candidates make a theme shows only over many posts.
    """
    brand = {word for words in brand_words for word in words_of(words)}
    words: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    prose = _SET_PHRASE.sub(_as_one_word, fold(_NO_PROSE.sub(" . ", text[:_ENOUGH])))
    for clause in _CLAUSE_END.split(prose):
        telling = [word if _tells(word, brand) else "" for word in words_of(clause)]
        words.update(filter(None, telling))
        pairs.update(_pairs(telling))
    ordered = [*_by_count(pairs, 2), *_by_count(words, 2), *pairs, *words]
    return tuple(dict.fromkeys(map(_as_written, ordered)))[:MOST]


def _as_one_word(phrase: re.Match[str]) -> str:
    return _AS_ONE_WORD[phrase.group()]


def _as_written(theme: str) -> str:
    return " ".join(_AS_WRITTEN.get(word, word) for word in theme.split())


def _tells(word: str, brand: set[str]) -> bool:
    return (
        len(word) >= _SHORTEST
        and word not in STOP_WORDS
        and word not in brand
        and any(map(str.isalpha, word))
    )


def _pairs(words: list[str]) -> Iterator[str]:
    for left, right in pairwise(words):
        if left and right and left != right:
            yield f"{left} {right}"


def _by_count(counts: Counter[str], least: int) -> list[str]:
    return [item for item, count in counts.most_common() if count >= least]
