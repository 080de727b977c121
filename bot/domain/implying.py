"""Whether a query asks for less than another."""

from __future__ import annotations

from bot.domain.folding import tails_of, words_of
from bot.domain.query import Query
from bot.domain.query_nodes import And, Node, Not, Or, Term


def is_within(query: Query, other: Query) -> bool:
    """Whether all that `query` matches is matched by `other` too, as far as their form tells: where
    this says no, it may be so all the same."""
    return implies(query.whole, other.whole)


def implies(node: Node, other: Node) -> bool:
    """The same of their parts."""
    if node == other:
        return True
    if isinstance(node, Or):
        return all(implies(part, other) for part in node.parts)
    if isinstance(other, And):
        return all(implies(node, part) for part in other.parts)
    if isinstance(node, And) and any(implies(part, other) for part in node.parts):
        return True
    if isinstance(other, Or):
        return node in other.parts or any(implies(node, part) for part in other.parts)
    if isinstance(node, Term) and isinstance(other, Term):
        return _stands_in(other, node)
    return isinstance(node, Not) and isinstance(other, Not) and implies(other.part, node.part)


def _stands_in(part: Term, whole: Term) -> bool:
    """Whether a term stands wherever another does: a word of its phrase, whatever its case."""
    if part.exact and not whole.exact:
        return False
    if part.may_be_an_address != whole.may_be_an_address or not _covers(part, whole):
        return False
    wanted = part.words if part.exact else words_of(part.written)
    given = whole.words if part.exact else words_of(whole.written)
    marks, signs = tails_of(part.written), tails_of(whole.written)
    return any(
        _are_same(part, wanted, whole, given[at : at + len(wanted)], at + len(wanted) == len(given))
        and all(not want or want == has for want, has in zip(marks, signs[at:], strict=False))
        and (not part.sigil or at == 0)
        for at in range(len(given) - len(wanted) + 1)
    )


def _covers(part: Term, whole: Term) -> bool:
    """Whether the one is looked for wherever the other is: a word of the title in the title and
    the text, a tag among the tags."""
    same = part.field == whole.field or (not part.field and whole.is_spoken)
    if whole.sigil and not whole.field:
        return same and part.sigil == whole.sigil
    return same and part.sigil in ("", whole.sigil)


def _are_same(
    part: Term, wanted: tuple[str, ...], whole: Term, given: tuple[str, ...], ends: bool
) -> bool:
    """Whether words are those that are wanted; the last of them may be a beginning alone."""
    begun = whole.prefix and ends
    if part.prefix:
        return wanted[:-1] == given[:-1] and given[-1].startswith(wanted[-1])
    return wanted == given and not begun
