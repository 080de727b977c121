"""Which of many watches a post is about: found in one pass, however many there are.

Every watch is entered by the words of which its posts must hold one; an automaton (Aho and
Corasick, "Efficient string matching: an aid to bibliographic search", 1975) meets all of them while
it reads a text once, and only the watches that were met are asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from bot.domain.folding import Wording
from bot.domain.watch import Watch


class _Entry(NamedTuple):
    """What it means to meet a word: the numbers of the watches that it leads to.

    The first two need the whole word, the others a word that begins with it; `sure` watches match
    by that alone, `asked` ones put their query.
    """

    sure: frozenset[int]
    asked: frozenset[int]
    sure_if_begun: frozenset[int]
    asked_if_begun: frozenset[int]


class Matcher:
    """Watches, of which each text finds those whose query it matches.

    Exactly those for which `watch.query.matches(text)`. Building takes some 10 µs a word, matching
    some microseconds a text and more only for the watches that are asked; it never changes, so that
    threads may share one.
    """

    def __init__(self, watches: Iterable[Watch]) -> None:
        self.watches: Sequence[Watch] = tuple(watches)
        self._always: set[int] = set()
        entries: dict[str, tuple[set[int], ...]] = {}
        for number, watch in enumerate(self.watches):
            landmarks = watch.query.landmarks()
            for word, begins, suffices in landmarks:
                entry = entries.setdefault(word, (set(), set(), set(), set()))
                entry[2 * begins + (not suffices)].add(number)
            if not landmarks:
                self._always.add(number)
        self._entries = [_Entry(*map(frozenset, entry)) for entry in entries.values()]
        self._automaton = AhoCorasick(entries, implementation=Implementation.DFA)

    def matching(self, wording: Wording) -> list[Watch]:
        """The watches that the text is about, in the order in which they were given."""
        found: set[int] = set()
        asked = set(self._always)
        for entry, whole in self._met(wording.folded):
            found |= entry.sure_if_begun
            asked |= entry.asked_if_begun
            if whole:
                found |= entry.sure
                asked |= entry.asked
        found.update(
            number for number in asked - found if self.watches[number].query.matches(wording)
        )
        return [self.watches[number] for number in sorted(found)]

    def _met(self, folded: str) -> Iterable[tuple[_Entry, bool]]:
        """The entries whose word stands at the beginning of a word, and whether up to its end."""
        for pattern, start, end in self._occurrences(folded):
            if start == 0 or not _in_word(folded[start - 1]):
                yield self._entries[pattern], end == len(folded) or not _in_word(folded[end])

    def _occurrences(self, folded: str) -> Sequence[tuple[int, int, int]]:
        """Every place of every word in the text, as (word, start, end)."""
        try:
            return self._automaton.find_matches_as_indexes(folded, overlapping=True)
        except UnicodeEncodeError:  # half a surrogate pair, which is in no word
            plain = folded.encode("utf-8", "replace").decode("utf-8")
            return self._automaton.find_matches_as_indexes(plain, overlapping=True)


def _in_word(char: str) -> bool:
    """Whether a character is one that words are made of, as regular expressions see it."""
    return char.isalnum() or char == "_"
