"""Posts that say what another said, and posts that only sound like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.copies import BANDS, Told, is_copy, near, sketches, told
from tests.builders import a_post

TOLD = (
    "My Lumo lamp died after two days, the shop in Lyon would not take it back, and nobody at "
    "Lumo has answered my letters since the beginning of March."
)

ESSAY = " ".join(f"The {n}th lamp of my collection is number {n * 7}, from {n}." for n in range(15))


def words(text: str, title: str = "") -> Told:
    return told(a_post(text=text, title=title))


@pytest.mark.parametrize(
    "copy",
    [
        TOLD,
        TOLD.upper().replace(",", " –"),
        f"RT @ada@lumen.example: {TOLD}",
        f"{TOLD} https://elsewhere.example/a?utm_source=x",
        f"Same here, and I am not the only one! {TOLD}",
        f"“{TOLD}” Incroyable…",
        TOLD[:80] + "…",
        TOLD.replace("nobody", "noboby"),
        TOLD.replace("two days", "three days"),
    ],
)
def test_what_says_the_same_is_a_copy(copy: str) -> None:
    assert is_copy(words(copy), words(TOLD))
    assert is_copy(words(TOLD), words(copy))


@pytest.mark.parametrize(
    "other",
    [
        "",
        "My Lumo lamp died.",
        "My Lumo lamp works well after two years, the shop in Lyon is nice and Lumo answers.",
        f"{ESSAY} “{TOLD}”",
    ],
)
def test_what_only_sounds_like_it_is_none(other: str) -> None:
    assert not is_copy(words(other), words(TOLD))
    assert not is_copy(words(TOLD), words(other))


def test_complaints_of_one_pattern_are_each_their_own() -> None:
    one = "@Lumo my order 4711 is late since Monday, please help me in Lyon."
    other = "@Lumo my order 815 is late since Friday, please help us in Ghent."
    assert not is_copy(words(one), words(other))


def test_short_posts_are_copies_only_where_they_are_equal() -> None:
    assert is_copy(words("My Lumo lamp died!"), words("my lumo LAMP died https://a.example/1"))
    assert not is_copy(words("My Lumo lamp died"), words("My Lumo lamp died again"))


def test_posts_that_say_nothing_are_no_copies_of_each_other() -> None:
    assert not is_copy(words("@lumo https://a.example"), words("😡"))


def test_an_article_under_another_headline_is_a_copy() -> None:
    assert is_copy(words(TOLD, title="A lamp that dies"), words(TOLD, title="Lamps, again"))


def test_answers_to_one_topic_share_its_headline_and_are_each_their_own() -> None:
    topic = "Re: All alarms of my Lumo were gone after the update of this night, what now?"
    assert not is_copy(words("Mine too.", topic), words("Not here, all is well.", topic))
    assert not is_copy(words("Mine too.", topic), words("", topic))
    assert is_copy(words("Mine too.", topic), words("mine too", topic))


def test_headlines_alone_are_compared_as_texts_are() -> None:
    line = "Lumo takes back all lamps that were sold in March after fires in Lyon"
    assert is_copy(words("", line), words("", f"{line} - The Lyon Post"))
    assert not is_copy(words("Read on.", line), words("Read on.", "Lumo opens a shop in Ghent"))


def test_copies_are_found_among_others_and_among_those_that_came_with_them() -> None:
    known = sketches([words(ESSAY), words(TOLD)])
    copy, other = f"Same here! {TOLD}", "The lamps of Lumo are out of stock in all of Ghent again."
    assert near(known, sketches([words(copy)]), 3) == [[1]]
    assert near(known, sketches([words(other), words(copy), words(other)]), 3) == [[], [1], [2]]
    assert near(known[:0], sketches([]), 3) == []


def test_a_sketch_is_the_same_for_ever() -> None:
    """It is kept: should this fail after an update, `SCHEME` must have changed as well."""
    rows = sketches([words("My Lumo lamp died after two days.")])
    assert rows.shape == (1, BANDS)
    assert rows[0][:3].tolist() == [3868578308, 2328447967, 3830681673]


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_can_be_compared_and_it_goes_both_ways(one: str, other: str) -> None:
    left, right = words(one), words(other)
    assert is_copy(left, right) == is_copy(right, left)
    assert is_copy(left, left) == bool(left.words)
    assert len(sketches([left, right])) == 2
