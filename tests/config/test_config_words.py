"""The team's own words as they are written in the file."""

from __future__ import annotations

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
