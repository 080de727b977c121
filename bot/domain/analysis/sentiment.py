"""How a post feels by the rules of its language, and which words say so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from types import MappingProxyType
from typing import Protocol

from bot.domain.analysis.english import English
from bot.domain.analysis.french import French
from bot.domain.analysis.vader import Weighing
from bot.domain.mention import Sentiment, WeighedWord

LONGEST = 2_000
"""Characters that are scored: an endless text is judged by its beginning."""

WORDS = 5
_STRONGEST = 4.0


class _Engine(Protocol):
    """The rules of a language; threads may share one."""

    def weigh(self, text: str) -> Weighing: ...

    def origin(self, word: str, text: str) -> str: ...


_MAKERS: Mapping[str, Callable[[Mapping[str, float]], _Engine]] = {"en": English, "fr": French}

READ = tuple(_MAKERS)
"""The languages that there are rules for."""

NO_WORDS: Mapping[str, float] = MappingProxyType({})
"""What a team that wrote none of its own has."""

_lock = Lock()
_made: dict[str, tuple[Mapping[str, float], _Engine]] = {}
"""The engine of each language that was asked last, and the team's words that it was made with."""


def sentiment_of(
    text: str, language: str, words: Mapping[str, float] = NO_WORDS
) -> Sentiment | None:
    """The sentiment of a text by the rules of its language; None where there are none.

    `words` are the team's own, in lower case, with their valence (-4 to 4): they go before what
    the lexicons say. Only the first `LONGEST` characters are read. The first call for a language,
    or with other words, makes its engine (0.1 s).
    """
    if language not in READ:
        return None
    text = text[:LONGEST]
    engine = _engine(language, words)
    weighing = engine.weigh(text)
    return Sentiment(score=weighing.compound, words=_heaviest(weighing, text, engine))


def _heaviest(weighing: Weighing, text: str, engine: _Engine) -> tuple[WeighedWord, ...]:
    """The words that weighed most, each once as it stands in the text, strongest first."""
    weights: dict[str, float] = {}
    for place in [place for place, valence in enumerate(weighing.valences) if valence]:
        word, valence = weighing.words[place], weighing.valences[place]
        shown = word if word in text else engine.origin(word, text)
        if shown not in weights or abs(valence) > abs(weights[shown]):
            weights[shown] = valence
    if not weights:
        return ()
    strongest = sorted(weights.items(), key=_weight, reverse=True)[:WORDS]
    return tuple([WeighedWord(word, _shown(weight)) for word, weight in strongest])


def _shown(weight: float) -> float:
    if -_STRONGEST < weight < _STRONGEST:
        return round(weight, 2)
    return _STRONGEST if weight > 0 else -_STRONGEST


def _weight(weighed: tuple[str, float]) -> float:
    return abs(weighed[1])


def _engine(language: str, words: Mapping[str, float]) -> _Engine:
    """The engine of a language, made anew where the words are not those of the last call."""
    made = _made.get(language)
    if made is None or not (made[0] is words or made[0] == words):
        with _lock:
            made = _made[language] = (words, _MAKERS[language](words))
    return made[1]
