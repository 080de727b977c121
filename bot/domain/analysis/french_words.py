"""The words that the French rules weigh: three lists, and what French makes of a word.

`fr.tsv` holds forms as they are written. `complaints_fr.tsv` holds a word once and says what it is:
a noun takes its plural from here, an adjective its feminine too, a verb in -er or -ir the endings
that people use of themselves and of a company; irregular forms are written out. `emojis.tsv` holds
emoji and smileys. Where each list comes from is told in `bot/lexicons/NOTICE.md`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bot.domain.analysis.idioms import Idioms
from bot.domain.analysis.lexicon import Entry, entries

LISTS = ("fr.tsv", "complaints_fr.tsv", "emojis.tsv")
"""What a later list says of a word takes the place of what an earlier one says."""

_OTHERS = frozenset({"sur", "du", "mur", "cote", "tache", "gene", "foret", "peche", "ment"})
"""Words of their own: they are not taken for sûr, dû, mûr, côté, tâche, gêne … typed in haste."""

_FEMININES = (
    *(("eux", "euse"), ("eur", "euse"), ("er", "ère"), ("et", "ète"), ("f", "ve"), ("e", "e")),
    *(("el", "elle"), ("eil", "eille"), ("ul", "ulle"), ("til", "tille"), ("eau", "elle")),
    *(("on", "onne"), ("en", "enne"), ("c", "que"), ("", "e")),
)
_ER = ("er", "e", "es", "ons", "ez", "ent", "é", "ée", "és", "ées", "ait", "aient", "ant", "era")
_IR = ("ir", "is", "it", "issons", "issez", "issent", "i", "ie", "ies", "issait", "issant", "ira")


@dataclass(frozen=True)
class Lexicon:
    """Valences (-4 to 4) of words in lower case, and of idioms made of such words."""

    words: Mapping[str, float]
    idioms: Idioms


def lexicon(team: Mapping[str, float]) -> Lexicon:
    """The lists as they are shipped, with the team's own words and phrases in their place."""
    said = dict(_shipped())
    said.update(_typed(team.items()))
    return Lexicon(
        words={form: valence for form, valence in said.items() if " " not in form},
        idioms=Idioms(Entry(form, valence) for form, valence in said.items() if " " in form),
    )


def inflected(word: str, kind: str) -> Sequence[str]:
    """The forms of a word that is a "noun", an "adj" or a "verb"; of any other, itself alone."""
    match kind:
        case "noun":
            return (word, _plural(word))
        case "adj":
            feminine = _feminine(word)
            return (word, _plural(word), feminine, _plural(feminine))
        case "verb" if word.endswith("ir"):
            return [word[:-2] + ending for ending in _IR]
        case "verb":
            return [_joined(word[:-2], ending) for ending in _ER]
    return (word,)


def bare(words: str) -> str:
    """As they are typed in haste: without accents, and "oe" for the ligature."""
    if words.isascii():
        return words
    apart = unicodedata.normalize("NFD", words.replace("œ", "oe"))
    return "".join(char for char in apart if not unicodedata.combining(char))


@cache
def _shipped() -> Mapping[str, float]:
    """What the lists say, read at the first call (0.1 s)."""
    return _typed(
        (form, entry.valence)
        for name in LISTS
        for entry in entries(name)
        for form in inflected(entry.words, entry.kind)
    )


def _typed(said: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Words and phrases as posts hold them: cut as the rules cut a text, and without accents too,
    where that makes no other word."""
    written = {_cut(form): valence for form, valence in said}
    hasty = {bare(form): valence for form, valence in written.items()}
    return {form: hasty[form] for form in hasty.keys() - _OTHERS} | written


def _cut(phrase: str) -> str:
    if not any(map(str.isalpha, phrase)):
        return phrase
    return " ".join(phrase.lower().replace("’", " ").replace("'", " ").replace("-", " ").split())


def _plural(word: str) -> str:
    if word.endswith(("s", "x", "z")):
        return word
    if word.endswith("al"):
        return word[:-1] + "ux"
    return word + ("x" if word.endswith(("eau", "eu")) else "s")


def _feminine(word: str) -> str:
    ending, feminine = next(pair for pair in _FEMININES if word.endswith(pair[0]))
    return word.removesuffix(ending) + feminine


def _joined(stem: str, ending: str) -> str:
    """A verb's stem with its ending: ennuie, exaspère, mangeons, menaçait."""
    if ending in ("e", "es", "ent"):
        if stem.endswith(("uy", "oy")):
            return f"{stem[:-1]}i{ending}"
        if stem[-2:-1] == "é":
            return f"{stem[:-2]}è{stem[-1]}{ending}"
    elif ending[0] in "ao":
        if stem.endswith("g"):
            return f"{stem}e{ending}"
        if stem.endswith("c"):
            return f"{stem[:-1]}ç{ending}"
    return stem + ending
