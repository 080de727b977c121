"""Which phrases of the playbook fit a post, and how their gaps are filled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.phrases import Phrase, filled, fitting, unknown_gaps, with_phrase

SORRY = Phrase(name="Sorry", language="en", text="Hello {author}, we are sorry. {me}")
REFUND = Phrase(
    name="Refund", language="en", text="We refund you.", about=("refund", "money back", "broken")
)
PARCEL = Phrase(name="Parcel", language="en", text="It is on its way.", about=("parcel",))
DESOLE = Phrase(name="Désolé", language="fr", text="Bonjour {author}, nous sommes désolés.")
COLIS = Phrase(name="Colis", language="fr", text="Il arrive.", about=("colis perdu",))
ALL = (SORRY, PARCEL, REFUND, DESOLE, COLIS)


def names(language: str, text: str, phrases: tuple[Phrase, ...] = ALL) -> list[str]:
    return [phrase.name for phrase in fitting(phrases, language, text).phrases]


def test_phrases_about_most_of_a_post_come_first_and_those_for_all_last() -> None:
    post = "My parcel came BROKEN, I want my money back"
    assert names("en", post) == ["Refund", "Parcel", "Sorry"]


def test_a_phrase_about_something_else_is_not_offered() -> None:
    assert names("en", "a parcelled moneyback") == ["Sorry"]
    assert names("fr", "mon colis est perdu") == ["Désolé"], "words stand in a row"
    assert names("fr", "Mon COLIS perdu !") == ["Colis", "Désolé"]


def test_other_languages_are_offered_only_where_the_posts_own_has_none() -> None:
    german = fitting(ALL, "de", "colis perdu, refund")
    assert not german.is_its_language
    assert [phrase.name for phrase in german.phrases] == ["Refund", "Colis", "Sorry", "Désolé"]
    assert fitting(ALL, "fr", "refund").is_its_language


def test_where_nothing_fits_nothing_is_said_of_languages() -> None:
    assert fitting((PARCEL,), "en", "hello") == ((), True)


def test_gaps_are_filled_once_and_what_fills_them_is_no_gap() -> None:
    assert filled(SORRY.text, author="{me}", me="Camille") == "Hello {me}, we are sorry. Camille"


def test_an_author_who_is_not_known_leaves_no_hole() -> None:
    assert filled(DESOLE.text, author="", me="Camille") == "Bonjour, nous sommes désolés."
    assert filled("{author} ! Merci", author="", me="") == "! Merci"


@pytest.mark.parametrize(
    ("text", "open"),
    [
        ("Hello {author}, {me}", ()),
        ("{autor} {me} {} {autor}", ("{autor}", "{}")),
        ("a { b } {x.y}", ()),
    ],
)
def test_gaps_that_nobody_can_fill_are_found(text: str, open: tuple[str, ...]) -> None:
    assert unknown_gaps(text) == open


@given(st.text(), st.text(alphabet=st.characters(exclude_characters="{}"), min_size=1))
def test_no_gap_is_left_where_none_was_unknown(text: str, someone: str) -> None:
    if not unknown_gaps(text):
        assert "{author}" not in filled(text, author=someone, me=someone)
        assert "{me}" not in filled(text, author=someone, me=someone)


@given(st.lists(st.sampled_from(ALL)), st.sampled_from(["en", "fr", "de", "unknown"]), st.text())
def test_what_is_offered_is_some_of_what_there_is(
    phrases: list[Phrase], language: str, text: str
) -> None:
    offer = fitting(phrases, language, text)
    assert all(offer.phrases.count(phrase) <= phrases.count(phrase) for phrase in ALL)
    spoken = {phrase.language for phrase in offer.phrases}
    assert spoken <= {language} if offer.is_its_language else language not in spoken


def test_a_phrase_takes_the_place_of_another_and_follows_on_ones_own_words() -> None:
    offered = ("We are sorry.", "It is on its way.")
    assert with_phrase("", "We are sorry.", offered) == "We are sorry."
    assert with_phrase("We are sorry.\n", "It is on its way.", offered) == "It is on its way."
    assert with_phrase("Dear Ada", "We are sorry.", offered) == "Dear Ada\n\nWe are sorry."
