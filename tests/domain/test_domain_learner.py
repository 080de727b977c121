"""What the team teaches: learnt from labels, tried against the rules, read, kept as JSON."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from bot.domain.analysis.learner import FEWEST, learn
from bot.domain.analysis.learnt import Learnt, read_all
from bot.domain.labels import Label
from bot.domain.mention import Sentiment
from bot.errors import TooFewLabels

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


def taught(labels: list[Label] | None = None) -> Learnt:
    return learn(labels or some_labels(), [], "en", {}, NOW, 1)


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
