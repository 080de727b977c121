"""Whether a query asks for less than another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.implying import is_within
from bot.domain.query import Query, parse
from bot.domain.query_nodes import And, Node, Not, Or, Term

TERMS = st.sampled_from("abc").map(Term)
NODES = st.recursive(
    TERMS,
    lambda nodes: (
        nodes.map(Not) | st.tuples(nodes, nodes).map(And) | st.tuples(nodes, nodes).map(Or)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("lumo", "lumo"),
        ("lumo NOT lantern", "lumo"),
        ("lumo", "lumo OR lamp"),
        ("lumo AND lamp", "lamp OR dawn"),
        ("lumo NOT (lamp OR dawn)", "lumo NOT (lamp)"),
    ],
)
def test_what_asks_for_less_is_known_by_its_form(less: str, more: str) -> None:
    assert is_within(parse(less), parse(more))
    assert less == more or not is_within(parse(more), parse(less))


def test_what_asks_for_something_else_is_not_less() -> None:
    assert not is_within(parse("lumo AND lamp"), parse("lumo AND dawn"))


@given(NODES, NODES, st.sets(st.sampled_from("abc")))
def test_every_text_that_the_one_matches_is_matched_by_the_other(
    node: Node, other: Node, words: set[str]
) -> None:
    text = " ".join(sorted(words))
    if is_within(Query(node), Query(other)) and Query(node).matches(text):
        assert Query(other).matches(text)
