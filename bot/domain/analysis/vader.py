"""VADER's rules over VADER's own lexicon, in time that grows with the text and no faster.

The result is exactly that of `vaderSentiment` 3.3.2, whose `SentimentIntensityAnalyzer` asks the
same questions of every word over again: here the words are lowered once, only those of the
lexicon are weighed, and an idiom is looked for only where one of its telling words stands. What
looks like a slip of the original (`but` and equal words, the precedence around "never so") is
kept, as the scores that people know were made with it. Hutto and Gilbert, "VADER: A Parsimonious
Rule-based Model for Sentiment Analysis of Social Media Text", 2014.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from string import punctuation
from typing import NamedTuple

from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    C_INCR,
    N_SCALAR,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
)

from bot.domain.analysis.remembering import Remembered

NEGATIONS = frozenset[str](NEGATE)
_BOOSTERS: Mapping[str, float] = BOOSTER_DICT
LOUDER: float = C_INCR
_NEGATED: float = N_SCALAR
_IDIOMS: Mapping[tuple[str, ...], float] = {
    tuple(idiom.split()): valence for idiom, valence in SPECIAL_CASES.items()
}
_BOOSTER_PHRASES: Mapping[tuple[str, ...], float] = {
    tuple(phrase.split()): change for phrase, change in BOOSTER_DICT.items() if " " in phrase
}
_COMMON = frozenset({"the", "of", "to", "for", "just"})
_TELLING = frozenset(
    word for phrase in (*_IDIOMS, *_BOOSTER_PHRASES) for word in phrase if word not in _COMMON
)
"""Without one of these words a text holds no idiom."""

_SURER = frozenset({"so", "this", "without"})
"""Without one of these a word before another negates it, or does not."""

_FADING = (1.0, 0.95, 0.9)
"""What a booster is worth one, two and three words before the word that it boosts."""

_ALPHA = 15
_MOST_EXCLAIMED, _AN_EXCLAMATION = 4, 0.292
_MOST_ASKED, _A_QUESTION, _MANY_QUESTIONS = 3, 0.18, 0.96


class Weighing(NamedTuple):
    """What a text comes to: `compound` (-1 to 1, four digits), and the `words` that it was cut
    into, each with its valence after all rules (0 for most)."""

    compound: float
    words: Sequence[str]
    valences: Sequence[float]


class Vader:
    """The lexicon and the emojis of the installed `vaderSentiment`, and the rules over them.

    Loading takes 30 ms; `weigh` changes nothing, so that threads may share one.
    """

    def __init__(self) -> None:
        analyzer = SentimentIntensityAnalyzer()
        self.emojis: Mapping[str, str] = analyzer.emojis
        self.lexicon: Mapping[str, float] = analyzer.lexicon

    def weigh(self, text: str) -> Weighing:
        text = self._in_words(text).strip()
        said = Said(text, self.lexicon)
        valences = said.valences()
        if said.places:
            _turn_at_but(said.lowered, valences, said.places)
        return Weighing(compound(sum(valences), text), said.words, valences)

    def _in_words(self, text: str) -> str:
        """The text with a description in place of each emoji."""
        if text.isascii() or self.emojis.keys().isdisjoint(text):
            return text
        parts: list[str] = []
        apart = True
        for char in text:
            description = self.emojis.get(char)
            if description is None:
                parts.append(char)
                apart = char == " "
            else:
                parts.append(description if apart else f" {description}")
                apart = False
        return "".join(parts)


def _bare(word: str) -> str:
    """A word without the marks around it, unless that leaves less than three characters."""
    return bare if len(bare := word.strip(punctuation)) > 2 else word


_BARE, _LOWERED = Remembered(_bare), Remembered(str.lower)


class Said:
    """The `words` of a text as written and `lowered`, without the marks around them, and the
    `places` of those that are of the lexicon."""

    def __init__(self, text: str, lexicon: Mapping[str, float]) -> None:
        self.words = _BARE.all(text.split())
        self.lowered = _LOWERED.all(self.words)
        self.places = [place for place, word in enumerate(self.lowered) if word in lexicon]
        self._lexicon = lexicon

    def valences(self) -> list[float]:
        """What each word weighs with its neighbours, before any "but"; 0 for most."""
        valences: list[float] = [0] * len(self.words)
        if self.places:
            self._mixed = mixed(self.words)
            self._idiomatic = not _TELLING.isdisjoint(self.lowered)
            self._surer = not _SURER.isdisjoint(self.lowered)
            self._says_no = "no" in self.lowered
        for place in self.places:
            valences[place] = self._valence(place)
        return valences

    def _valence(self, place: int) -> float:
        """What the word at `place`, which is of the lexicon, comes to with its neighbours."""
        lowered, lexicon = self.lowered, self._lexicon
        word = lowered[place]
        if word in _BOOSTERS or (word == "kind" and lowered[place + 1 : place + 2] == ["of"]):
            return 0
        valence = self._alone(place)
        if self._mixed and self.words[place].isupper():
            valence += LOUDER if valence > 0 else -LOUDER
        for before in range(1, min(place, 3) + 1):
            earlier = lowered[place - before]
            if earlier in lexicon:
                continue
            if earlier in _BOOSTERS:
                valence += self._boost(place - before, valence) * _FADING[before - 1]
            if self._surer:
                valence = _negated(valence, lowered, place, before)
            elif earlier in NEGATIONS or "n't" in earlier:
                valence *= _NEGATED
            if before == 3 and self._idiomatic:
                valence = _in_idiom(valence, lowered, place)
        return self._at_least(valence, place)

    def _alone(self, place: int) -> float:
        """The lexicon's valence, turned by a "no" before it; 0 for a "no" that turns the next."""
        lowered = self.lowered
        word = lowered[place]
        if not self._says_no:
            return self._lexicon[word]
        before = lowered[max(0, place - 3) : place]
        if "no" in before and (
            "no" in before[-2:] or (place > 2 and before[0] == "no" and before[2] in ("or", "nor"))
        ):
            return self._lexicon[word] * _NEGATED
        if word == "no" and place + 1 < len(lowered) and lowered[place + 1] in self._lexicon:
            return 0.0
        return self._lexicon[word]

    def _boost(self, place: int, valence: float) -> float:
        """How much the booster at `place` adds to a word of this valence."""
        boost = _BOOSTERS[self.lowered[place]]
        if valence < 0:
            boost *= -1
        if self._mixed and self.words[place].isupper():
            boost += LOUDER if valence > 0 else -LOUDER
        return boost

    def _at_least(self, valence: float, place: int) -> float:
        """The valence, turned after a "least" that is neither "at least" nor "very least"."""
        lowered = self.lowered
        if place == 0 or lowered[place - 1] != "least" or "least" in self._lexicon:
            return valence
        if place > 1 and lowered[place - 2] in ("at", "very"):
            return valence
        return valence * _NEGATED


