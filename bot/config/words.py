"""The team's own words in the configuration: how each weighs where a post's feeling is read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from math import prod

from bot.config_reader import Faults
from bot.domain.folding import words_of

READ = ("en", "fr")
"""The languages that there are rules for. Written down, as they take too long to load for a look at
a configuration."""

STRONGEST = 4.0
MOST_WORDS = 2_000
LONGEST_PHRASE = 60
MOST_SPELLINGS = 2_000
"""Of one phrase: it is looked for in every spelling that its classes and choices make."""

MOST_OF_ALL = 20_000
"""Spellings of all phrases of a language, which take some megabytes."""

_CLASS = re.compile(r"\{[^}]*\}?")
_CLASSES = {"{n}": 16, "{time}": 26, "{not}": 37}
"""How many spellings each stands for, about."""


def own_words(
    written: Mapping[str, Mapping[str, float]], faults: Faults
) -> Mapping[str, Mapping[str, float]]:
    """The valence of each word or phrase, in lower case, by language; to be used only without
    faults."""
    for language, words in written.items():
        place = f"words.{language}"
        if language not in READ:
            faults.add_unknown(place, language, READ, "a language whose feelings are read")
        if len(words) > MOST_WORDS:
            faults.add(place, f"holds at most {MOST_WORDS} words and phrases")
        for phrase, valence in words.items():
            at = f"{place}.{phrase[:LONGEST_PHRASE]}"
            faults.add(at, _phrase_fault(phrase, language))
            if not -STRONGEST <= valence <= STRONGEST:
                faults.add(at, "weighs from -4 (worst) to 4; 0 says that it tells nothing")
        spellings = map(_spellings, words)
        if sum(count for count in spellings if count <= MOST_SPELLINGS) > MOST_OF_ALL:
            faults.add(place, "has too many spellings in all; leave some choices out")
    return {
        language: {_plain(phrase): valence for phrase, valence in words.items()}
        for language, words in written.items()
    }


def _plain(phrase: str) -> str:
    return " ".join(unicodedata.normalize("NFC", phrase).replace("’", "'").lower().split())


def _is_sign(char: str) -> bool:
    """Whether it is an emoji, or a sign like one."""
    return unicodedata.category(char) == "So"


def _phrase_fault(phrase: str, language: str) -> str:
    if len(phrase) > LONGEST_PHRASE:
        return f"is at most {LONGEST_PHRASE} characters long"
    if not words_of(phrase) and not any(map(_is_sign, phrase)):
        return "holds no word that a post could hold"
    classes = _CLASS.findall(phrase)
    unknown = [found for found in classes if found not in _CLASSES or language != "en"]
    if unknown:
        return f"{unknown[0]} stands for nothing; in English there are {', '.join(_CLASSES)}"
    if _spellings(phrase) > MOST_SPELLINGS:
        return "has too many spellings; write several phrases"
    return ""


def _spellings(phrase: str) -> int:
    """In about how many spellings a phrase is looked for."""
    return prod(map(_choices, phrase[:LONGEST_PHRASE].split()))


def _choices(part: str) -> int:
    is_left_out = part.startswith("(") and part.endswith(")")
    either = part.strip("()").split("/")
    return sum(_CLASSES.get(one, 1) for one in either) + is_left_out
