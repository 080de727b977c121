"""How likely a text is to be in each of the languages that py3langid knows.

The figures are those of its `LanguageIdentifier.rank` with normalised probabilities, but for the
order in which they are added up (a chance differs by less than 1e-4), at half the cost: posts are
made of the same words over again, so what the automaton does with a word is remembered. Lui and
Baldwin, "langid.py: An Off-the-shelf Language Identification Tool", 2012.
"""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from math import sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from py3langid.langid import MODEL_FILE, LanguageIdentifier

_Floats = npt.NDArray[np.float32]
_Features = npt.NDArray[np.intc]

Weights = _Floats
"""The logarithm of a weight for each language, in the order of the model (`Identifier.weights`)."""

WORDS = 32_768
"""How many words are remembered (10 MB at most) before the memory is begun anew."""

_TWICE = 0.7
"""The logarithm of 2, and a little for rounding."""

_LONGEST = 24
"""Bytes of a word that is worth remembering."""

_STEPS = 512
"""Steps between two whole numbers in which weights are kept: those that are shipped lie between
-15 and -2.7, where half precision is no finer. Turned into single precision it is twice as fast."""

_END = b"\xff"
"""Ends the last word of a text, which no space follows; UTF-8 has no such byte."""


class Likelihoods:
    """The chances of all languages for one text; they sum to 1."""

    def __init__(self, model: _Model, scores: _Floats) -> None:
        self._model = model
        self._scores = scores

    def of(self, language: str) -> float:
        """The chance of a language, 0 for one that is not known."""
        place = self._model.places.get(language)
        return 0.0 if place is None else self._odds.item(place) / float(self._odds.sum())

    def weighed(self, weights: Weights) -> tuple[str, float]:
        """The likeliest language once each chance is multiplied by its weight, and how likely it
        then is (0 to 1)."""
        scores = self._scores + weights
        place = int(scores.argmax())
        # Only a language in two scripts may be likelier than what is the likeliest by itself.
        beaten = scores.item(place) - _TWICE
        if any(scores.item(place) > beaten for pair in self._model.twins for place in pair):
            odds = self._model.odds(scores)
            place = int(odds.argmax())
            return self._model.labels[place], odds.item(place) / float(odds.sum())
        scores -= scores.item(place)
        return self._model.labels[place], 1.0 / float(np.exp(scores, out=scores).sum())

    @cached_property
    def _odds(self) -> _Floats:
        return self._model.odds(self._scores)


class _Model(NamedTuple):
    """The languages by their places, some of which are twins: one language in two scripts."""

    labels: Sequence[str]
    places: dict[str, int]
    twins: Sequence[tuple[int, int]]

    @classmethod
    def of(cls, labels: Sequence[str]) -> _Model:
        places: dict[str, int] = {}
        firsts = [places.setdefault(label, place) for place, label in enumerate(labels)]
        twins = [(first, place) for place, first in enumerate(firsts) if first != place]
        return cls(labels, places, twins)

    def odds(self, scores: _Floats) -> _Floats:
        """How many times as likely each language is as the likeliest; a twin's are its first's."""
        odds: _Floats = np.exp(scores - scores.max())
        for first, twin in self.twins:
            odds[first] += odds.item(twin)
            odds[twin] = 0.0
        return odds


_Met = tuple[int, bytes]
"""The state in which the automaton leaves a word, and the features (`_Features`) it met there."""


class Identifier:
    """The model that py3langid ships, read in 100 ms; threads may share one.

    `words` is how many are remembered.
    """

    def __init__(self, *, words: int = WORDS) -> None:
        model = LanguageIdentifier.from_model_file(MODEL_FILE)
        self._weights = _in_steps(model.nb_ptc)
        self._priors: _Floats = model.nb_pc
        self._moves: Sequence[int] = model.tk_nextmove
        self._rows: Sequence[int] = [row << 8 for row in model.tk_row]
        self._outputs: Sequence[int] = model.tk_output
        self._model = _Model.of(model.nb_classes)
        self._words: dict[tuple[int, bytes], _Met] = {}
        self._most = words

    @property
    def languages(self) -> Collection[str]:
        """The languages that are known, by their ISO 639-1 code."""
        return self._model.places.keys()

    def weights(self, weigh: Callable[[str], float]) -> Weights:
        """What `weigh` (above 0) gives for each language, as `Likelihoods.weighed` takes it."""
        return np.log([weigh(label) for label in self._model.labels], dtype=np.float32)

    def likelihoods(self, text: str) -> Likelihoods:
        """Naive Bayes over the features that an automaton meets in the text."""
        data = _encoded(text)
        scores = self._scores(data)
        scores *= 1.0 / sqrt(len(data) or 1)
        return Likelihoods(self._model, scores)

    def _scores(self, data: bytes) -> _Floats:
        features = _joined(self._read(data))
        if not len(features):
            return np.zeros(len(self._priors), dtype=np.float32)
        met, times = _counted(features)
        weights = self._weights.take(met, axis=0).astype(np.float32)
        scores: _Floats = np.log1p(times) @ weights
        scores /= _STEPS
        scores += self._priors
        return scores

    def _read(self, data: bytes) -> list[bytes]:
        """The features of each word of a text."""
        words = self._words
        state = 0
        features: list[bytes] = []
        *before, last = data.split(b" ")
        for word in before:
            state, met = words.get((state, word)) or self._learnt(state, word)
            features.append(met)
        last += _END
        _, met = words.get((state, last)) or self._learnt(state, last)
        features.append(met)
        return features

    def _learnt(self, state: int, word: bytes) -> _Met:
        """What the automaton makes of a word and the space after it, unless the text ends there;
        remembered where it is not long."""
        met = self._walk(state, word[:-1] if word.endswith(_END) else word + b" ")
        if len(word) <= _LONGEST:
            if len(self._words) >= self._most:
                self._words = {}
            self._words[state, word] = met
        return met

    def _walk(self, state: int, piece: bytes) -> _Met:
        moves, rows, outputs = self._moves, self._rows, self._outputs
        features = array("i")
        for byte in piece:
            state = moves[rows[state] + byte]
            if (feature := outputs[state]) >= 0:
                features.append(feature)
        return state, features.tobytes()


def _in_steps(weights: npt.NDArray[np.float16]) -> npt.NDArray[np.int16]:
    steps = np.empty(weights.shape, dtype=np.int16)
    return np.multiply(weights, _STEPS, out=steps, dtype=np.float32, casting="unsafe")


def _joined(features: Sequence[bytes]) -> _Features:
    return np.frombuffer(b"".join(features), dtype=np.intc)


def _counted(features: _Features) -> tuple[_Features, _Floats]:
    """Each feature once, and how often it comes."""
    features = np.sort(features)
    begins = np.ones(len(features) + 1, dtype=np.bool_)  # a run of one feature, or the end
    np.not_equal(features[1:], features[:-1], out=begins[1:-1])
    places = begins.nonzero()[0]
    starts = places[:-1]
    return features.take(starts), np.subtract(places[1:], starts, dtype=np.float32)


def _encoded(text: str) -> bytes:
    """The text as the model was trained on it."""
    text = text.lower() if text.isupper() else text
    return unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")
