"""What the team teaches: learnt from labels, tried against the rules, read, kept as JSON."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.analysis.grams import rows_of
from bot.domain.analysis.learner import FEWEST, learn
from bot.domain.analysis.learnt import Learnt, read_all, rules_features
from bot.domain.analysis.posts import analyse
from bot.domain.analysis.reading import Reading
from bot.domain.labels import Label
from bot.domain.mention import Sentiment
from bot.errors import TooFewLabels
from tests.builders import a_post

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
THINGS = ("lamp", "bulb", "charger", "remote", "router", "cable", "speaker", "sensor")
BAD = ("the {} flickers again", "day three and no {} yet", "my {} is bricked since the update")
FINE = ("the {} glows all evening", "day one with my {}", "my {} runs since the update")


def some_labels(count: int = 2 * FEWEST) -> list[Label]:
    """Complaints and others, in words that no lexicon knows."""
    return [
        Label(
            mention=str(number),
            text=(BAD if number % 2 else FINE)[number % 3].format(THINGS[number % 8]),
            language="en",
            negative=bool(number % 2),
        )
        for number in range(count)
    ]


def taught(labels: list[Label] | None = None, stream: list[str] | None = None) -> Learnt:
    return learn(labels or some_labels(), stream or [], "en", {}, NOW, 1)


def felt(learnt: Learnt, text: str, rules: float = 0.0) -> Sentiment:
    return read_all(learnt, [text], [Sentiment(score=rules)])[0]


def test_what_the_team_calls_negative_is_read_as_negative() -> None:
    neutral = Sentiment(score=0.0)
    bad, fine = read_all(
        taught(), ["my cable flickers again", "my cable glows all evening"], [neutral, neutral]
    )
    assert bad.score < 0 <= fine.score < 0.05
    assert bad.engine == "learnt"
    assert bad.rules == 0.0
    assert "flickers" in {word.word for word in bad.words if word.weight < 0}


def test_the_same_labels_teach_the_same_in_any_order() -> None:
    labels = some_labels()
    assert taught(labels) == taught(labels[::-1])


def test_what_was_learnt_is_kept_as_json_below_a_megabyte() -> None:
    kept = msgspec.json.encode(taught())
    assert len(kept) < 1_000_000
    assert msgspec.json.decode(kept, type=Learnt) == taught()


def test_it_takes_over_where_it_does_better_than_the_rules() -> None:
    trial = taught().trial
    assert trial.better
    assert trial.learnt.auc > trial.default.auc
    assert (trial.labels, trial.negatives) == (2 * FEWEST, FEWEST)


def test_nothing_is_learnt_of_too_few_labels_of_either_kind() -> None:
    with pytest.raises(TooFewLabels):
        taught(some_labels(2 * FEWEST - 2))


def test_what_is_no_better_than_the_rules_does_not_take_over() -> None:
    told_anyway = [
        replace(label, text=f"{'worst' if label.negative else 'best'} thing {number}")
        for number, label in enumerate(some_labels())
    ]
    trial = taught(told_anyway).trial
    assert trial.default.auc == 1
    assert not trial.better


def test_labels_without_any_pattern_do_not_take_over() -> None:
    coin = np.random.default_rng(7).random(2 * FEWEST + 40) < 0.5
    noise = [
        Label(mention=str(at), text=f"post {at} of the day", language="en", negative=bool(side))
        for at, side in enumerate(coin)
    ]
    assert not taught(noise).trial.better


def test_a_heavier_label_has_its_way() -> None:
    torn = [
        Label(mention=f"{number} {side}", text=text, language="en", negative=side == "bad",
              weight=3.0 if (side == "bad") == (text == "it hums") else 1.0)
        for number in range(FEWEST)
        for text in ("it hums", "it glows")
        for side in ("bad", "fine")
    ]  # fmt: skip
    learnt = taught(torn)
    assert felt(learnt, "it hums").score < felt(learnt, "it glows").score


def test_posts_that_nobody_judged_teach_what_stands_beside_complaints() -> None:
    stream = [
        f"{mood} lamp, {beside} number {number}"
        for number in range(60)
        for mood, beside in (("terrible", "wobbling"), ("wonderful", "gleaming"))
    ]
    labels = [
        replace(label, text=f"{'terrible' if label.negative else 'wonderful'} {number}")
        for number, label in enumerate(some_labels())
    ]
    alone, helped = taught(labels), taught(labels, stream)
    gap = felt(helped, "gleaming").score - felt(helped, "wobbling").score
    assert gap > felt(alone, "gleaming").score - felt(alone, "wobbling").score
    assert taught(labels, stream[::-1]) == helped


def test_a_language_without_rules_is_read_once_it_was_taught() -> None:
    post = a_post(text="la mia lampada non funziona piu da ieri", language="it")
    italian = [replace(label, language="it") for label in some_labels()]
    learnt = learn(italian, [], "it", {}, NOW, 1)
    untaught, read = (
        analyse(post, Reading(languages=("en", "it"), learnt=models)).sentiment
        for models in ({}, {"it": learnt})
    )
    assert untaught is None
    assert read is not None
    assert read.engine == "learnt"


def test_the_rules_tell_the_positive_from_the_neutral() -> None:
    learnt, fine = taught(), "my cable glows all evening"
    assert 0 <= felt(learnt, fine, 0.0).score < 0.05
    assert felt(learnt, fine, 0.9).score > felt(learnt, fine, 0.5).score >= 0.05
    assert felt(learnt, "my cable flickers again", 0.9).score <= -0.05


LEARNT = taught()


@settings(deadline=None)
@given(st.text(max_size=80), st.floats(-1, 0))
def test_a_post_is_read_word_by_word_as_it_was_learnt_by_grams(text: str, rules: float) -> None:
    said = Sentiment(score=rules)
    weights = np.frombuffer(LEARNT.weights, "<f2").astype(np.float64)
    grams = float(rows_of([text]).times(weights)[0])
    told = float(rules_features([text], [said])[0] @ np.array(LEARNT.features))
    chance, point = 1 / (1 + np.exp(-(grams + told + LEARNT.bias))), LEARNT.point
    read = felt(LEARNT, text, rules)
    score = read.score
    assert read.chance == pytest.approx(chance, abs=1e-3)
    if chance > point:
        assert score == pytest.approx(-0.05 - 0.95 * (chance - point) / (1 - point), abs=1e-3)
    else:
        assert score == pytest.approx(0.04 * (1 - chance / point), abs=1e-3)
