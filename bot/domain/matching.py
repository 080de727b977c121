"""Which of many watches a post is about: found in one pass, however many there are.

Every watch is entered by the words of which its posts must hold one; an automaton (Aho and
Corasick, "Efficient string matching: an aid to bibliographic search", 1975) meets all of them while
it reads a text once, and only the watches that were met are asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from bot.domain.addresses import Stretch
from bot.domain.fields import Part
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
    """Watches, of which each post finds those whose query it matches.

    Exactly those for which `watch.query.matches(post)`. Building takes some 10 µs a word, matching
    some microseconds a post and more only for the watches that are asked, and for parts of a post
    (its author, its links) that a watch asks about; it never changes, so that threads may share
    one.
    """

    def __init__(self, watches: Iterable[Watch]) -> None:
        self.watches: Sequence[Watch] = tuple(watches)
        self._always: set[int] = set()
        words: dict[Part, _Words] = {"": {}}
        for number, watch in enumerate(self.watches):
            landmarks = watch.query.landmarks()
            for word, begins, suffices, part in landmarks:
                entry = words.setdefault(part, {}).setdefault(word, (set(), set(), set(), set()))
                entry[2 * begins + (not suffices)].add(number)
            if not landmarks:
                self._always.add(number)
        self._spoken = _Automaton(words.pop(""))
        self._beside = [(part, _Automaton(found)) for part, found in words.items()]

    def matching(self, wording: Wording) -> list[Watch]:
        """The watches that the post is about, in the order in which they were given."""
        found: set[int] = set()
        asked = set(self._always)
        self._spoken.look(wording, found, asked)
        for part, automaton in self._beside:
            automaton.look(wording.part(part), found, asked)
        found.update(
            number for number in asked - found if self.watches[number].query.matches(wording)
        )
        return [self.watches[number] for number in sorted(found)]


_Words = dict[str, tuple[set[int], set[int], set[int], set[int]]]


class _Automaton:
    """All words that are looked for in one part of a post."""

    def __init__(self, words: _Words) -> None:
        self._entries = [_Entry(*map(frozenset, entry)) for entry in words.values()]
        self._automaton = AhoCorasick(words, implementation=Implementation.DFA)

    def look(self, wording: Wording, found: set[int], asked: set[int]) -> None:
        """Add to `found` the watches that a word decides, and to `asked` those whose query does:
        also where the word stands in an address, which is not always meant."""
        folded, length = wording.folded, len(wording.folded)
        for pattern, start, end in self._occurrences(folded):
            before = folded[start - 1] if start else " "
            if before != " " and _in_word(before):
                continue
            after = folded[end] if end < length else " "
            entry, whole = self._entries[pattern], after == " " or not _in_word(after)
            apart = before in _BLANKS and whole and after not in _GOES_ON
            if apart or not _is_within(start, wording.addresses):
                found |= entry.sure_if_begun
                if whole:
                    found |= entry.sure
            else:
                asked |= entry.sure_if_begun | entry.sure
            asked |= entry.asked_if_begun
            if whole:
                asked |= entry.asked

    def _occurrences(self, folded: str) -> Sequence[tuple[int, int, int]]:
        """Every place of every word in the text, as (word, start, end)."""
        try:
            return self._automaton.find_matches_as_indexes(folded, overlapping=True)
        except UnicodeEncodeError:  # half a surrogate pair, which is in no word
            plain = folded.encode("utf-8", "replace").decode("utf-8")
            return self._automaton.find_matches_as_indexes(plain, overlapping=True)


_BLANKS, _GOES_ON = " \n", ".-:"
"""Between blanks no word is part of an address, unless it goes on with one of these."""


def _is_within(position: int, stretches: Sequence[Stretch]) -> bool:
    return any(start <= position < end for start, end in stretches)


def _in_word(char: str) -> bool:
    """Whether a character is one that words are made of, as regular expressions see it."""
    return char.isalnum() or char == "_"
