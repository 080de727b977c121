"""What a post may be about: what the team's lists name, then its content words, and pairs of them
side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from bot.domain.analysis.listed import Listed
from bot.domain.analysis.pieces import as_written, holds_phrase, pieces_of
from bot.domain.analysis.stopwords import STOP_WORDS
from bot.domain.folding import fold, words_of

MOST = 16
"""Themes kept of one post."""

_ENOUGH = 4_000
_SHORTEST = 3

_NO_PROSE = re.compile(r"(?:https?://|www\.)\S+|@[\w.@-]+")


class About(NamedTuple):
    """The themes of a post, best first; `listed` are those of them that a list names."""

    themes: tuple[str, ...]
    listed: tuple[str, ...] = ()


def themes_of(text: str, brand_words: Iterable[str] = ()) -> tuple[str, ...]:
    """Folded candidate themes, best first: what comes more than once, then in order, pairs
    before words.

    Addresses, handles, numbers, common words (English and French) and the brand's own words are
    none. Which candidates make a theme shows only over many posts.
    """
    return about(text, brand_words).themes


def about(text: str, brand_words: Iterable[str] = (), listed: Listed | None = None) -> About:
    """What the lists name in a text, whatever its words are, and then its `themes_of`."""
    pieces = pieces_of(fold(_prose(text[:_ENOUGH])))
    named = listed.met(pieces)[:MOST] if listed else ()
    words, pairs = _candidates(pieces, _folded_words(tuple(brand_words)))
    ordered = dict.fromkeys([*named, *_repeated(pairs), *_repeated(words), *pairs, *words])
    if holds_phrase(words):
        ordered = dict.fromkeys(map(as_written, ordered))
    return About(tuple(islice(ordered, MOST)), named)


def with_listed(themes: Iterable[str], listed: Iterable[str]) -> tuple[str, ...]:
    """The themes of a post with those that a list names first."""
    return tuple(islice(dict.fromkeys([*listed, *themes]), MOST))


def _prose(text: str) -> str:
    if "@" in text or "://" in text or "www." in text:
        return _NO_PROSE.sub(" . ", text)
    return text


def _candidates(pieces: Iterable[str], brand: frozenset[str]) -> tuple[list[str], list[str]]:
    """The telling words, and the pairs of them that stand side by side in one clause."""
    words: list[str] = []
    pairs: list[str] = []
    left = ""
    for word in pieces:
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
    counts = dict.fromkeys(items, 0)
    for item in items:
        counts[item] += 1
    repeated = [item for item, count in counts.items() if count > 1]
    return sorted(repeated, key=counts.__getitem__, reverse=True)


@lru_cache(maxsize=1024)
def _folded_words(phrases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for phrase in phrases for word in words_of(phrase))
