"""How a post feels, and which words say so."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

from bot.domain.analysis.vader import Vader, Weighing
from bot.domain.mention import Sentiment, WeighedWord

LONGEST = 2_000
"""Characters that are scored: an endless text is judged by its beginning."""

WORDS = 5
_STRONGEST = 4.0


_lock = Lock()
_loaded: list[Vader] = []


def sentiment_of(text: str, language: str) -> Sentiment | None:
    """The sentiment of an English text by VADER; None for every other language.

    The score is VADER's `compound` of the first `LONGEST` characters. Hutto and Gilbert,
    "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text", 2014.
    """
    if language != "en":
        return None
    text = text[:LONGEST]
    vader = _vader()
    weighing = vader.weigh(text)
    return Sentiment(
        score=weighing.compound, words=_heaviest(weighing, _Origins(text, vader.emojis))
    )


class _Origins:
    """Where the engine's words come from: it reads an emoji as the words that describe it."""

    def __init__(self, text: str, emojis: Mapping[str, str]) -> None:
        self._text = text
        self._emojis = emojis

    def of(self, word: str) -> str:
        if word in self._text:
            return word
        for char in self._text:
            if word in self._emojis.get(char, "").split():
                return char
        return word


def _heaviest(weighing: Weighing, origins: _Origins) -> tuple[WeighedWord, ...]:
    """The words that weighed most, each once, strongest first."""
    weights: dict[str, float] = {}
    for word, valence in zip(weighing.words, weighing.valences, strict=True):
        if valence:
            shown = origins.of(word)
            weights[shown] = max(weights.get(shown, 0.0), float(valence), key=abs)
    strongest = sorted(weights.items(), key=lambda item: -abs(item[1]))[:WORDS]
    return tuple(
        WeighedWord(word, round(max(-_STRONGEST, min(_STRONGEST, weight)), 2))
        for word, weight in strongest
    )


def _vader() -> Vader:
    """The engine, loaded at the first call (30 ms); it holds no state between calls."""
    if not _loaded:
        with _lock:
            if not _loaded:
                _loaded.append(Vader())
    return _loaded[0]
