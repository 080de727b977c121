"""One pass over a text finds the watches that would find it one by one, and no others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.folding import Wording, bare, fold
from bot.domain.matching import Matcher
from bot.domain.query import parse
from bot.domain.watch import Watch
from bot.errors import QueryError

WORDS = ["lumo", "Lumo", "lum", "été", "Decu", "C++", "C#", "c", "Canal+", "AT&T", "œuvre", "日本"]
QUERIES = [
    *WORDS,
    *("#lumo", "@lumo_app", "lum*", "#lum*", "case:Lumo", "case:Lum*", '"lumo app"', "e-mail*"),
    *('"C++ is"', 'case:"Lumo app"', "lumo near/1 app", "(lumo OR canal+) near/2 refund*"),
    *("lumo -app", "lumo NOT (app OR refund)", "lumo app", "NOT NOT lumo", "app OR lumo refund"),
]


def a_watch(query: str, name: str = "") -> Watch:
    return Watch(
        name=name or query,
        query=parse(query),
        sources=("forum",),
        negative_channel="#care",
        spike_channel="#care",
    )


def one_by_one(watches: list[Watch], text: str) -> list[str]:
    return [watch.name for watch in watches if watch.query.matches(text)]


def at_once(watches: list[Watch], text: str) -> list[str]:
    return [watch.name for watch in Matcher(watches).matching(Wording(text))]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("My LUMO lamp", ["lumo", "lum*", "-lamp OR lumo"]),
        ("illumost", []),
        ("lumo_app", ["lum*"]),
        ("see #lumo!", ["lumo", "lum*", "#lumo", "-lamp OR lumo"]),
        ("I write C++", ["C++", "c"]),
        ("un été déçu", ["decu"]),
        ("", []),
    ],
)
def test_words_are_met_on_their_boundaries(text: str, names: list[str]) -> None:
    queries = ["lumo", "lum*", "#lumo", "C++", "c", "decu"]
    watches = [*map(a_watch, queries), a_watch("NOT (lamp NOT lumo) lumo", "-lamp OR lumo")]
    assert at_once(watches, text) == names


def test_without_watches_nothing_is_found() -> None:
    assert at_once([], "lumo") == []


def test_half_a_surrogate_pair_hides_nothing() -> None:
    assert at_once([a_watch("lumo")], "\ud83d lumo \ud83d") == ["lumo"]


def test_ten_thousand_watches_are_told_apart() -> None:
    watches = [a_watch(f"brand{number}") for number in range(10_000)]
    assert at_once(watches, "brand77, brand777 and brand99999") == ["brand77", "brand777"]


GLUE = [" ", " ", " ", "", ".", "'", "-", "_", "+", "#", "@", "\u0301", "\u200d", "\n", "ﬁ", "ŉ"]
texts = st.lists(
    st.sampled_from([*WORDS, "LUMO", "lumo app", "refunds", "is", "app", "at", "t", "e", "mails"])
    | st.sampled_from(GLUE)
    | st.text(max_size=3),
    max_size=14,
).map("".join)


@st.composite
def queries(draw: st.DrawFn) -> str:
    parts = draw(st.lists(st.sampled_from(QUERIES), min_size=1, max_size=4))
    return "".join(
        part if number == 0 else draw(st.sampled_from([" ", " OR ", " -", " near/2 "])) + part
        for number, part in enumerate(parts)
    )


@settings(deadline=None, max_examples=300)
@given(st.lists(queries(), min_size=1, max_size=6), texts)
def test_any_watches_and_any_text_agree_with_asking_each(asked: list[str], text: str) -> None:
    watches = []
    for number, query in enumerate(asked):
        try:
            watches.append(a_watch(query, f"{number} {query}"))
        except QueryError:
            continue
    assert at_once(watches, text) == one_by_one(watches, text)


def test_folding_keeps_what_is_a_word_and_what_is_none() -> None:
    # Else a word with its case kept could stand where no folded word stands.
    def words(text: str) -> list[bool]:
        return [char.isalnum() or char == "_" for char in text]

    characters = map(chr, (*range(0xD800), *range(0xE000, 0x20000)))
    torn = [char for char in characters if {*words(bare(char))} != {*words(fold(char))}]
    assert torn == []
