"""The dearest queries that can be written, over the dearest posts that are kept: time that grows
with their length, and no more."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from bot.domain.query import parse
from bot.domain.query_parser import MAX_LENGTH
from bot.errors import QueryError
from bot.sources.text import MAX_LENGTH as LONGEST_POST

MOST_SECONDS = 2.0
"""Of a core that others use as well; by itself the dearest takes a quarter of a second."""

LENGTH = LONGEST_POST // 4
"""Characters of the posts here: whole ones take four times as long."""

DEAREST = {
    "near many": ("a near/100 b ", "a " * 9990 + "b"),
    "near groups": ("(a OR c OR d) near/1 b ", "a c d " * 3300 + "x x b"),
    "phrases": ('"a a a a a b" ', "a " * 10_000),
    "phrases that are not": ('-"a a a a a a b" ', "a " * 10_000),
    "capitals": ("case:Aa ", "Aa " * 6600),
    "links": ("link:a.b ", "https://a.b/" + "a.b/" * 4900),
    "beginnings": ("aaa* OR aaab* ", "aaab " * 4000),
    "one word": ("a" * 40 + " ", "a" * 20_000),
    "marks": ("e\u0301\u0301\u0301 ", "e" + "\u0301" * 19_000),
}


@pytest.mark.parametrize("kind", DEAREST)
def test_no_query_is_dear_over_any_post(kind: str) -> None:
    part, text = DEAREST[kind]
    written = (part * (MAX_LENGTH // len(part)) + "a").replace("* a", "*").strip()[:MAX_LENGTH]
    began = time.process_time()
    try:
        query = parse(written)
    except QueryError:
        query = parse(part)
    query.matches(text[-LENGTH:])
    query.found(text[-LENGTH:])
    query.anchors()
    assert time.process_time() - began < MOST_SECONDS


@pytest.mark.parametrize(
    "written",
    [
        "(" * 1000,
        "NOT " * 400 + "a",
        "-" * 1999,
        '"' * 1999,
        "title:" * 300,
        "case:" * 399,
        "a near/" * 250,
        "a OR " * 399,
        "near/100 " * 200,
        "(a OR " * 300 + ")" * 199,
        "x" * (MAX_LENGTH + 1),
        "\x00\ud83d\u202e" * 100,
    ],
)
def test_no_query_is_dear_to_read_or_to_refuse(written: str) -> None:
    began = time.process_time()
    with suppress(QueryError):
        parse(written)
    assert time.process_time() - began < 1
