"""The same post told many times: copies, reshares, and posts that differ in a word or a link."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from bot.domain.folding import fold, full_text, words_of
from bot.domain.mention import Mention

_NOT_TOLD = re.compile(r"(?:https?://|www\.)\S+|^\s*rt\s+@\S+|@[\w.@-]+")
_SHINGLE = 3
_SKETCH = 4
_ALIKE = 0.6
_CANDIDATES = 20
_ENOUGH = 150


@dataclass(frozen=True)
class Told:
    """A mention that stands for its near-copies; `copies` counts all of them, itself too."""

    mention: Mention
    copies: int


def near_duplicates(mentions: Sequence[Mention]) -> tuple[Told, ...]:
    """The mentions with near-copies folded into the first of each; in order of the first.

    Two are alike where their three-word shingles overlap by 0.6 (Jaccard); only those that
    share one of their four smallest shingle hashes are compared (bottom-k sketches: A. Broder,
    "On the resemblance and containment of documents", 1997), each with at most the twenty
    latest, so that the time is linear.
    """
    return tuple(Told(copies[0], len(copies)) for copies in near_copies(mentions))


def near_copies(mentions: Sequence[Mention]) -> list[list[Mention]]:
    """The mentions by what they tell, as `near_duplicates` compares them: near-copies of the first
    of each stand behind it."""
    groups = _Groups()
    for mention in mentions:
        groups.add(mention)
    return groups.members


class _Groups:
    """Groups so far, the leader of each first, found by the hashes of the leaders' sketches."""

    def __init__(self) -> None:
        self.members: list[list[Mention]] = []
        self._shingles: list[frozenset[int]] = []
        self._by_hash: dict[int, list[int]] = {}

    def add(self, mention: Mention) -> None:
        shingles = _shingles(mention)
        sketch = sorted(shingles)[:_SKETCH]
        leader = self._leader(shingles, sketch)
        if leader is not None:
            self.members[leader].append(mention)
            return
        for value in sketch:
            self._by_hash.setdefault(value, []).append(len(self.members))
        self.members.append([mention])
        self._shingles.append(shingles)

    def _leader(self, shingles: frozenset[int], sketch: Sequence[int]) -> int | None:
        for value in sketch:
            for leader in self._by_hash.get(value, ())[-_CANDIDATES:]:
                if _overlap(shingles, self._shingles[leader]) >= _ALIKE:
                    return leader
        return None


def _shingles(mention: Mention) -> frozenset[int]:
    """Hashes of the runs of three words; of the whole where it has fewer."""
    words = words_of(_NOT_TOLD.sub(" ", fold(full_text(mention.post))))[:_ENOUGH]
    runs = max(1, len(words) - _SHINGLE + 1) if words else 0
    return frozenset(
        crc32(" ".join(words[start : start + _SHINGLE]).encode("utf-8", "surrogatepass"))
        for start in range(runs)
    )


def _overlap(left: frozenset[int], right: frozenset[int]) -> float:
    shared = len(left & right)
    return shared / (len(left) + len(right) - shared)
