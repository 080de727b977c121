"""Themes by lists: named in one way whatever the words and the language, before all other words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.analysis.listed import Listed, Lists, edited, listed_by_language, shipped_lists
from bot.domain.analysis.posts import analyse, analyse_again
from bot.domain.analysis.reading import Reading
from bot.domain.analysis.themes import MOST, about
from bot.domain.folding import fold
from tests.builders import a_post

LISTS: Lists = {
    "en": {"delivery": ("parcel", "out for delivery"), "support": ("hung up", "e-mail")},
    "fr": {"delivery": ("colis", "livré"), "updates": ("mise à jour",)},
}
BY_LANGUAGE = listed_by_language(LISTS)


@pytest.mark.parametrize(
    ("text", "language", "named"),
    [
        ("My PARCEL never came", "en", ("delivery",)),
        ("Two parcels are lost", "en", ("delivery",)),
        ("Parcelled out again", "en", ()),
        ("It is out for delivery", "en", ("delivery",)),
        ("Out for a walk, then delivery", "en", ()),
        ("They hung up! I sent an e-mail about the parcel", "en", ("support", "delivery")),
        ("Colis pas encore livre", "fr", ("delivery",)),
        ("La mise à jour a tout cassé", "fr", ("updates",)),
        ("Les mises à jour cassent tout", "fr", ()),
        ("Mon colis", "en", ()),
        ("parcel, colis", "unknown", ("delivery",)),
    ],
)
def test_a_list_names_what_its_words_speak_of(
    text: str, language: str, named: tuple[str, ...]
) -> None:
    assert about(text, (), BY_LANGUAGE[language]).listed == named


def test_what_a_list_names_comes_first_and_other_words_follow() -> None:
    found = about("The lamp flickers and the parcel was torn", ("lamp",), BY_LANGUAGE["en"])
    assert found.themes == ("delivery", "flickers", "parcel", "torn")


def test_what_is_spoken_of_most_is_named_first() -> None:
    found = about("They hung up. My parcel, my parcel, where is my parcel?", (), BY_LANGUAGE["en"])
    assert found.listed == ("delivery", "support")


def test_both_languages_say_one_theme() -> None:
    reading = Reading(themes=BY_LANGUAGE)
    texts = ("My parcel never came and nobody answers", "Mon colis n'est jamais venu, personne")
    posts = (a_post(title="", text=text, language=None) for text in texts)
    english, french = (analyse(post, reading) for post in posts)
    assert (english.language, french.language) == ("en", "fr")
    assert english.listed == french.listed == english.themes[:1] == ("delivery",)


def test_another_watch_finds_the_same_named_themes() -> None:
    post = a_post(title="", text="The lamp came in a torn parcel", language="en")
    first = analyse(post, Reading(themes=BY_LANGUAGE), ("lamp",))
    again = analyse_again(first, post, ("torn",))
    assert again.themes == ("delivery", "lamp", "parcel")
    assert again.listed == ("delivery",)


def test_an_own_list_takes_the_place_of_the_shipped_one_and_an_empty_one_removes_it() -> None:
    own: Lists = {"en": {"delivery": ("drone",), "support": ()}, "de": {"delivery": ("Paket",)}}
    found = edited(LISTS, own)
    assert found["en"] == {"delivery": ("drone",)}
    assert found["fr"] == LISTS["fr"]
    assert found["de"] == {"delivery": ("Paket",)}


def test_the_shipped_lists_have_the_same_names_and_words_that_can_be_met() -> None:
    lists = shipped_lists()
    assert set(lists["en"]) == set(lists["fr"])
    for language, themes in lists.items():
        for theme, words in themes.items():
            assert len(set(map(fold, words))) == len(words), theme
            listed = listed_by_language(lists)[language]
            missed = [phrase for phrase in words if theme not in about(phrase, (), listed).listed]
            assert missed == []


@pytest.mark.parametrize(
    ("text", "language", "theme"),
    [
        ("Still no refund after three weeks", "en", "returns"),
        ("I was charged twice for the lamp", "en", "billing"),
        ("The charger melted and started to smoke", "en", "safety"),
        ("Customer service hung up on me", "en", "support"),
        ("Toujours pas de remboursement", "fr", "returns"),
        ("Le SAV ne répond pas", "fr", "support"),
        ("L’appli plante depuis hier", "fr", "app"),
        ("La lampe a brûlé ma table", "fr", "safety"),
    ],
)
def test_common_complaints_are_named(text: str, language: str, theme: str) -> None:
    assert theme in about(text, (), listed_by_language(shipped_lists())[language]).listed


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=12), max_size=5))
def test_any_words_are_met_in_themselves_and_themes_stay_few(text: str, words: list[str]) -> None:
    listed = Listed([("theme", words)])
    found = about(text, (), listed)
    assert len(found.themes) <= MOST
    assert set(found.listed) <= {"theme"}
    assert set(found.listed) <= set(found.themes)
