"""What a query is made of, and how each part is held against a post.

Terms know where they stand (spans of words), `Near` compares where they stand, and the others
only whether their parts hold. Every evaluation is linear in the post times the query.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from bot.domain.addresses import is_like_an_address
from bot.domain.fields import SPOKEN, Beside, Field, Part
from bot.domain.folding import Wording, bare, tails_of, words_of

Span = tuple[int, int]
"""Words from a position up to, and without, another."""


class Landmark(NamedTuple):
    """A folded word by which a term's posts are found, in a `part` of theirs (`""` is the title and
    the text); with `begins`, what one of their words begins with. Where it `suffices`, the term
    stands in every post that holds it outside of an address."""

    word: str
    begins: bool = False
    suffices: bool = False
    part: Part = ""


@dataclass(frozen=True)
class Term:
    """A word, a phrase or a tag, as it was written, without quotes, sigil and star; looked for in
    one `field` of a post, `""` being its title and its text."""

    written: str
    phrase: bool = False
    exact: bool = False
    prefix: bool = False
    sigil: Beside | Literal[""] = ""
    field: Field = ""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words to be found next to each other: folded, or with their case if `exact`."""
        return words_of(self.written) if not self.exact else Wording(self.written).exact_words

    @cached_property
    def landmarks(self) -> tuple[Landmark, ...]:
        """Words of which one stands in every post in which the term stands: in each part of it in
        which it may stand the longest, if whole."""
        if self.field:
            return (self._landmark._replace(part="" if self.is_spoken else self.field),)
        if self.sigil:
            return (self._landmark, self._landmark._replace(part=self.sigil))
        return (self._landmark,)

    @property
    def is_spoken(self) -> bool:
        """Whether it is looked for in what the post itself says."""
        return self.field in SPOKEN

    @cached_property
    def _landmark(self) -> Landmark:
        if self.exact:
            return Landmark(self._first, begins=self.prefix and len(self.words) == 1)
        alone = len(self.words) == 1
        plain = alone and not (self.sigil or self.field or self._tails)
        if self.prefix and alone:
            return Landmark(self.words[0], begins=True, suffices=plain)
        whole = self.words[:-1] if self.prefix else self.words
        return Landmark(max(whole, key=len), suffices=plain)

    @cached_property
    def _first(self) -> str:
        """The folded word at which the term begins."""
        return words_of(self.words[0])[0]

    @cached_property
    def _tails(self) -> tuple[str, ...]:
        """What must end each of the words (C++ is not c), empty where nothing must."""
        tails = tails_of(self.written)
        return tails if any(tails) else ()

    @cached_property
    def may_be_an_address(self) -> bool:
        """Whether it is looked for in the addresses of a text as well."""
        return is_like_an_address(self.written)

    def holds(self, text: Wording) -> bool:
        """Whether the post says it, or is filed under the tag, or speaks to the handle."""
        if next(self.spans(text), None) is not None:
            return True
        if not self.sigil or self.field:
            return False
        return next(self._spans(text.part(self.sigil)), None) is not None

    def spans(self, text: Wording) -> Iterator[Span]:
        """Where the term stands in its field, in order."""
        return self._spans(text.part(self.field))

    def _spans(self, text: Wording) -> Iterator[Span]:
        for start in self._starts(text):
            if self._stands_at(start, text):
                end = start + len(self.words)
                if self.may_be_an_address or text.unspoken.isdisjoint(range(start, end)):
                    yield start, end

    def _starts(self, text: Wording) -> list[int] | range:
        """Positions at which the first word may stand."""
        if self.prefix and len(self.words) == 1:
            return range(len(text.words))
        return text.places.get(self._first, [])

    def _stands_at(self, start: int, text: Wording) -> bool:
        found = (text.exact_words if self.exact else text.words)[start : start + len(self.words)]
        if self.prefix:
            same = found[:-1] == self.words[:-1] and len(found) == len(self.words)
            same = same and found[-1].startswith(self.words[-1])
        else:
            same = found == self.words
        if self._tails:
            tails = text.tails[start : start + len(self.words)]
            same = same and all(
                not want or want == has for want, has in zip(self._tails, tails, strict=True)
            )
        return same and (not self.sigil or text.sigils[start] == self.sigil)

    def __str__(self) -> str:
        where = f"{self.field}:" if self.field else ""
        where += "case:" if self.exact else ""
        if self.phrase:
            return f'{where}"{self.written}"'
        return f"{where}{self.sigil}{self.written}{'*' if self.prefix else ''}"


