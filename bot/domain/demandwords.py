"""The words in which people ask, and the words of one meaning, looked for in texts.

Both stand in lists that anybody can read: `bot/lexicons/demands_en.toml`, `demands_fr.toml` and
`concepts.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from bot.domain.analysis.idioms import Idioms, spellings
from bot.domain.analysis.lexicon import Entry
from bot.domain.analysis.stopwords import STOP_WORDS
from bot.domain.folding import fold, words_of

YOU = "you"
"""How the lists write the brand, whatever it is called."""

_TOKEN = re.compile(r"\w+")
_ELISION = re.compile(r"'(?:(?<=\b[cdjlmnst]')|(?<=\bqu')|(?<=squ')|(?<=lqu'))")
"""The apostrophe of French: of j', qu', jusqu', lorsqu', puisqu', quelqu'."""

_NO_PROSE = re.compile(r"(?:https?://|www\.)\S+")

_FRAME_WORDS = """
    able ability add added adding allow app appli application avoir ajout ajouter ajoutez bring
    change chance chose demande demander enable etre existe faudrait feature fonction
    fonctionnalite give hope idea idee impossible include introduce lumiere manque maybe mettre
    mise model modele need needs news offer offers option options perhaps permettre plait plan
    planned planning plans please plz pls possibilite possibility possible pouvoir prevoir prevu
    propose proposer proposez provide request sell setting should show simple solution stp
    suggestion support supports svp useful utile vendre version way wish work works
    """
_FRAME = frozenset(_FRAME_WORDS.split())
"""Words that belong to the asking, and say nothing of what is asked."""

_SHORTEST, _STEM = 3, 6
_ENDINGS = re.compile(
    r"(?:ations?|ements?|ings?|eurs?|euses?|aient|ables?|ees?|ers?|ez|ent"
    r"|es|ed|ai[st]|e|s|x)$"
)


def tokens_of(text: str) -> list[str]:
    """The folded words of a text as the lists write them: “can’t” is one word, “j'ai” two."""
    folded = fold(text)
    if "://" in folded or "www." in folded:
        folded = _NO_PROSE.sub(" . ", folded)
    found: list[str] = _TOKEN.findall(_apart(folded))
    return found


def _apart(folded: str) -> str:
    if "'" in folded:
        return _ELISION.sub(" ", folded).replace("'", "")
    return folded


@lru_cache(maxsize=1024)
def brand_tokens(brand_words: tuple[str, ...]) -> frozenset[str]:
    """The folded words of which a brand's names are made."""
    return frozenset(word for words in brand_words for word in words_of(words))


def addressed(tokens: Iterable[str], brand: frozenset[str]) -> list[str]:
    """The words with the brand called `YOU`."""
    return [YOU if token in brand else token for token in tokens]


@cache
def askings() -> Idioms:
    """The ways to ask in both languages, as posts are short and mix them; an entry's `kind` is the
    list that it stands in."""
    return Idioms(
        Entry(words, 0.0, kind)
        for language in ("en", "fr")
        for kind, phrases in _read(f"demands_{language}.toml").items()
        for words in phrases
    )


_WISHES = frozenset({"wish", "bug"})


@cache
def _spelt_out() -> AhoCorasick:
    """All rows of words in which something is wished, or said to fail, to be met in one pass."""
    rows = {
        " ".join(row)
        for language in ("en", "fr")
        for kind, phrases in _read(f"demands_{language}.toml").items()
        if kind in _WISHES
        for words in phrases
        for row in spellings(words)
    }
    return AhoCorasick(rows, implementation=Implementation.ContiguousNFA)


def may_ask(text: str, brand: Iterable[str] = ()) -> bool:
    """Whether a text holds such a row of words: a quick look, some 6 µs, which overlooks a few that
    are torn apart by a comma or a second blank."""
    folded = _apart(fold(text)).replace("-", " ")
    for word in brand:
        folded = folded.replace(word, YOU)
    length = len(folded)
    try:
        met = _spelt_out().find_matches_as_indexes(folded, overlapping=True)
    except UnicodeEncodeError:  # half a surrogate pair
        return True
    return any(
        not (start and folded[start - 1].isalnum()) and (end == length or not folded[end].isalnum())
        for _, start, end in met
    )


@cache
def _concepts() -> Idioms:
    return Idioms(
        Entry(spelling, 0.0, name.replace("_", " "))
        for name, phrases in _read("concepts.toml").items()
        for phrase in phrases
        for spelling in (phrase, *_plural(phrase))
    )


def _plural(phrase: str) -> tuple[str, ...]:
    return () if phrase.endswith(("s", ")", "x")) or "/" in phrase.split()[-1] else (f"{phrase}s",)


class Met(NamedTuple):
    """A term, and the words that say it: from `start` up to the one before `end`."""

    term: str
    start: int
    end: int


def terms_of(tokens: Sequence[str]) -> list[Met]:
    """What words mean, in their order: the name of a concept where one is met, else the stem of a
    word that says something."""
    found: list[Met] = []
    free = 0
    for concept in _concepts().found(tokens):
        found += _stems(tokens, free, concept.start)
        for name in concept.entry.kind.split(" + "):
            found.append(Met(name, concept.start, concept.end))
        free = concept.end
    return found + _stems(tokens, free, len(tokens))


def _stems(tokens: Sequence[str], start: int, end: int) -> list[Met]:
    places = range(start, end)
    return [Met(stem, at, at + 1) for at in places if (stem := stem_of(tokens[at]))]


@lru_cache(maxsize=20_000)
def stem_of(token: str) -> str:
    """The beginning of a word, by which its forms in English and French are mostly one; `""` of a
    word that says nothing of what is asked."""
    if len(token) < _SHORTEST or token in STOP_WORDS or token in _FRAME or token.isdigit():
        return ""
    stem = _ENDINGS.sub("", token)
    return (stem if len(stem) >= _SHORTEST else token)[:_STEM]


def _read(name: str) -> dict[str, list[str]]:
    text = files("bot").joinpath("lexicons", name).read_text(encoding="utf-8")
    lists: dict[str, list[str]] = tomllib.loads(text)
    return lists
