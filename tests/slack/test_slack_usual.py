"""What is usual, and how much was seen, as a person would say it."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from bot.domain.alerts import SpikeReason
from bot.domain.coverage import Coverage
from bot.domain.detection import Evidence
from bot.i18n import Voice
from bot.slack.blocks.drivers import coverage_words
from bot.slack.blocks.spike import spike_why
from bot.slack.blocks.usual import HOUR, QUARTER, usual_count, usual_words
from tests.builders import NOW

ENGLISH, FRENCH = Voice("en", UTC), Voice("fr", UTC)


@pytest.mark.parametrize(
    ("mean", "window", "english", "french"),
    [
        (40.2, HOUR, "40", "40"),
        (4.23, HOUR, "4.2", "4,2"),
        (0.3, HOUR, "about 7 a day", "environ 7 par jour"),
        (0.1, QUARTER, "about 10 a day", "environ 10 par jour"),
        (0.014, HOUR, "about 1 in 3 days", "environ 1 tous les 3 jours"),
        (0.0, HOUR, "next to none", "presque aucune"),
    ],
)
def test_what_is_usual_is_a_number_that_means_something(
    mean: float, window: timedelta, english: str, french: str
) -> None:
    assert usual_words(mean, window, ENGLISH) == english
    assert usual_words(mean, window, FRENCH) == french


def test_a_part_of_a_volume_is_next_to_none_below_a_half() -> None:
    assert usual_count(0.04, ENGLISH) == "next to none"
    assert usual_count(2.3, FRENCH) == "2"


def a_reason(coverage: Coverage, *, at_least: bool = False) -> SpikeReason:
    evidence = Evidence(
        window_start=NOW - timedelta(hours=1), window_end=NOW, seen=60, expected=0.014, low=0,
        high=1, once_in_days=900, known_days=9, sensitivity=10,
    )  # fmt: skip
    return SpikeReason(
        evidence=evidence, themes=(), authors=9, posts=(), coverage=coverage, at_least=at_least
    )


FOUR = Coverage(answered=4, of=4)
THREE = Coverage(answered=3, of=4, missing=("forum",))
LEFT = Coverage(answered=3, of=4, missing=("forum",), left_out=("forum",))


@pytest.mark.parametrize(
    ("coverage", "at_least", "words"),
    [
        (FOUR, False, "4 of 4 sources answered"),
        (FOUR, True, "⚠️ 4 of 4 sources answered, one not in full: these figures are a minimum"),
        (THREE, True, "⚠️ 3 of 4 sources answered (not forum): these figures are a minimum"),
        (
            LEFT,
            False,
            "⚠️ 3 of 4 sources answered; what is usual is told without forum, silent for long",
        ),
    ],
)
def test_a_spike_says_how_much_of_it_was_seen(
    coverage: Coverage, at_least: bool, words: str
) -> None:
    assert coverage_words(a_reason(coverage, at_least=at_least), ENGLISH) == words


def test_what_was_seen_of_a_spike_is_said_to_be_the_least() -> None:
    assert spike_why(a_reason(THREE, at_least=True), ENGLISH).startswith("At least 60 mentions ")
    assert "usually about 1 in 3 days." in spike_why(a_reason(FOUR), ENGLISH)
    assert "d’ordinaire environ 1 tous les 3 jours." in spike_why(a_reason(FOUR), FRENCH)
