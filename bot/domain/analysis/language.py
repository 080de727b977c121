"""In which language a post is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from threading import Lock
from typing import Protocol

from py3langid.langid import MODEL_FILE, LanguageIdentifier

UNKNOWN = "unknown"

FEWEST_LETTERS = 8
"""A text with fewer letters is not guessed at; the source's tag is all there is."""

LONG = 60
"""Letters from which on the text may be in a language that nobody configured."""

_SURE = 0.85
_LIKELY = 0.5
_CONTRADICTS, _TIMES = 0.6, 10
"""A shorter text contradicts its tag where an expected language is as likely as this, and so many
times likelier than the tag's: of 3,600 short posts tagged rightly that took none for another, and
of those tagged wrongly it found five in six (English as French, and French as English)."""
_ENOUGH = 4_000

_NO_PROSE = re.compile(r"(?:https?://|www\.)\S+|[#@][\w.@-]+")
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*\Z")
_THREE_LETTERS = {
    "eng": "en", "fra": "fr", "fre": "fr", "deu": "de", "ger": "de", "spa": "es", "ita": "it",
    "nld": "nl", "dut": "nl", "por": "pt",
}  # fmt: skip


class _Identifier(Protocol):
    @property
    def labels(self) -> list[str]: ...

    def rank(self, text: str) -> list[tuple[str, float]]: ...


_lock = Lock()
_loaded: list[_Identifier] = []


def language_of(text: str, languages: Sequence[str], tag: str | None = None) -> str:
    """The ISO 639-1 code of a text, or "unknown".

    `languages` are those that are expected: between them the likeliest wins, unless a long text
    is surely in another (then it is that one: Dutch is not called German). `tag` is what the
    source says (`en`, `en-GB`, `fra`): believed where it names a known language and the text
    does not surely contradict it, as people write in more languages than their settings.
    """
    prose = _prose(text)
    letters = sum(map(str.isalpha, prose))
    tagged = _tagged(tag, languages)
    if letters < FEWEST_LETTERS:
        return tagged or UNKNOWN
    ranks = dict(_identifier().rank(prose))
    likeliest = max(ranks, key=ranks.__getitem__)
    sure = letters >= LONG and ranks[likeliest] >= _SURE
    if tagged and not (sure or (likeliest in languages and _contradicts(likeliest, tagged, ranks))):
        return tagged
    if sure or likeliest in languages or not languages:
        return likeliest
    return _among(languages, ranks)


def has_prose(text: str) -> bool:
    """Whether a text holds a letter outside of addresses, hashtags and handles."""
    return any(map(str.isalpha, _prose(text)))


def _prose(text: str) -> str:
    return _NO_PROSE.sub(" ", text[:_ENOUGH])


def _contradicts(likeliest: str, tagged: str, ranks: dict[str, float]) -> bool:
    return ranks[likeliest] >= max(_CONTRADICTS, _TIMES * ranks.get(tagged, 0.0))


def _among(languages: Sequence[str], ranks: dict[str, float]) -> str:
    """The likeliest of the expected languages, if together they are likely at all."""
    expected = {language: ranks.get(language, 0.0) for language in languages}
    best = max(expected, key=expected.__getitem__)
    rival = max(chance for language, chance in ranks.items() if language not in expected)
    return best if expected[best] >= _LIKELY * rival and expected[best] > 0 else UNKNOWN


def _tagged(tag: str | None, languages: Sequence[str]) -> str | None:
    """The language that a source's tag names, where it is one that there is."""
    found = _TAG.match(tag.strip()) if tag else None
    if found is None:
        return None
    code = found.group(1).lower()
    code = _THREE_LETTERS.get(code, code)
    return code if code in languages or code in _identifier().labels else None


def _identifier() -> _Identifier:
    """The identifier, loaded at the first call (100 ms) and then shared by all threads.

    Its `rank` reads and never writes, and gives probabilities over all languages that it knows.
    """
    if not _loaded:
        with _lock:
            if not _loaded:
                _loaded.append(LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True))
    return _loaded[0]
