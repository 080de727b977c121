"""The benchmark of demands runs as its page says."""

from __future__ import annotations

from benchmarks.demands import grouping, hearing, planted
from benchmarks.demands_planted import BUGS, ENGLISH, FRENCH, UNSEEN

EVERY = planted()
BY = ("Vigie", "same theme")


def test_each_demand_is_planted_in_as_many_words_of_both_languages() -> None:
    assert ENGLISH.keys() == FRENCH.keys()
    assert len(ENGLISH) >= 12
    assert ENGLISH.keys() >= UNSEEN | BUGS
    assert {len(texts) for texts in (*ENGLISH.values(), *FRENCH.values())} == {8}
    texts = [one.text for one in EVERY]
    assert len(set(texts)) == len(texts)


def test_half_of_the_wordings_and_some_demands_are_kept_aside() -> None:
    aside = [one for one in EVERY if one.what and one.kept_aside]
    seen = len(ENGLISH) - len(UNSEEN)
    assert len(aside) == 8 * seen + 16 * len(UNSEEN)


def test_demands_are_heard_and_grouped_better_than_by_their_theme() -> None:
    part = [one for one in EVERY if one.kept_aside][::2]
    found = hearing("kept aside", part)
    assert found.recall > 0.9
    assert found.precision > 0.95
    assert found.naive_recall < found.recall
    ours, theirs = (grouping(by, 0, [one for one in part if one.what]) for by in BY)
    assert ours.purity > 0.95
    assert ours.completeness > theirs.completeness + 0.2
