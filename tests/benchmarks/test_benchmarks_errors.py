"""The examples of known errors, and how they are counted."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).parents[2] / "benchmarks" / "errors.py"


@pytest.fixture(scope="module")
def errors() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_errors", FILE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_there_are_as_many_examples_of_each_kind_in_both_languages(errors: ModuleType) -> None:
    examples = errors.read_examples()
    counts = Counter((one.kind, one.language) for one in examples)
    assert set(counts) == {
        (kind, language)
        for kind in ("irony", "question", "misfortune")
        for language in ("en", "fr")
    }
    assert set(counts.values()) == {20}
    assert len({one.text for one in examples}) == len(examples)


def test_irony_is_wrong_where_it_is_missed_and_the_others_where_they_are_called_negative(
    errors: ModuleType,
) -> None:
    examples = [
        errors.Example("irony", "en", "a"),
        errors.Example("irony", "en", "b"),
        errors.Example("question", "en", "c"),
        errors.Example("question", "en", "d"),
    ]
    rows = errors.measured(examples, [0.4, -0.6, -0.05, 0.0])
    assert [(row.kind, row.examples, row.wrong, row.flagged) for row in rows] == [
        ("irony", 2, 1, 1),
        ("question", 2, 1, 0),
    ]


def test_every_example_is_scored(errors: ModuleType) -> None:
    examples = errors.read_examples()
    scores = errors.scored(examples)
    assert len(scores) == len(examples)
    assert all(-1 <= score <= 1 for score in scores)
