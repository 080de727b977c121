"""Whether a query asks for less than another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.folding import Wording
from bot.domain.implying import is_within
from bot.domain.mention import Post
from bot.domain.query import Query, parse
from bot.domain.query_nodes import And, Node, Not, Or, Term
from tests.builders import a_post

TERMS = st.builds(
    Term,
    st.sampled_from(["a", "b", "abc", "A", "a b", "b c", "C++", "a.b"]),
    phrase=st.just(True),
    exact=st.booleans(),
    field=st.sampled_from(["", "title", "text", "author", "link"]),
) | st.builds(
    Term,
    st.sampled_from(["a", "abc", "abcd", "ab"]),
    prefix=st.booleans(),
    sigil=st.sampled_from(["", "#"]),
    field=st.sampled_from(["", "title"]),
)
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
        ('"lumo lamp"', "lamp"),
        ("case:Lumo", "LUMO"),
        ("lumo", "lum*"),
        ("lumom*", "lum*"),
        ("title:#lumo", "#lumo"),
        ("title:lumo", "lumo"),
        ("C++", "c"),
    ],
)
def test_what_asks_for_less_is_known_by_its_form(less: str, more: str) -> None:
    assert is_within(parse(less), parse(more))
    assert less == more or not is_within(parse(more), parse(less))


@pytest.mark.parametrize(
    ("query", "other"),
    [
        ("#lumo", "lumo"),
        ("lumo", "#lumo"),
        ("lumo.com", "lumo"),
        ("author:lumo", "lumo"),
        ("link:lumo", "author:lumo"),
        ("c", "C++"),
        ("lum*", "lumo"),
        ("lumo", "case:Lumo"),
        ('"lumo lamp"', '"lamp lumo"'),
    ],
)
def test_what_is_found_elsewhere_is_not_less(query: str, other: str) -> None:
    assert not is_within(parse(query), parse(other))


def test_what_asks_for_something_else_is_not_less() -> None:
    assert not is_within(parse("lumo AND lamp"), parse("lumo AND dawn"))


TEXTS = st.lists(
    st.sampled_from(["a", "A", "b", "abc", "abcd", "c", "C++", "#a", "#abc", "a.b/c", "www.a.b"])
).map(" ".join)


@settings(max_examples=500, deadline=None)
@given(NODES, NODES, st.builds(a_post, title=TEXTS, text=TEXTS, author=TEXTS))
def test_every_post_that_the_one_matches_is_matched_by_the_other(
    node: Node, other: Node, post: Post
) -> None:
    said = Wording.of(post)
    if is_within(Query(node), Query(other)) and Query(node).matches(said):
        assert Query(other).matches(said)
