"""Search as Hacker News' Algolia index answers it (hn.algolia.com/api). Pure.

Words are matched without case and accents, all of them, the last one as a prefix;
"quoted words" stand together, and -word must not occur.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne

MAX_RESULTS = 1000

_COMPARE: Mapping[str, Callable[[int, int], bool]] = {
    "<": lt, "<=": le, "=": eq, "!=": ne, ">=": ge, ">": gt,
}  # fmt: skip
_CLAUSE = re.compile(r"\s*(\w+)\s*(<=|>=|!=|<|>|=)\s*(-?\d+)\s*")
_TERM = re.compile(r'(-?)(?:"([^"]*)"|(\S+))')


class BadSearch(ValueError):
    """Parameters that the index refuses, with its words for it."""


@dataclass(frozen=True)
class Clause:
    """One numeric filter; a document without the field does not pass."""

    field: str
    operator: str
    value: int

    def passes(self, numbers: Mapping[str, int | None]) -> bool:
        found = numbers.get(self.field)
        return found is not None and _COMPARE[self.operator](found, self.value)


def clauses(filters: str) -> tuple[Clause, ...]:
    """The numeric filters of a comma-separated list. Raises BadSearch."""
    return tuple(_clause(part) for part in filters.split(",") if part.strip())


def _clause(part: str) -> Clause:
    match = _CLAUSE.fullmatch(part)
    if match is None:
        raise BadSearch(f"invalid numeric filter: {part.strip()}")
    return Clause(match[1], match[2], int(match[3]))


def tagged(expression: str, tags: Collection[str]) -> bool:
    """Whether tags satisfy `a,b` (both) and `(a,b)` (either)."""
    groups = re.findall(r"\(([^()]*)\)|([^(),]+)", expression)
    return all(
        any(one.strip() in tags for one in (either or single).split(","))
        for either, single in groups
        if (either or single).strip()
    )


def matches(query: str, text: str) -> bool:
    """Whether a document's text satisfies a query; an empty query matches everything."""
    words = _words(text)
    terms = [(bool(minus), quoted, bare) for minus, quoted, bare in _TERM.findall(query)]
    for number, (negative, quoted, bare) in enumerate(terms):
        wanted = _words(quoted or bare)
        prefix = bool(bare) and not negative and number == len(terms) - 1
        if wanted and _stands(wanted, words, prefix) == negative:
            return False
    return True


def _stands(wanted: list[str], words: list[str], prefix: bool) -> bool:
    """Whether the wanted words follow each other; with `prefix` the last may go on."""
    size = len(wanted)
    for start in range(len(words) - size + 1):
        found = words[start : start + size]
        if found[:-1] == wanted[:-1] and (
            found[-1].startswith(wanted[-1]) if prefix else found[-1] == wanted[-1]
        ):
            return True
    return False


def _words(text: str) -> list[str]:
    split = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in split if not unicodedata.combining(letter))
    return re.findall(r"\w+", plain)
