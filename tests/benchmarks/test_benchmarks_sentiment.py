"""The benchmark of sentiment runs on any labelled file, and says what is wrong with a bad one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "sentiment.py"
PROMISED = ("macro_f1", "neg_f1", "neg_auc", "p_at_5", "posts_per_s")
POSTS = (
    "negative\tThe worst lamp ever, it broke after {n} days",
    "neutral\tThe lamp has {n} settings",
    "positive\tI love this lamp, {n} stars",
)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(BENCHMARK), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=55, check=False)  # noqa: S603


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    file = tmp_path / "gold.tsv"
    lines = [POSTS[number % 3].format(n=number) for number in range(240)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_both_engines_figures_are_printed_as_one_object(gold: Path) -> None:
    printed = json.loads(run("--gold", str(gold), "--lang", "en", "--json").stdout)
    for engine in ("vigie", "vader"):
        assert all(printed[engine][figure] > 0 for figure in PROMISED)
    assert printed["vigie"]["neg_auc"] == 1
    assert printed["posts"] == 240


def test_labels_are_drawn_from_the_first_half_and_the_second_is_scored(gold: Path) -> None:
    asked = ("--gold", str(gold), "--lang", "en", "--labels", "90", "--seeds", "2", "--json")
    printed = json.loads(run(*asked).stdout)
    assert (printed["posts"], printed["labels"], printed["stream"]) == (120, 90, 30)
    assert (printed["seeds"], printed["vigie"]["neg_auc"]) == (2, 1)


def test_a_table_says_that_a_language_is_not_read(gold: Path) -> None:
    printed = run("--gold", str(gold), "--lang", "pt").stdout
    assert "stock VADER" in printed
    assert "reads no pt" in printed


@pytest.mark.parametrize(
    ("content", "arguments", "fault"),
    [
        (b"negative\tbad\nsad\tworse\n", (), "gold.tsv:2"),
        (b"negative bad\n", (), "gold.tsv:1"),
        (b"", (), "holds no post"),
        (b"negative\tb\xffd\n", (), "utf-8"),
        (b"negative\tbad\n" * 10, ("--labels", "6"), "--labels"),
        (b"negative\tbad\n" * 10, ("--labels", "2", "--seeds", "0"), "--seeds"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    tmp_path: Path, content: bytes, arguments: tuple[str, ...], fault: str
) -> None:
    file = tmp_path / "gold.tsv"
    file.write_bytes(content)
    ran = run("--gold", str(file), "--lang", "en", *arguments)
    assert ran.returncode != 0
    assert fault in ran.stderr
    assert "Traceback" not in ran.stderr
