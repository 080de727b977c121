"""A trial in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bot.domain.analysis.learner import FEWEST, learn
from bot.domain.labels import Label
from bot.errors import TrialFailed
from bot.services.trials import Task, tried
from tests.builders import NOW
from tests.services.teaching import BAD, FINE


def a_task(count: int) -> Task:
    """Half of the posts are negative; some speak as only people do."""
    labels = tuple(
        Label(
            mention=f"m{number}",
            text=(BAD if number % 2 else FINE)[number % 3].format(number) + " 🤦 déçu",
            language="en",
            negative=bool(number % 2),
        )
        for number in range(count)
    )
    return Task(
        labels=labels,
        stream=("the parcel came", "no news of the lamp"),
        language="en",
        words={"bricked": -3.0},
        now=NOW,
        version=7,
    )


def test_another_process_learns_what_this_one_would() -> None:
    task = a_task(4 * FEWEST)
    assert tried(task) == learn(
        task.labels, task.stream, task.language, task.words, task.now, task.version
    )


def test_its_fault_is_told_where_it_is_waited_for() -> None:
    with pytest.raises(TrialFailed, match="TooFewLabels"):
        tried(a_task(2))


def test_a_process_that_dies_is_a_fault_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dies = tmp_path / "python"
    dies.write_text("#!/bin/sh\nexit 9\n", encoding="utf-8")
    dies.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(dies))
    with pytest.raises(TrialFailed, match="9"):
        tried(a_task(4 * FEWEST))
