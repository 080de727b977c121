"""The search language of the Hacker News index, and conditional GET."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.standin.social.conditional import etag, unchanged
from bot.standin.social.searches import BadSearch, Clause, clauses, matches, tagged

TEXT = "Lumo Dawn: une lampe de réveil, and the lamp's firmware"
MODIFIED = datetime(2026, 3, 12, 16, 20, 5, 700_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("lumo", True),
        ("LUMO reveil", True),
        ("lum", True),
        ("lum dawn", False),
        ('"lumo dawn"', True),
        ('"dawn lumo"', False),
        ("lumo -wallet", True),
        ("lumo -firmware", False),
        ('lumo -"lampe de reveil"', False),
        ("lamps", False),
    ],
)
def test_a_query_finds_what_the_index_would(query: str, *, found: bool) -> None:
    assert matches(query, TEXT) is found


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_query_can_be_answered(query: str, text: str) -> None:
    assert matches(query, text) in (True, False)


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("", True),
        ("story", False),
        ("(story,comment)", True),
        ("comment,author_ada", True),
        ("(story,comment),author_ben", False),
        ("(story,poll)", False),
    ],
)
def test_tags_are_joined_by_and_within_parentheses_by_or(expression: str, *, found: bool) -> None:
    assert tagged(expression, {"comment", "author_ada", "story_1"}) is found


def test_numeric_filters_are_read_in_order() -> None:
    assert clauses("created_at_i>=10,created_at_i<20") == (
        Clause("created_at_i", ">=", 10),
        Clause("created_at_i", "<", 20),
    )
    with pytest.raises(BadSearch, match="created_at_i~3"):
        clauses("points>1,created_at_i~3")


def test_a_filter_does_not_pass_what_lacks_the_number() -> None:
    assert Clause("points", ">", 1).passes({"points": 2})
    assert not Clause("points", ">", 1).passes({"points": None})
    assert not Clause("points", "!=", 1).passes({})


@pytest.mark.parametrize(
    ("none_match", "since", "same"),
    [
        (None, None, False),
        ('W/"v1"', None, True),
        ('"v1"', None, True),
        ('"v0", W/"v1"', None, True),
        ("*", None, True),
        ('"v2"', "Thu, 12 Mar 2026 16:20:05 GMT", False),
        (None, "Thu, 12 Mar 2026 16:20:05 GMT", True),
        (None, "Thu, 12 Mar 2026 16:20:04 GMT", False),
        (None, "yesterday", False),
    ],
)
def test_a_reader_with_the_current_version_is_told_so(
    none_match: str | None, since: str | None, *, same: bool
) -> None:
    assert unchanged('W/"v1"', MODIFIED, none_match, since) is same


def test_a_tag_changes_with_the_body() -> None:
    assert etag(b"one") == etag(b"one") != etag(b"two")
