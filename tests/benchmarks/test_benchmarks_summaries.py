"""The benchmark of summaries runs as its page says."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.summaries import frequent_words, scored, summed_up
from benchmarks.summaries_planted import SIZES, planted


def test_a_planted_day_has_its_themes_in_their_sizes() -> None:
    day = planted("mixed", 400, 1)
    of = Counter(day.truth[mention.id] for mention in day.mentions)
    assert [of[theme] / 400 for theme in day.themes] == pytest.approx(SIZES, abs=0.01)
    assert {mention.analysis.language for mention in day.mentions} == {"en", "fr"}


@pytest.mark.parametrize("tongue", ["en", "fr"])
def test_more_themes_are_found_than_by_frequent_words(tongue: str) -> None:
    day = planted("en" if tongue == "en" else "fr", 400, 2)
    ours, theirs = scored(day, summed_up(day)), scored(day, frequent_words(day))
    assert ours.recall > theirs.recall
    assert ours.small > theirs.small
    assert ours.purity > 0.85
