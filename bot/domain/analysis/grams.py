"""Posts as counts of what they are made of: words, pairs of words, and pieces of words.

Each is known by a number below `BUCKETS` only (a checksum of it, which two may share), so that
what is learnt of them takes no vocabulary and a fixed room.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BUCKETS = 1 << 16

SHORTEST, LONGEST = 2, 5
"""Letters of a piece of a word; a word's edges count as a letter each."""

_TOKEN = re.compile(r"https?://\S+|www\.\S+|@\w+|\w+(?:['’-]\w+)*|[^\w\s]")
_DIGITS = re.compile(r"\d+")


def tokens_of(text: str) -> list[str]:
    """The words and signs of a text, as they stand there."""
    return _TOKEN.findall(text)


def known_as(token: str) -> str:
    """What a token counts as: lowered; all addresses, handles and numbers of a length are one."""
    if token.startswith("@"):
        return "@"
    if token.startswith(("http://", "https://", "www.")):
        return "://"
    return _DIGITS.sub(lambda found: "0" * len(found[0]), token.lower().replace("’", "'"))


def word_grams(word: str) -> list[int]:
    """The buckets of a word (first) and of its pieces."""
    found = [_bucket(f"w{word}")]
    if len(word) > 1:
        edged = f" {word} "
        found += [
            _bucket(f"c{edged[start : start + size]}")
            for size in range(SHORTEST, LONGEST + 1)
            for start in range(len(edged) - size + 1)
        ]
    return found


def pair_gram(first: str, second: str) -> int:
    """The bucket of two words that follow each other."""
    return _bucket(f"p{first} {second}")


def _bucket(gram: str) -> int:
    return crc32(gram.encode("utf-8", "surrogatepass")) % BUCKETS


@dataclass(frozen=True)
class Rows:
    """A sparse matrix, a row a post: of row `i`, `columns[starts[i]:starts[i + 1]]` are not 0 but
    `values[…]`. Every row has one at least."""

    columns: NDArray[np.int32]
    values: Floats
    starts: NDArray[np.int64]

    def times(self, weights: Floats) -> Floats:
        """The product with a vector of `BUCKETS`: a number a row."""
        return np.add.reduceat(self.values * weights[self.columns], self.starts[:-1])

    def summed(self, factors: Floats) -> Floats:
        """The sum of all rows, each times its factor: a number a bucket."""
        spread = np.repeat(factors, np.diff(self.starts))
        return np.bincount(self.columns, self.values * spread, BUCKETS).astype(np.float64)

    def row(self, at: int) -> Floats:
        """One row, dense."""
        part = slice(self.starts[at], self.starts[at + 1])
        return np.bincount(self.columns[part], self.values[part], BUCKETS).astype(np.float64)


def rows_of(texts: Sequence[str]) -> Rows:
    """The grams of each text; each row is as long as 1 if no gram stands in it twice."""
    known: dict[str, list[int]] = {}
    found = [list(_grams(text, known)) for text in texts]
    counts = np.array([len(grams) for grams in found], dtype=np.int64)
    return Rows(
        columns=np.fromiter(chain.from_iterable(found), np.int32, int(counts.sum())),
        values=np.repeat(1 / np.sqrt(counts), counts),
        starts=np.concatenate([[0], np.cumsum(counts)]),
    )


def _grams(text: str, known: dict[str, list[int]]) -> Iterator[int]:
    words = [known_as(token) for token in tokens_of(text)] or [""]
    for word in words:
        grams = known.get(word)
        if grams is None:
            grams = known[word] = word_grams(word)
        yield from grams
    for first, second in pairwise(words):
        yield pair_gram(first, second)
