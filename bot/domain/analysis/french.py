"""French: rules in VADER's manner over a French lexicon.

A word of the lexicon has a valence, which its neighbours change: a negation turns it ("pas
terrible", "j'aime pas"), "très", capitals and drawn-out letters strengthen it, "un peu" weakens it.
What follows a "mais" counts for more than what stands before it, exclamation marks move the sum
away from 0, and the sum is brought between -1 and 1. An idiom ("toujours pas", "plus jamais") has a
valence of its own. Unlike in English, a negation that turns nothing ("ça ne vient pas") says a
little by itself, and what is fought ("réduire la pollution") is not what the post complains of.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from math import sqrt

from bot.domain.analysis.french_grammar import (
    APPLAUSE,
    BUTS,
    FIGHTING,
    LESS,
    MORE,
    NEGATIONS,
    NEGATIONS_AFTER,
    SUBJECTS,
    TELLING_NEGATIONS,
)
from bot.domain.analysis.french_words import Lexicon, lexicon
from bot.domain.analysis.vader import Weighing

_WORD = re.compile(
    r"(?:https?:|www\.)\S+|@\w+"  # addresses and handles say nothing
    r"|([^\W_]+|[:;=]-?[()DdPp/](?!\w)|<3|[.,;:!?…]+"
    r"|[\u231a-\u23ff\u2600-\u27bf\u2b50\U0001f300-\U0001faff])",
)
_HASHTAG = re.compile(r"#\w+")
_HUMP = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_THRICE = re.compile(r"(.)\1\1")
"""What is drawn out, and more; looked for in a fifth of the time."""
_STOPS = frozenset(".,;:!?…")

_TURNED, _EXCUSED = -0.74, -0.3
"""What a negation makes of a good word ("pas bon" is bad), and of a bad one: "pas de danger" is
hardly praise. VADER turns both alike."""

_ALONE = -0.8
"""What a negation weighs that turns nothing."""

_BOOST = 0.293
_FADING = (1.0, 0.95, 0.9)
"""What a booster is worth one, two and three words before the word that it boosts."""

_LOUDER = 0.733
_MOST_EXCLAIMED, _AN_EXCLAMATION = 4, 0.292
_ALPHA = 15


class French:
    """The rules over the lexicon, where the team's own `words` (in lower case, -4 to 4) take the
    place of what it says of them.

    Loading takes 0.2 s; `weigh` changes nothing, so that threads may share one.
    """

    def __init__(self, words: Mapping[str, float]) -> None:
        self._lexicon = lexicon(words)

    def weigh(self, text: str) -> Weighing:
        """What a text comes to. An idiom is one of the words, those of it that follow are empty."""
        said = _Said(text, self._lexicon)
        valences = said.valences()
        return Weighing(_compound(sum(valences), text), said.words, valences)

    def origin(self, word: str, text: str) -> str:
        """The idiom as it stands in the text, with its apostrophes and hyphens."""
        found = re.search(r"\W+".join(map(re.escape, word.split())), text)
        return found.group() if found else word


def _words(text: str) -> list[str]:
    """Words, smileys, emoji and stops as they stand in the text; hashtags cut at their capitals."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if "#" in text:
        text = _HASHTAG.sub(lambda tag: _HUMP.sub(" ", tag.group()), text)
    return [word for word in _WORD.findall(text) if word]


