"""Whether a post asks for something, what kind of thing it says, and in which words.

By phrases in English and French that anybody can read (`bot.domain.demandwords`); posts in other
languages are not read so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from bot.domain.analysis.idioms import Found
from bot.domain.demandwords import (
    addressed,
    askings,
    brand_tokens,
    may_ask,
    terms_of,
    tokens_of,
)
from bot.domain.excerpt import shorten
from bot.domain.insights import Kind
from bot.domain.mention import UNKNOWN

LANGUAGES = ("en", "fr", UNKNOWN)
"""Languages in which it is told whether a post asks."""

LONGEST = 200
_ENOUGH = 2_000
_NEAR = 12
"""Words beside the asking in which stands what is asked."""

_ORDER: Sequence[str] = ("wish", "bug", "question", "case", "complaint", "praise")
_ASKS = frozenset({"wish", "bug"})
_MAY_ASK = _ASKS | {"question"}
_KINDS: dict[str, Kind] = {
    "wish": "wish",
    "bug": "bug",
    "question": "question",
    "case": "question",
    "complaint": "complaint",
    "praise": "praise",
}
_OWN_TERMS = frozenset(
    {"refund", "rembou", "reimbu", "compen", "answer", "repons", "reply", "respon", "explan"}
)
"""Who asks for one of these asks for themselves alone."""

_OWN_NUMBER = re.compile(
    r"\b(?:order|flight|conf\w*|booking|ticket|case|commande|vol|dossier|reservation)s?\W{0,3}"
    r"(?:number|no|numero|n°|nr|id)?\W{0,3}(?=\w*\d\w*\d)\w+",
    re.IGNORECASE,
)
"""So does who names the number of what they ordered."""

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """What a post says of itself: its kind, and the sentence that says it.

    `words` are the folded words that say what is asked, `beside` others of the same sentence (or of
    the next, where it is short). It `asks` where it is a wish or a bug, and `may_ask` where it is
    that or a question; neither where the author asks something for themselves alone.
    """

    kind: Kind
    sentence: str
    words: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    asks: bool = False
    may_ask: bool = False


class _Heard(NamedTuple):
    """A way of asking in a sentence."""

    list: str
    sentence: int
    found: Found


def demand_of(text: str, language: str, brand_words: Sequence[str] = ()) -> Demand | None:
    """What a post asks, reports, praises or complains of; None where it does none of these in
    words that are known. Some 20 µs."""
    if language not in LANGUAGES:
        return None
    brand = brand_tokens(tuple(brand_words))
    sentences = [one for one in _SENTENCE.split(text[:_ENOUGH]) if one and not one.isspace()]
    tokens = [addressed(tokens_of(sentence), brand) for sentence in sentences]
    heard = _heard(tokens)
    if heard is None:
        return None
    near, far = _parted(tokens[heard.sentence], heard)
    terms = [met.term for met in terms_of(near)]
    if len(terms) < 2:
        far = [*far, *_neighbour(tokens, heard.sentence)]
    is_own = not _OWN_TERMS.isdisjoint(terms) or bool(_OWN_NUMBER.search(text[:_ENOUGH]))
    return Demand(
        kind=_KINDS[heard.list],
        sentence=shorten(sentences[heard.sentence], LONGEST),
        words=tuple(near),
        beside=tuple(far),
        asks=heard.list in _ASKS and not is_own,
        may_ask=heard.list in _MAY_ASK and not is_own,
    )


def asks(text: str, brand_words: Sequence[str] = ()) -> bool:
    """Whether a text may hold a demand: a quick look (see `bot.domain.demandwords.may_ask`)."""
    return may_ask(text[:_ENOUGH], brand_tokens(tuple(brand_words)))


def _heard(tokens: Sequence[Sequence[str]]) -> _Heard | None:
    """What the post says first of what matters most; a sentence that only sounds like a wish is
    none."""
    met = [askings().found(sentence) for sentence in tokens]
    found = [
        _Heard(one.entry.kind, number, one)
        for number, here in enumerate(met)
        if all(one.entry.kind != "none" for one in here)
        for one in here
    ]
    return min(found, key=lambda one: _ORDER.index(one.list), default=None)


def _parted(tokens: Sequence[str], heard: _Heard) -> tuple[list[str], list[str]]:
    """The words of a sentence in which stands what is asked, and the others. It stands behind the
    asking, or before it where nothing is behind; what fails is said on both sides, and in the
    words of the report themselves."""
    before, after = tokens[: heard.found.start], tokens[heard.found.end :]
    if heard.list == "bug":
        return list(tokens[: 2 * _NEAR]), []
    if terms_of(after):
        return list(after[:_NEAR]), [*before, *after[_NEAR:]]
    return list(before[-_NEAR:]), list(before[:-_NEAR])


def _neighbour(tokens: Sequence[Sequence[str]], sentence: int) -> Sequence[str]:
    """The sentence before, where there is one, or the next: what “please add that” is about."""
    if sentence:
        return tokens[sentence - 1]
    return tokens[1] if len(tokens) > 1 else ()
