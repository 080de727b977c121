"""A trial in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

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


def test_it_ends_when_nobody_waits_for_it_any_more() -> None:
    written = msgspec.msgpack.encode(replace(a_task(400), stream=tuple(map(str, range(5_000)))))
    with subprocess.Popen(
        [sys.executable, "-m", "bot.services.trials"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(len(written).to_bytes(8) + written)
        process.stdin.close()
        assert process.stdout.read() == b""
    assert process.returncode == 1
