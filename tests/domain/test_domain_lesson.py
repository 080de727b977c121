"""When a language is learnt anew, who reads it then, and what each label weighs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.analysis.learnt import Learnt, Trial
from bot.domain.analysis.marks import Marks
from bot.domain.lesson import (
    LIGHTEST,
    Lesson,
    Progress,
    after_trial,
    begun_anew,
    is_due,
    turn,
    weights,
)

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
HUNDRED = {str(n): bool(n % 2) for n in range(100)}


def learnt(auc: float, *, rules: float = 0.79, better: bool = False, version: int = 1) -> Learnt:
    trial = Trial(
        labels=100,
        negatives=50,
        folds=5,
        default=Marks(auc=rules, f1=0.6),
        learnt=Marks(auc=auc, f1=0.7),
        better=better,
    )
    return Learnt(
        language="en", version=version, made=NOW, trial=trial, weights=b"", features=(), bias=0.0
    )


def tried(model: Learnt, lesson: Lesson | None = None) -> Lesson:
    return after_trial(lesson or Lesson(language="en"), HUNDRED, model, NOW)


@pytest.mark.parametrize(("more", "due"), [(0, False), (19, False), (20, True)])
def test_a_fifth_more_is_learnt_anew(more: int, due: bool) -> None:
    grown = {**HUNDRED, **{f"new {n}": True for n in range(more)}}
    assert is_due(tried(learnt(0.8)), grown, gone=False) == due


@pytest.mark.parametrize(("more", "due"), [(24, False), (25, True)])
def test_of_many_twenty_five_more_are_learnt_anew(more: int, due: bool) -> None:
    many = {str(n): True for n in range(1000)}
    lesson = after_trial(Lesson(language="en"), many, learnt(0.8), NOW)
    grown = {**many, **{f"new {n}": True for n in range(more)}}
    assert is_due(lesson, grown, gone=False) == due


def test_a_changed_word_is_news_and_one_that_is_gone_is_urgent() -> None:
    lesson = tried(learnt(0.8))
    changed = {id: not negative if int(id) < 20 else negative for id, negative in HUNDRED.items()}
    assert is_due(lesson, changed, gone=False)
    assert is_due(lesson, HUNDRED, gone=True)
    assert not is_due(Lesson(language="en"), {}, gone=False)


def test_what_is_better_takes_over_and_what_is_not_is_only_tried() -> None:
    better, worse = tried(learnt(0.86, better=True)), tried(learnt(0.78))
    assert (better.model, better.taught, better.number) == (1, 100, 1)
    assert (worse.model, worse.taught, worse.number) == (0, 0, 1)
    assert worse.trial is not None
    assert turn(Lesson(language="en"), better) == "taken_over"
    assert turn(Lesson(language="en"), worse) is None


@pytest.mark.parametrize(("auc", "stays"), [(0.80, True), (0.79, True), (0.78, False)])
def test_what_reads_goes_on_as_long_as_it_is_no_worse(auc: float, stays: bool) -> None:
    reads = tried(learnt(0.86, better=True))
    again = tried(learnt(auc, version=2), reads)
    assert again.model == (2 if stays else 0)
    assert turn(reads, again) == (None if stays else "given_back")


def test_where_too_few_are_left_nothing_of_it_stays() -> None:
    reads = tried(learnt(0.86, better=True))
    left = after_trial(reads, {"1": True}, None, NOW)
    assert (left.model, left.trial, left.labels) == (0, None, {})
    assert turn(reads, left) == "given_back"


def test_a_language_begun_anew_remembers_only_since_when() -> None:
    anew = begun_anew(tried(learnt(0.86, better=True, version=7)), NOW)
    assert anew == Lesson(language="en", number=7, since=NOW)


def test_it_is_told_how_many_of_which_kind_are_missing() -> None:
    some = Progress(lesson=Lesson(language="en"), labels=30, negatives=25, fewest=20)
    assert some.missing == (0, 15)


def test_each_part_of_the_stream_counts_as_large_as_it_is() -> None:
    """Two flagged labels stand for a tenth of the stream, one other for the rest."""
    flagged, again, other = weights([True, True, False], 0.1)
    assert flagged == again
    assert other / flagged == pytest.approx(0.9 / 0.05)


def test_what_only_one_part_was_asked_about_counts_alike() -> None:
    assert weights([True] * 3, 0.1) == [1.0] * 3
    assert weights([False], 0.0) == [1.0]


@given(st.lists(st.booleans(), min_size=1, max_size=300), st.floats(0, 1))
def test_labels_weigh_one_on_average_and_none_twenty_times_another(
    flagged: list[bool], share: float
) -> None:
    found = weights(flagged, share)
    assert sum(found) / len(found) == pytest.approx(1)
    assert min(found) > 0
    assert min(found) / max(found) >= LIGHTEST - 1e-9
