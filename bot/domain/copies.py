"""Posts that say what another said: reshares, articles that many papers print, copied complaints.

What is compared are the words, without links, handles and the `RT @somebody:` of a reshare, in
runs of three. Which posts may be alike is told by a sketch of a few bytes (MinHash: A. Broder, "On
the resemblance and containment of documents", 1997, made by rensa); whether they are is then seen
in the words themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from bot.domain.folding import fold
from bot.domain.mention import Post

WITHIN = timedelta(days=14)
"""How long after a post others count as copies of it: what is copied is copied within days, and a
complaint that comes up again a month later is news."""

ALIKE = 0.5
"""The part (Jaccard, 0 to 1) of all their runs of words that two texts share from which on one is a
copy of the other; measured by `benchmarks/duplicates.py`."""

HELD = 0.8
"""The part of the runs of the shorter text that stand in the longer one, which is then a copy with
a comment, or the whole of what the other quotes: where the shorter one has `LONG` words."""

LONG = 12
MOST_ADDED = 2.5
"""A text so many times as long is one of its own that quotes another."""

SHORT = 8
"""Texts of fewer words are copies only where they are equal: "my Lumo is broken" says everybody for
themselves."""

BANDS = 12
_ROWS = 2
"""Two texts meet in a band where both of its two hashes are alike. Of texts that share half of
their runs 97% meet in one of twelve bands, of those that share 0.1 (a common phrase) 11%."""

NEAR = 9
"""Of the 24 hashes of two texts that meet, so many must be alike for the texts to be compared: as
they are where half of the runs are shared (92%; copies mostly share more), and hardly ever where a
tenth is."""

SCHEME = f"rensa {RMinHash.ALGORITHM_VERSION}, 24 x 16"
"""Sketches that were made in another way do not compare."""

_HASH, _BAND = np.dtype("<u2"), np.dtype("<u4")
_RUN = 3
_ENOUGH = 150
_SEED = 7
_NOT_TOLD = re.compile(r"(?:https?://|www\.)\S+|^\s*rt\s+@\S+|@[\w.@-]+")
_WORD = re.compile(r"\w+")

Sketches = NDArray[np.uint32]
"""What texts are found again by, a row each: a number a band, of the lowest 16 bits of two hashes
(P. Li and A. C. König, "b-Bit Minwise Hashing", 2010)."""


class Told(NamedTuple):
    """The words of a post that count, folded, 150 at most; `brief` are so few that only the same
    words say the same."""

    words: tuple[str, ...]
    brief: bool


def told(post: Post) -> Told:
    """What a post says: its text, or its headline where it has no text.

    Where the text is brief the headline is part of it. Else that says nothing: answers bear the
    headline of what they answer, and each paper makes its own.
    """
    words = _words(post.text)
    if len(words) >= SHORT:
        return Told(words, brief=False)
    headline = _words(post.title)
    brief = bool(words) or len(headline) < SHORT
    return Told((*headline, *words)[:_ENOUGH], brief)


def _words(text: str) -> tuple[str, ...]:
    folded = fold(text)
    if "@" in folded or "://" in folded or "www." in folded:
        folded = _NOT_TOLD.sub(" ", folded)
    return tuple(_WORD.findall(folded)[:_ENOUGH])


def runs_of(words: Sequence[str]) -> list[str]:
    """The runs of three words; all of them where there are fewer, and none of none."""
    if len(words) < _RUN:
        return [" ".join(words)] if words else []
    return list(map(" ".join, zip(words, words[1:], words[2:], strict=False)))


def sketches(posts: Sequence[Told]) -> Sketches:
    """A sketch of what each of some posts says, in rows. Some 5 µs each."""
    digests = np.array([_digest(one.words) for one in posts], np.uint32)
    return digests.reshape(-1, BANDS * _ROWS).astype(_HASH).view(_BAND)


def _digest(words: Sequence[str]) -> list[int]:
    """rensa makes many at once in threads of its own, which wait for each other: one by one takes
    less."""
    hashed = RMinHash(BANDS * _ROWS, _SEED)
    hashed.update(runs_of(words))
    digest: list[int] = hashed.digest()
    return digest


def near(known: Sketches, fresh: Sketches, most: int) -> list[list[int]]:
    """For each of some `fresh` sketches the places of those that may be of texts that say the same:
    of the `known` ones, and then of the fresh ones before it; the likest first, so many at most.

    Some microseconds each among some hundreds, as all are held against all at once.
    """
    rows, before = np.concatenate((known, fresh)), len(known)
    bands = np.ascontiguousarray(rows.T)  # numbers side by side are held against another at once
    met = np.zeros((len(fresh), len(rows)), np.bool_)
    for band in bands:
        met |= band[before:, np.newaxis] == band
    ones, others = met.nonzero()
    earlier = others < before + ones
    ones, others = ones[earlier], others[earlier]
    alike = np.count_nonzero(fresh.view(_HASH)[ones] == rows.view(_HASH)[others], axis=1)
    enough = alike >= NEAR
    found: list[list[tuple[int, int]]] = [[] for _ in fresh]
    told = (part[enough].tolist() for part in (ones, alike, others))
    for one, count, other in zip(*told, strict=True):
        found[one].append((count, other))
    return [[place for _, place in sorted(those, reverse=True)[:most]] for those in found]


def is_copy(one: Told, of: Told) -> bool:
    """Whether a post says what another says."""
    if one.brief or of.brief:
        return one.words == of.words and bool(one.words)
    shared, held = likeness(one.words, of.words)
    return shared >= ALIKE or (held >= HELD and _may_hold(one.words, of.words))


def likeness(words: Sequence[str], of: Sequence[str]) -> tuple[float, float]:
    """The part of all runs that two texts share, and of those of the shorter one."""
    left, right = _runs(words), _runs(of)
    both = len(left & right)
    fewest = min(len(left), len(right))
    return both / max(1, len(left) + len(right) - both), both / max(1, fewest)


def _runs(words: Sequence[str]) -> set[tuple[str, ...]]:
    """Each of `runs_of` once, its words by themselves: nothing is written that is only compared."""
    if len(words) < _RUN:
        return {tuple(words)} if words else set()
    return set(zip(words, words[1:], words[2:], strict=False))


def _may_hold(words: Sequence[str], of: Sequence[str]) -> bool:
    shorter, longer = sorted((len(words), len(of)))
    return shorter >= LONG and longer <= MOST_ADDED * shorter
