from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.folding import Wording, bare, fold, words_of


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Été à la PLAGE", "ete a la plage"),
        ("E\u0301te\u0301", "ete"),
        ("Straße", "strasse"),
        ("cœur", "coeur"),
        ("l’ampoule", "l'ampoule"),
        ("« déçu »", '" decu "'),
        ("ＬＵＭＯ", "lumo"),
        ("İstanbul", "istanbul"),
        ("cof\u00adfee", "coffee"),
        ("ŁÓDŹ", "lodz"),
    ],
)
def test_case_accents_and_typography_do_not_count(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_bare_keeps_the_case() -> None:
    assert bare("Été") == "Ete"


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_words_and_words_with_their_case_stand_at_the_same_places(text: str) -> None:
    wording = Wording(text)
    assert tuple(map(fold, wording.exact_words)) == wording.words


@given(st.text())
def test_a_word_as_written_folds_to_the_word(text: str) -> None:
    wording = Wording(text)
    for position, word in enumerate(wording.words):
        assert word in fold(wording.as_written(position, position + 1))


def test_words_come_back_as_they_were_written() -> None:
    wording = Wording("J’adore l’Été\u0301, vraiment")
    assert wording.as_written(3, 4) == "Été\u0301"
    assert wording.as_written(2, 5) == "l’Été\u0301, vraiment"


def test_elision_possessives_and_tags_are_split_from_the_word() -> None:
    assert words_of("l'Orange, Lumo's #lumo @lumo_app") == (
        "l", "orange", "lumo", "s", "lumo", "lumo_app",
    )  # fmt: skip