@dataclass(frozen=True)
class Not:
    part: Node
    position: int = field(default=0, compare=False)

    def holds(self, text: Wording) -> bool:
        return not self.part.holds(text)

    def __str__(self) -> str:
        return f"NOT {_grouped(self.part, And, Or, Near)}"


@dataclass(frozen=True)
class And:
    parts: tuple[Node, ...]

    def holds(self, text: Wording) -> bool:
        return all(part.holds(text) for part in self.parts)

    def __str__(self) -> str:
        return " AND ".join(_grouped(part, Or) for part in self.parts)


@dataclass(frozen=True)
class Or:
    parts: tuple[Node, ...]

    def holds(self, text: Wording) -> bool:
        return any(part.holds(text) for part in self.parts)

    def __str__(self) -> str:
        return " OR ".join(str(part) for part in self.parts)


@dataclass(frozen=True)
class Near:
    """One of `left` and one of `right`, in either order, apart by at most `distance` words; all of
    them are looked for in the same field."""

    left: tuple[Term, ...]
    right: tuple[Term, ...]
    distance: int

    def holds(self, text: Wording) -> bool:
        left, right = _all_spans(self.left, text), _all_spans(self.right, text)
        return _follows(left, right, self.distance) or _follows(right, left, self.distance)

    def __str__(self) -> str:
        return f"{_alternatives(self.left)} near/{self.distance} {_alternatives(self.right)}"


Node = Term | Not | And | Or | Near


def _all_spans(terms: tuple[Term, ...], text: Wording) -> list[Span]:
    return sorted(span for term in terms for span in term.spans(text))


def _follows(first: list[Span], then: list[Span], distance: int) -> bool:
    """Whether a span of `then` begins at most `distance` words after the end of one of `first`."""
    starts = [start for start, _ in then]
    for _, end in first:
        nearest = bisect_left(starts, end)
        if nearest < len(starts) and starts[nearest] - end <= distance:
            return True
    return False


def _grouped(node: Node, *loose: type) -> str:
    """The node in print, in parentheses where it binds too loosely for its place."""
    return f"({node})" if isinstance(node, loose) else str(node)


def _alternatives(terms: tuple[Term, ...]) -> str:
    listed = " OR ".join(map(str, terms))
    return f"({listed})" if len(terms) > 1 else listed


def positive_terms(node: Node, *, negated: bool = False) -> Iterator[Term]:
    """The terms whose presence can make a text match, in the order in which they are written."""
    match node:
        case Term():
            if not negated:
                yield node
        case Not(part):
            yield from positive_terms(part, negated=not negated)
        case Near(left, right):
            if not negated:
                yield from (*left, *right)
        case And(parts) | Or(parts):
            for part in parts:
                yield from positive_terms(part, negated=negated)


def anchors(node: Node) -> tuple[Term, ...] | Not:
    """Terms of which every matching text holds at least one, as few and as telling as can be.

    Where there are none, the NOT that is to blame.
    """
    match node:
        case Term():
            return (node,)
        case Not():
            return _negated_anchors(node)
        case Near(left, right):
            return max(left, right, key=_telling)
        case And(parts):
            return _best([anchors(part) for part in parts])
        case Or(parts):
            return _joined([anchors(part) for part in parts])


def _negated_anchors(node: Not) -> tuple[Term, ...] | Not:
    """Anchors of a NOT, by De Morgan's laws."""
    match node.part:
        case Not(part):
            return anchors(part)
        case And(parts):
            return _joined([_negated_anchors(Not(part, node.position)) for part in parts])
        case Or(parts):
            return _best([_negated_anchors(Not(part, node.position)) for part in parts])
        case _:
            return node


def _best(choices: list[tuple[Term, ...] | Not]) -> tuple[Term, ...] | Not:
    usable = [choice for choice in choices if not isinstance(choice, Not)]
    return max(usable, key=_telling) if usable else choices[0]


def _joined(choices: list[tuple[Term, ...] | Not]) -> tuple[Term, ...] | Not:
    joined: list[Term] = []
    for choice in choices:
        if isinstance(choice, Not):
            return choice
        joined.extend(choice)
    return tuple(joined)


def _telling(terms: tuple[Term, ...]) -> tuple[bool, int, int, int]:
    """What a post says can be searched for; then few terms narrow a search more than many; then
    whole words, then long ones."""
    return (
        all(term.is_spoken for term in terms),
        -len(terms),
        -sum(term.prefix for term in terms),
        min(len(bare(term.written)) for term in terms),
    )
