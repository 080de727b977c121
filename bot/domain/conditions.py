"""What a watch asks beside its query: what stands in a post that is about the brand, what does not,
and what is noise.

    query = "orange", needs = ["forfait*", "fibre"], without = ["jus"]
        orange AND (forfait* OR fibre) AND NOT jus
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import msgspec

from bot.domain.implying import implies
from bot.domain.query import Query
from bot.domain.query_nodes import Node, Not, Or, Term
from bot.domain.query_parser import parse_nodes
from bot.errors import QueryError, WatchError, WordedError
from bot.phrases import phrase

_QUOTES = frozenset('"“”„‟«»＂')


class Noise(msgspec.Struct, frozen=True, kw_only=True):
    """Authors whose posts, and words with which posts, are no mentions at all: they are not even
    counted. An author is meant by a name or a handle, or by words that stand in it in a row."""

    authors: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def and_(self, other: Noise) -> Noise:
        """What either of them means, each once."""
        return Noise(
            authors=tuple(dict.fromkeys((*self.authors, *other.authors))),
            words=tuple(dict.fromkeys((*self.words, *other.words))),
        )


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """What must hold besides a query: one of the words that it `needs` (none: any post will do),
    and none of those that it is `without`; and it is no `noise`."""

    needs: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    noise: Noise = Noise()


class Refusal(NamedTuple):
    """What is wrong with a condition, and where: such as `needs`, the second."""

    place: str
    number: int
    error: WordedError


def narrowed(query: Query, conditions: Conditions) -> tuple[Query, tuple[Refusal, ...]]:
    """The query with all that must hold besides, and what is wrong with that: words that cannot be
    read, and those with which nothing could match. What is wrong is left out."""
    read = _read(conditions)
    also: list[Node] = []
    if read.needs:
        also.append(_any_of(list(read.needs.values())))
    if unwanted := [*read.without.values(), *read.noise]:
        also.append(Not(_any_of(unwanted)))
    contradictions = _contradictions(query, read.needs, read.without)
    return query.where(*also), (*read.refused, *contradictions)


def unreadable(conditions: Conditions) -> tuple[Refusal, ...]:
    """The words that cannot be read."""
    return _read(conditions).refused


class _Read(NamedTuple):
    """The conditions that can be read, those that can contradict others by their number."""

    needs: dict[int, Term]
    without: dict[int, Term]
    noise: list[Term]
    refused: tuple[Refusal, ...]


def _read(conditions: Conditions) -> _Read:
    refused: list[Refusal] = []
    needs = _terms("needs", conditions.needs, "", refused)
    without = _terms("without", conditions.without, "", refused)
    authors = _terms("noise.authors", conditions.noise.authors, "author", refused)
    words = _terms("noise.words", conditions.noise.words, "", refused)
    return _Read(needs, without, [*authors.values(), *words.values()], tuple(refused))


def term_of(written: str) -> Term:
    """A word, or words in a row; all that can be written in a query for one such, as `forfait*` or
    `link:lumo.com`. Raises QueryError."""
    tidy = " ".join(written.split())
    in_a_row = " " in tidy and _QUOTES.isdisjoint(tidy)
    node = parse_nodes(f'"{tidy}"' if in_a_row else tidy)
    if not isinstance(node, Term):
        raise QueryError(tidy, 0, phrase("Only one word or one phrase can stand here."))
    return node


def author_of(written: str) -> Term:
    """An author by a name or a handle, with its @ or without. Raises QueryError."""
    name = "".join(" " if char in _QUOTES else char for char in written).strip().lstrip("@")
    term = parse_nodes(name) if name.endswith("*") else parse_nodes(f'"{name}"')
    if not isinstance(term, Term):
        raise QueryError(name, 0, phrase("Only one word or one phrase can stand here."))
    return replace(term, field="author")


def _terms(
    place: str, written: Sequence[str], field: str, refused: list[Refusal]
) -> dict[int, Term]:
    """The words that can be read, by their number."""
    found: dict[int, Term] = {}
    for number, words in enumerate(written):
        try:
            found[number] = author_of(words) if field == "author" else term_of(words)
        except QueryError as error:
            refused.append(Refusal(place, number, error))
    return found


def _contradictions(
    query: Query, needs: dict[int, Term], without: dict[int, Term]
) -> Iterator[Refusal]:
    """Words with which no post could match, as far as their form tells."""
    for number, term in needs.items():
        if implies(query.whole, Not(term)):
            words = phrase("The query leaves out “{word}”: it cannot be needed as well.")
            yield Refusal("needs", number, WatchError(words, word=str(term)))
    left = dict(without)
    for number, term in without.items():
        if any(implies(needed, term) for needed in needs.values()):
            words = phrase("“{word}” is needed and forbidden at once.")
            left.pop(number)
            yield Refusal("without", number, WatchError(words, word=str(term)))
        elif implies(query.whole, term):
            words = phrase("Every post that the query finds holds “{word}”: none would be left.")
            left.pop(number)
            yield Refusal("without", number, WatchError(words, word=str(term)))
    if len(left) > 1 and implies(query.whole, _any_of(list(left.values()))):
        words = phrase("Every post that the query finds holds one of these: none would be left.")
        yield Refusal("without", min(left), WatchError(words))


def _any_of(terms: Sequence[Node]) -> Node:
    return terms[0] if len(terms) == 1 else Or(tuple(terms))
