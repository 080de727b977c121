"""Conversations and people in a line of words, however clumsily they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.asked.naming import Giving, giving_in, ids_in, overdue_in


@pytest.mark.parametrize(
    ("rest", "ids"),
    [
        ("", ()),
        ("7k3f9q", ("7k3f9q",)),
        ("`7k3f9q`, `8m2x4v`", ("`7k3f9q`", "`8m2x4v`")),
        ("7k3f9q et 8m2x4v", ("7k3f9q", "8m2x4v")),
        ("7k3f9q 7k3f9q", ("7k3f9q",)),
        (" , ; `", ()),
    ],
)
def test_several_ids_are_found_each_once(rest: str, ids: tuple[str, ...]) -> None:
    assert ids_in(rest) == ids


@pytest.mark.parametrize(
    ("rest", "giving"),
    [
        ("7k3f9q <@U1|sam>", Giving(("7k3f9q",), ("<@U1|sam>",), "")),
        ("7k3f9q @sam", Giving(("7k3f9q",), ("@sam",), "")),
        ("7k3f9q sam", Giving(("7k3f9q",), ("sam",), "")),
        ("7k3f9q to sam", Giving(("7k3f9q",), ("sam",), "")),
        ("7k3f9q à @sam", Giving(("7k3f9q",), ("@sam",), "")),
        ("@sam 7k3f9q", Giving(("7k3f9q",), ("@sam",), "")),
        ("a1 b2 <@U1> she called, twice", Giving(("a1", "b2"), ("<@U1>",), "she called, twice")),
        ("7k3f9q @sam @camille", Giving(("7k3f9q",), ("@sam", "@camille"), "")),
        ("7k3f9q @sam and @camille", Giving(("7k3f9q",), ("@sam", "@camille"), "")),
        ("7k3f9q <@U1>, <@U2>", Giving(("7k3f9q",), ("<@U1>", "<@U2>"), "")),
        ("@sam 7k3f9q @camille", Giving(("7k3f9q",), ("@sam", "@camille"), "")),
        ("7k3f9q @sam: see &lt;this&gt;", Giving(("7k3f9q",), ("@sam",), "see &lt;this&gt;")),
        ("7k3f9q @sam and thanks", Giving(("7k3f9q",), ("@sam",), "and thanks")),
        (
            "7k3f9q <@U1>: as agreed with <@U2>",
            Giving(("7k3f9q",), ("<@U1>",), "as agreed with <@U2>"),
        ),
        ("7k3f9q me", Giving(("7k3f9q",), ("me",), "")),
        ("7k3f9q", Giving((), (), "")),
        ("", Giving((), (), "")),
        ("@sam", Giving((), ("@sam",), "")),
    ],
)
def test_who_gets_what_is_found_in_any_order(rest: str, giving: Giving) -> None:
    assert giving_in(rest) == giving


@pytest.mark.parametrize(
    ("rest", "left", "overdue"),
    [
        ("", "", False),
        ("overdue", "", True),
        ("Overdue Lumo", "Lumo", True),
        ("Lumo en retard", "Lumo", True),
        ("retard", "", True),
        ("Lumo Pro", "Lumo Pro", False),
    ],
)
def test_the_word_for_overdue_is_taken_out_of_a_line(rest: str, left: str, overdue: bool) -> None:
    assert overdue_in(rest) == (left, overdue)


@given(st.text(max_size=60))
def test_no_line_is_too_clumsy(rest: str) -> None:
    giving = giving_in(rest)
    assert set(giving.ids).isdisjoint(giving.whom)
    assert all(id and not id.startswith("@") for id in (*giving.ids, *ids_in(rest)))
    left, overdue = overdue_in(rest)
    assert len(left) <= len(rest)
    assert overdue <= (left != rest.strip())