def mixed(words: Sequence[str]) -> bool:
    """Whether some words are all in capitals, and some are not."""
    return 0 < sum(map(str.isupper, words)) < len(words)


def _negated(valence: float, lowered: Sequence[str], place: int, before: int) -> float:
    """The valence as the word `before` places earlier negates it, or makes it more certain."""
    earlier = lowered[place - before]
    if before > 1:
        between = lowered[place - before + 1 : place]
        if _never_so(earlier, between):
            return valence * 1.25
        if earlier == "without" and "doubt" in between:
            return valence
    return valence * _NEGATED if earlier in NEGATIONS or "n't" in earlier else valence


def _never_so(earlier: str, between: Sequence[str]) -> bool:
    """Whether "never so" or "never this" stands before the word; a "so" or "this" right before it
    is enough where three words are looked at, as in the original."""
    if len(between) == 2 and between[1] in ("so", "this"):
        return True
    return earlier == "never" and between[0] in ("so", "this")


def _in_idiom(valence: float, lowered: Sequence[str], place: int) -> float:
    """The valence of the idiom that the word is a part of, and what "kind of" takes from it."""
    three, two, one, word = lowered[place - 3 : place + 1]
    for phrase in (one, word), (two, one, word), (two, one), (three, two, one), (three, two):
        if phrase in _IDIOMS:
            valence = _IDIOMS[phrase]
            break
    for after in (2, 3):
        following = tuple(lowered[place : place + after])
        if len(following) == after and following in _IDIOMS:
            valence = _IDIOMS[following]
    for phrase in (three, two), (two, one):
        if phrase in _BOOSTER_PHRASES:
            valence += _BOOSTER_PHRASES[phrase]
    return valence


def _turn_at_but(lowered: Sequence[str], valences: list[float], places: Sequence[int]) -> None:
    """What stands before the first "but" weighs half, what follows it half more.

    Of equal valences the original changes the first one, each time that it meets one of them.
    """
    if "but" not in lowered:
        return
    turn = lowered.index("but")
    for place in places:
        if valence := valences[place]:
            first = valences.index(valence)
            if first != turn:
                valences[first] = valence * (0.5 if first < turn else 1.5)


def compound(total: float, text: str, unemphasised: float = 0.0) -> float:
    """The sum, moved away from 0 by exclamation and question marks, between -1 and 1; what is
    `unemphasised` is added after them."""
    if total:
        emphasis = _emphasis(text)
        total += emphasis if total > 0 else -emphasis
    total += unemphasised
    return round(max(-1.0, min(1.0, total / sqrt(total * total + _ALPHA))), 4)


def _emphasis(text: str) -> float:
    exclaimed = min(text.count("!"), _MOST_EXCLAIMED) * _AN_EXCLAMATION
    asked = text.count("?")
    if asked <= 1:
        return exclaimed
    return exclaimed + (asked * _A_QUESTION if asked <= _MOST_ASKED else _MANY_QUESTIONS)
