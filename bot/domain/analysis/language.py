"""In which language a post is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from bot.domain.analysis.likelihoods import Identifier, Likelihoods, Weights
from bot.domain.mention import UNKNOWN

FEWEST_LETTERS = 4
"""A text with fewer letters is not guessed at."""

FEWEST_TO_DOUBT = 8
"""Letters from which on a text may contradict its source's tag."""

LONG = 30
"""Letters from which on the text may be in a language that nobody configured, where that is sure:
of 1,930 short posts with the right tag two were taken for another, one of them rightly."""

_OFTEN_POSTED_IN = "ar da de en es fa fr hi id it ja ko nl no pl pt ru sv th tl tr uk vi zh"
_EXPECTED, _OFTEN, _SELDOM = 2.0, 1.0, 0.03
"""How likely a language is before the text is read, against another. py3langid knows 97 and holds
all for alike, so that a short Italian post is often the likeliest to be Latin, Corsican or Maltese.
Rules of thumb of ours, from what people post in at large."""

_SURE = 0.85
_CONTRADICTS, _TIMES = 0.6, 10
"""A shorter text contradicts its tag where an expected language is as likely as this, and so many
times likelier than the tag's: of 3,600 short posts tagged rightly that took none for another, and
of those tagged wrongly it found five in six (English as French, and French as English)."""
_ENOUGH = 4_000
_GLANCE = 100
_FEW = 20

_NO_PROSE = re.compile(r"http(?<=\bhttp)s?\b\S*|www\.\S+|[#@][\w.@-]+|RT(?<=\bRT)\b")
"""Each begins with its first letters, which `re` looks for fast."""
_HASHTAG = re.compile(r"(?<!\S)#([^\W\d_]+)")
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*\Z")
_THREE_LETTERS = {
    "eng": "en", "fra": "fr", "fre": "fr", "deu": "de", "ger": "de", "spa": "es", "ita": "it",
    "nld": "nl", "dut": "nl", "por": "pt",
}  # fmt: skip


_lock = Lock()
_loaded: list[Identifier] = []


class Spoken(NamedTuple):
    """The ISO 639-1 code of a language or "unknown", and how likely it is (0 to 1): None where it
    is unknown, or where the source's tag is all there is to go by."""

    language: str
    confidence: float | None = None


def language_of(text: str, languages: Sequence[str], tag: str | None = None) -> Spoken:
    """In which language a text is.

    `languages` are those that are expected (any, where there are none): between them the likeliest
    wins, unless the text is rather in another. Then a long text that surely is, is said to be in
    that one (Dutch is not called German), and any other is unknown. `tag` is what the source says
    (`en`, `en-GB`, `fra`): believed where it names a known language and the text does not surely
    contradict it, as people write in more languages than their settings.
    """
    prose = _prose(text)
    letters = _letters(prose)
    tagged = _tagged(tag, languages)
    if letters < (FEWEST_TO_DOUBT if tagged else FEWEST_LETTERS):
        return Spoken(tagged or UNKNOWN)
    if letters < _FEW and "#" in text:
        prose = f"{prose} {_hashtags(text)}"
    chances = _identifier().likelihoods(prose)
    likeliest, chance = chances.weighed(_weights(tuple(languages)))
    expected = likeliest in languages or not languages
    if likeliest == tagged or (expected and not tagged):
        return Spoken(likeliest, chance)
    if letters >= LONG and chances.of(likeliest) >= _SURE:
        return Spoken(likeliest, chance)
    if tagged and expected and _contradicts(likeliest, tagged, chances):
        return Spoken(likeliest, chance)
    return Spoken(tagged or UNKNOWN)


def has_prose(text: str) -> bool:
    """Whether a text holds a letter outside of addresses, hashtags and handles."""
    return any(map(str.isalpha, _prose(text)))


def _prose(text: str) -> str:
    text = text[:_ENOUGH]
    if "#" in text or "@" in text or "http" in text or "www." in text:
        text = _NO_PROSE.sub(" ", text)
    return text.lower() if text.isupper() else text


def _hashtags(text: str) -> str:
    """The words of the hashtags: in a post of few words they say something of its language."""
    return " ".join(_HASHTAG.findall(text[:_ENOUGH]))


def _letters(prose: str) -> int:
    """How many letters a text holds, or at least `LONG` where its beginning holds as many."""
    begun = sum(map(str.isalpha, prose[:_GLANCE]))
    return begun if begun >= LONG else begun + sum(map(str.isalpha, prose[_GLANCE:]))


def _contradicts(likeliest: str, tagged: str, chances: Likelihoods) -> bool:
    return chances.of(likeliest) >= max(_CONTRADICTS, _TIMES * chances.of(tagged))


@lru_cache(maxsize=64)
def _weights(languages: tuple[str, ...]) -> Weights:
    often = frozenset(_OFTEN_POSTED_IN.split())

    def weigh(language: str) -> float:
        if language in languages:
            return _EXPECTED
        return _OFTEN if language in often else _SELDOM

    return _identifier().weights(weigh)


def _tagged(tag: str | None, languages: Sequence[str]) -> str | None:
    """The language that a source's tag names, where it is one that there is."""
    found = _TAG.match(tag.strip()) if tag else None
    if found is None:
        return None
    code = found.group(1).lower()
    code = _THREE_LETTERS.get(code, code)
    return code if code in languages or code in _identifier().languages else None


def _identifier() -> Identifier:
    """The identifier, loaded at the first call (100 ms) and then shared by all threads."""
    if not _loaded:
        with _lock:
            if not _loaded:
                _loaded.append(Identifier())
    return _loaded[0]
