"""Whether a query asks for less than another."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.query import Query
from bot.domain.query_nodes import And, Node, Not, Or, Term


def is_within(query: Query, other: Query) -> bool:
    """Whether all that `query` matches is matched by `other` too, as far as their form tells: where
    this says no, it may be so all the same."""
    return _implies(query.node, other.node)


def _implies(node: Node, other: Node) -> bool:
    if node == other or _anywhere(node) == other:
        return True
    if isinstance(node, Or):
        return all(_implies(part, other) for part in node.parts)
    if isinstance(other, And):
        return all(_implies(node, part) for part in other.parts)
    if isinstance(node, And) and any(_implies(part, other) for part in node.parts):
        return True
    if isinstance(other, Or):
        return any(_implies(node, part) for part in other.parts)
    return isinstance(node, Not) and isinstance(other, Not) and _implies(other.part, node.part)


def _anywhere(node: Node) -> Node:
    """A word of the title or of the text alone, as it is asked for in both."""
    if isinstance(node, Term) and node.is_spoken:
        return replace(node, field="")
    return node