class _Said:
    """The words of a text, as written and lowered, and what each of them weighs there."""

    def __init__(self, text: str, known: Lexicon) -> None:
        self.words = _words(text)
        self._lowered = [word.lower() for word in self.words]
        self._known = known
        self._drawn_out = self._squeezed() if _is_drawn_out(text) else frozenset[int]()
        shouted = len([word for word in self.words if word.isupper() and len(word) > 1])
        self._mixed = 0 < shouted < sum(map(str.isalpha, self.words))
        self._turning: set[int] = set()

    def valences(self) -> list[float]:
        lowered, known = self._lowered, self._known.words
        valences = [0.0] * len(lowered)
        read: set[int] = set()
        for found in self._known.idioms.found(lowered):
            start, end = found.start, found.end
            self.words[start:end] = [" ".join(self.words[start:end]), *[""] * (end - start - 1)]
            valences[start] = self._idiomatic(start, end, found.entry.valence)
            read.update(range(start, end))
        for place in [place for place, word in enumerate(lowered) if word in known]:
            if place not in read and not self._only_boosts(place):
                valences[place] = self._amid(place, known[lowered[place]])
        if not TELLING_NEGATIONS.isdisjoint(lowered):
            _add_negations(lowered, valences, read | self._turning)
        if not APPLAUSE.isdisjoint(lowered):
            _hush_applause(lowered, valences)
        if not BUTS.isdisjoint(lowered):
            _turn_at_but(lowered, valences)
        return valences

    def _squeezed(self) -> frozenset[int]:
        """The places of drawn-out words, which are read as what they are: "nuuul" as "nul"."""
        drawn_out = [place for place, word in enumerate(self._lowered) if _DRAWN_OUT.search(word)]
        for place in drawn_out:
            word = self._lowered[place]
            twice = _DRAWN_OUT.sub(r"\1\1", word)
            once = _DRAWN_OUT.sub(r"\1", word)
            self._lowered[place] = twice if twice in self._known.words else once
        return frozenset(drawn_out)

    def _only_boosts(self, place: int) -> bool:
        """Whether a word of the lexicon is there for the next one alone: the "super" of a
        "super nul"."""
        following = self._lowered[place + 1 : place + 2]
        return self._lowered[place] in MORE and not self._known.words.keys().isdisjoint(following)

    def _idiomatic(self, start: int, end: int, valence: float) -> float:
        """What an idiom comes to; one that negates by itself is not turned ("n'est pas arrivé")."""
        if NEGATIONS.isdisjoint(self._lowered[start:end]):
            return self._amid(start, valence)
        return self._shouted(start, valence)

    def _amid(self, place: int, valence: float) -> float:
        """What the word at `place` comes to with its neighbours, up to three before it."""
        more = _BOOST if place in self._drawn_out else 0.0
        turned = self._negated_after(place)
        for before in range(1, min(place, 3) + 1):
            earlier = self._lowered[place - before]
            if earlier[0] in _STOPS:
                break
            if earlier in NEGATIONS or (valence < 0 and earlier in FIGHTING):
                turned = True
                self._turning.add(place - before)
            elif earlier in MORE:
                more += _BOOST * _FADING[before - 1]
            elif earlier in LESS:
                more -= _BOOST * _FADING[before - 1]
        valence = self._shouted(place, valence)
        valence += more if valence > 0 else -more
        if turned:
            valence *= _TURNED if valence > 0 else _EXCUSED
        return valence

    def _negated_after(self, place: int) -> bool:
        """Whether the word is a verb that the next one negates: "je l'aime pas"."""
        lowered = self._lowered
        if place == 0 or lowered[place - 1] not in SUBJECTS:
            return False
        if NEGATIONS_AFTER.isdisjoint(lowered[place + 1 : place + 2]):
            return False
        self._turning.add(place + 1)
        return True

    def _shouted(self, place: int, valence: float) -> float:
        word = self.words[place]
        if self._mixed and len(word) > 1 and word.isupper():
            return valence + (_LOUDER if valence > 0 else -_LOUDER)
        return valence


def _is_drawn_out(text: str) -> bool:
    return bool(_THRICE.search(text) and _DRAWN_OUT.search(text))


def _add_negations(lowered: Sequence[str], valences: list[float], used: Collection[int]) -> None:
    for place, word in enumerate(lowered):
        if word in TELLING_NEGATIONS and place not in used:
            valences[place] = _ALONE


def _hush_applause(lowered: Sequence[str], valences: list[float]) -> None:
    """Applause for what was complained of says nothing: "trois heures de retard, bravo"."""
    for place, word in enumerate(lowered):
        if word in APPLAUSE and min(valences[:place], default=0.0) < 0:
            valences[place] = 0.0


def _turn_at_but(lowered: Sequence[str], valences: list[float]) -> None:
    """What stands before the first "mais" weighs half, what follows it half more."""
    turn = next(place for place, word in enumerate(lowered) if word in BUTS)
    for place, valence in enumerate(valences):
        valences[place] = valence * (0.5 if place < turn else 1.5)


def _compound(total: float, text: str) -> float:
    """The sum, moved away from 0 by exclamation marks, between -1 and 1."""
    if total:
        exclaimed = min(text.count("!"), _MOST_EXCLAIMED) * _AN_EXCLAMATION
        total += exclaimed if total > 0 else -exclaimed
    return round(total / sqrt(total * total + _ALPHA), 4)
