"""The team's own words as they are written in the file."""

from __future__ import annotations

from unicodedata import normalize

import pytest

from bot.config import loads
from bot.config.words import READ
from bot.domain.analysis import sentiment
from bot.errors import ConfigError

GROUND = """
[[sources]]
name = "news"
kind = "hackernews"
[[watches]]
name = "Lumo"
query = "lumo"
channel = "#brand"
"""


def faults_of(text: str) -> dict[str, str]:
    with pytest.raises(ConfigError) as refused:
        loads(GROUND + text)
    return {fault.place: fault.message for fault in refused.value.faults}


def test_words_and_phrases_are_read_by_language_in_lower_case() -> None:
    config = loads(
        GROUND
        + """
        [words.en]
        United = 0
        "won’t  Charge" = -2.5
        "{n} {time} of downtime" = -3
        "🔋" = -1
        [words.fr]
        "grésille" = -2
        """
    )
    assert config.words == {
        "en": {"united": 0, "won't charge": -2.5, "{n} {time} of downtime": -3, "🔋": -1},
        "fr": {"grésille": -2},
    }


def test_a_file_without_any_has_none() -> None:
    assert loads(GROUND).words == {}


def test_each_fault_is_told_with_its_place() -> None:
    faults = faults_of(
        """
        [words.en]
        sick = 5
        odd = nan
        loud = "very"
        "…" = 1
        "{count} late" = -1
        "{not} {not} {not}" = -1
        [words.fr]
        "{n} jours" = -1
        [words.de]
        kaputt = -2
        """
    )
    assert {place.removeprefix("words.") for place in faults} == {
        *("en.sick", "en.odd", "en.loud", "en.{count} late", "en.{not} {not} {not}"),
        *("en.…", "fr.{n} jours", "de"),
    }
    assert "-4 (worst) to 4" in faults["words.en.sick"]
    assert "{n}, {time}, {not}" in faults["words.en.{count} late"]
    assert "“de” is not a language whose feelings are read" in faults["words.de"]


def test_words_that_are_no_table_are_a_fault() -> None:
    assert faults_of("[words]\nen = 1\n").keys() == {"words.en"}


def test_the_languages_are_those_that_have_rules() -> None:
    assert READ == sentiment.READ


def test_a_phrase_with_too_many_spellings_is_a_fault_before_it_is_looked_for() -> None:
    left_out = " ".join(f"({letter})" for letter in "abcdefghijklmno")
    faults = faults_of(f"[words.en]\n'{left_out}' = -1\n'{{not}} {{not}} a/b c/d' = -1\n")
    assert len(faults) == 2
    assert all("too many spellings" in fault for fault in faults.values())


def test_so_are_too_many_spellings_in_all() -> None:
    phrases = "\n".join(f'"{{n}} {{time}} off{number}" = -1' for number in range(60))
    [fault] = faults_of(f"[words.en]\n{phrases}\n").values()
    assert "in all" in fault


def test_an_accent_may_be_written_in_two_ways() -> None:
    two_signs = normalize("NFD", "grésille")
    assert loads(f'{GROUND}[words.fr]\n"{two_signs}" = -2\n').words == {"fr": {"grésille": -2}}
