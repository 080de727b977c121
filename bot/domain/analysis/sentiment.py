"""How a post feels, and which words say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from threading import Lock

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer, SentiText

from bot.domain.mention import Sentiment, WeighedWord

LONGEST = 2_000
"""Characters that are scored: the engine's time grows with the square of the length."""

WORDS = 5
_STRONGEST = 4.0


@dataclass(frozen=True)
class _Weighing:
    """What the engine made of a text: its words, and what each came to after all rules."""

    compound: float
    words: Sequence[str]
    valences: Sequence[float]


class _Weigher(SentimentIntensityAnalyzer):  # type: ignore[misc]  # the engine has no types
    """VADER that also hands out the words' valences, which it otherwise sums and forgets."""

    def score_valence(self, sentiments: list[float], text: str) -> dict[str, object]:
        """VADER's last step, called by `polarity_scores` once every rule was applied."""
        scores: dict[str, object] = super().score_valence(sentiments, text)
        weighing = _Weighing(
            compound=float(str(scores["compound"])),
            words=SentiText(text).words_and_emoticons,
            valences=tuple(sentiments),
        )
        return {**scores, "weighing": weighing}


_lock = Lock()
_loaded: list[_Weigher] = []


def sentiment_of(text: str, language: str) -> Sentiment | None:
    """The sentiment of an English text by VADER; None for every other language.

    The score is VADER's `compound` of the first `LONGEST` characters. Hutto and Gilbert,
    "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text", 2014.
    """
    if language != "en":
        return None
    text = text[:LONGEST]
    weigher = _weigher()
    weighing = weigher.polarity_scores(text)["weighing"] if text.strip() else None
    if not isinstance(weighing, _Weighing):
        return Sentiment(score=0.0)
    return Sentiment(
        score=weighing.compound, words=_heaviest(weighing, _Origins(text, weigher.emojis))
    )


class _Origins:
    """Where the engine's words come from: it reads an emoji as the words that describe it."""

    def __init__(self, text: str, emojis: dict[str, str]) -> None:
        self._text = text
        self._emojis = emojis

    def of(self, word: str) -> str:
        if word in self._text:
            return word
        for char in self._text:
            if word in self._emojis.get(char, "").split():
                return char
        return word


def _heaviest(weighing: _Weighing, origins: _Origins) -> tuple[WeighedWord, ...]:
    """The words that weighed most, each once, strongest first."""
    weights: dict[str, float] = {}
    for word, valence in zip_longest(weighing.words, weighing.valences, fillvalue=0):
        if isinstance(word, str) and valence:
            shown = origins.of(word)
            weights[shown] = max(weights.get(shown, 0.0), float(valence), key=abs)
    strongest = sorted(weights.items(), key=lambda item: -abs(item[1]))[:WORDS]
    return tuple(
        WeighedWord(word, round(max(-_STRONGEST, min(_STRONGEST, weight)), 2))
        for word, weight in strongest
    )


def _weigher() -> _Weigher:
    """The engine, loaded at the first call (30 ms); it holds no state between calls."""
    if not _loaded:
        with _lock:
            if not _loaded:
                _loaded.append(_Weigher())
    return _loaded[0]
