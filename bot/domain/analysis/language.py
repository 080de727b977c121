"""In which language a post is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from threading import Lock

from bot.domain.analysis.likelihoods import Identifier, Likelihoods

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
_GLANCE = 100

_NO_PROSE = re.compile(r"(?:https?://|www\.)\S+|[#@][\w.@-]+")
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*\Z")
_THREE_LETTERS = {
    "eng": "en", "fra": "fr", "fre": "fr", "deu": "de", "ger": "de", "spa": "es", "ita": "it",
    "nld": "nl", "dut": "nl", "por": "pt",
}  # fmt: skip


_lock = Lock()
_loaded: list[Identifier] = []


def language_of(text: str, languages: Sequence[str], tag: str | None = None) -> str:
    """The ISO 639-1 code of a text, or "unknown".

    `languages` are those that are expected: between them the likeliest wins, unless a long text
    is surely in another (then it is that one: Dutch is not called German). `tag` is what the
    source says (`en`, `en-GB`, `fra`): believed where it names a known language and the text
    does not surely contradict it, as people write in more languages than their settings.
    """
    prose = _prose(text)
    letters = _letters(prose)
    tagged = _tagged(tag, languages)
    if letters < FEWEST_LETTERS:
        return tagged or UNKNOWN
    chances = _identifier().likelihoods(prose)
    likeliest = chances.likeliest
    expected = likeliest in languages
    if likeliest == tagged or (expected and not tagged):
        return likeliest  # whatever its chance is
    sure = letters >= LONG and chances.of(likeliest) >= _SURE
    if tagged and not (sure or (expected and _contradicts(likeliest, tagged, chances))):
        return tagged
    return likeliest if sure or expected or not languages else _among(languages, chances)


def has_prose(text: str) -> bool:
    """Whether a text holds a letter outside of addresses, hashtags and handles."""
    return any(map(str.isalpha, _prose(text)))


def _prose(text: str) -> str:
    text = text[:_ENOUGH]
    if "#" in text or "@" in text or "://" in text or "www." in text:
        return _NO_PROSE.sub(" ", text)
    return text


def _letters(prose: str) -> int:
    """How many letters a text holds, or at least `LONG` where its beginning holds as many."""
    begun = sum(map(str.isalpha, prose[:_GLANCE]))
    return begun if begun >= LONG else begun + sum(map(str.isalpha, prose[_GLANCE:]))


def _contradicts(likeliest: str, tagged: str, chances: Likelihoods) -> bool:
    return chances.of(likeliest) >= max(_CONTRADICTS, _TIMES * chances.of(tagged))


def _among(languages: Sequence[str], chances: Likelihoods) -> str:
    """The likeliest of the expected languages, if together they are likely at all."""
    best = max(languages, key=chances.of)
    rival = chances.best_besides(languages)
    return best if chances.of(best) >= _LIKELY * rival and chances.of(best) > 0 else UNKNOWN


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
