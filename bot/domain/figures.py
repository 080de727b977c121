"""The figures in a text, however they are written: 12,400 or 12 400, 3.5 %, "twelve", "douze".

For checking that a text that a machine wrote has no figure of its own: what may be one is one.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from bot.domain.folding import fold

_SPACES = "\u00a0\u202f\u2009"
_NUMBER = re.compile(r"\d+(?:[ .,'’]?\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:([ .,'’])\d{3})(?:\1\d{3})*")
_DECIMAL = re.compile(r"(\d+|\d{1,3}(?:[ .,'’]\d{3})+)[.,](\d+)")
_THOUSANDS = re.compile(r"^ ?k\b", re.IGNORECASE)
_PER_CENT = re.compile(r"\b(?:pour|per) cent\b")

_UNITS = {
    "zero": 0, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16,
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40,
    "cinquante": 50, "soixante": 60, "septante": 70, "huitante": 80, "nonante": 90,
}  # fmt: skip
_TIMES = {"hundred": 100, "cent": 100, "cents": 100, "thousand": 1000, "mille": 1000}
_MULTIPLES = {
    "twice": 2, "double": 2, "doubled": 2, "doubles": 2, "doublé": 2, "triple": 3, "tripled": 3,
    "dozen": 12, "douzaine": 12, "dizaine": 10, "vingtaine": 20, "trentaine": 30,
    "cinquantaine": 50, "centaine": 100,
}  # fmt: skip
_NEVER = frozenset(
    {"half", "moitie", "thirds", "tiers", "quarters", "quart", "quarts"}
    | {"dozens", "dizaines", "hundreds", "centaines", "thousands", "milliers", "millier"}
    | {"million", "millions", "billion", "billions", "milliard", "milliards"}
    | {"tenfold", "twofold", "threefold", "quadrupled", "quadruple"}
)
"""Words for amounts that no figure of ours is told in."""

_SMALL = frozenset({"and", "et", "a", "un", "one"})
_THIRD = re.compile(r"\b(?:a|one|two|un|deux) (?:third|quarter|tenth|fifth|cinquieme|dixieme)s?\b")


def figures_in(text: str) -> list[frozenset[Decimal]]:
    """The figures of a text in no certain order, each with all that it may mean: 1.234 is one
    thousand and some, or one and some. An amount that is no figure ("dozens") is the empty set."""
    plain = _plain(text)
    found = [_meanings(plain, match) for match in _NUMBER.finditer(plain)]
    found += [frozenset({value}) for value in _signs(text)]
    folded = _PER_CENT.sub("%", fold(plain))
    found += [frozenset() for _ in _THIRD.finditer(folded)]
    return found + _in_words(re.findall(r"[^\W\d_]+", folded))


def _plain(text: str) -> str:
    """With one kind of digits and of spaces."""
    shown = [" " if char in _SPACES else char for char in text]
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in shown)


def _signs(text: str) -> list[Decimal]:
    """What ½, ² and ③ stand for."""
    return [
        Decimal(str(unicodedata.numeric(char)))
        for char in text
        if unicodedata.category(char) in ("No", "Nl")
    ]


def _meanings(text: str, match: re.Match[str]) -> frozenset[Decimal]:
    """All that digits may mean; nothing where they are no number ("2.4.1")."""
    written = match.group()
    values: set[Decimal] = set()
    if written.isdigit() or _GROUPED.fullmatch(written):
        values.add(Decimal(re.sub(r"\D", "", written)))
    if found := _DECIMAL.fullmatch(written):
        values.add(Decimal(re.sub(r"\D", "", found[1]) + "." + found[2]))
    times = 1000 if _THOUSANDS.match(text[match.end() :]) else 1
    return frozenset(value * times for value in values)


def _in_words(words: list[str]) -> list[frozenset[Decimal]]:
    """The numerals that are written out; "one" and "un" alone are articles."""
    found: list[frozenset[Decimal]] = []
    run: list[str] = []
    for word in [*words, ""]:
        if word in _UNITS or word in _TIMES or (run and word in _SMALL):
            run.append(word)
            continue
        if any(part not in _SMALL for part in run):
            found.append(frozenset({Decimal(_value(run))}))
        run = []
        if word in _MULTIPLES:
            found.append(frozenset({Decimal(_MULTIPLES[word])}))
        elif word in _NEVER:
            found.append(frozenset())
    return found


def _value(run: list[str]) -> int:
    """What a run of numerals comes to: "quatre vingt dix" is 90, "two hundred and three" 203."""
    total, last = 0, 0
    for word in run:
        if word in _TIMES:
            last = max(last, 1) * _TIMES[word]
            if _TIMES[word] == 1000:
                total, last = total + last, 0
        elif word in ("vingt", "vingts") and last == 4:
            last = 80
        elif word in ("un", "one"):
            last += 1
        elif word in _UNITS:
            last += _UNITS[word]
    return total + last
