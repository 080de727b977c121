"""Posts as what they are made of: words, pairs of words, and pieces of words.

Each is known by a number below `BUCKETS` only (a checksum of it, which two may share), so that
what is learnt of them takes no vocabulary and a fixed room.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, pairwise
from zlib import crc32

import numpy as np

from bot.domain.analysis.rows import Places, Rows

BUCKETS = 1 << 16

SHORTEST, LONGEST = 2, 5
"""Letters of a piece of a word; a word's edges count as a letter each."""

WHOLE = 3.0
"""What a word or a pair counts for, where a piece counts for 1: pieces are ten times as many, and
are to weigh as much in all."""

_LONGEST_TEXT, _LONGEST_WORD = 2_000, 40
_TOKEN = re.compile(r"https?://\S+|www\.\S+|@\w+|\w+(?:['’-]\w+)*|[^\w\s]")
_DIGIT = re.compile(r"\d")


def tokens_of(text: str) -> list[str]:
    """The words and signs of a text, as they stand there; an endless one is cut."""
    return _TOKEN.findall(text[:_LONGEST_TEXT])


def known_as(token: str) -> str:
    """What a token counts as: lowered; all addresses, and all handles, are one, and so are all
    numbers with as many digits."""
    if token.startswith("@"):
        return "@"
    if token.startswith(("http://", "https://", "www.")):
        return "://"
    return _DIGIT.sub("0", token[:_LONGEST_WORD].lower().replace("’", "'"))


def word_gram(word: str) -> int:
    """The bucket of a word."""
    return _bucket(f"w{word}")


def pair_gram(first: str, second: str) -> int:
    """The bucket of two words that follow each other."""
    return _bucket(f"p{first} {second}")


def piece_grams(word: str) -> list[int]:
    """The buckets of the pieces of a word; a sign has none."""
    if len(word) < SHORTEST:
        return []
    edged = f" {word} "
    return [
        _bucket(f"c{edged[start : start + size]}")
        for size in range(SHORTEST, LONGEST + 1)
        for start in range(len(edged) - size + 1)
    ]


def _bucket(gram: str) -> int:
    return crc32(gram.encode("utf-8", "surrogatepass")) % BUCKETS


def rows_of(texts: Sequence[str]) -> Rows:
    """The grams of each text, a row each, which is 1 long if no gram stands in it twice."""
    pieces: dict[str, tuple[int, ...]] = {}
    columns: list[Places] = []
    wholes: list[int] = []
    for text in texts:
        words = [known_as(token) for token in tokens_of(text)] or [""]
        for word in words:
            if word not in pieces:
                pieces[word] = tuple(piece_grams(word))
        grams = [word_gram(word) for word in words]
        grams += [pair_gram(*pair) for pair in pairwise(words)]
        wholes.append(len(grams))
        grams += chain.from_iterable(pieces[word] for word in words)
        columns.append(np.array(grams, dtype=np.int64))
    counts = np.array([len(grams) for grams in columns], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)])
    flat = np.concatenate(columns)
    whole = np.arange(len(flat)) - np.repeat(starts[:-1], counts) < np.repeat(wholes, counts)
    lengths = np.sqrt(WHOLE**2 * np.array(wholes) + counts - np.array(wholes))
    return Rows(flat, np.where(whole, WHOLE, 1.0) / np.repeat(lengths, counts), starts, BUCKETS)
