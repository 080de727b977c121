"""Each remedy stands where it is said to stand, and is noticed by a test that there is; whether
that test fails without it, `python benchmarks/remedies.py` shows."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.remedies import LIST, Remedy, remedies, tried

ROOT = Path(__file__).parents[2]
FOUND = remedies(LIST.read_text(encoding="utf-8"))
ROW = re.compile(r"^\| (\d+) \|(.+)\|$", re.MULTILINE)


def names_in(file: Path) -> Iterator[str]:
    """The tests of a file, as pytest names them."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.ClassDef):
            yield from (
                f"{node.name}::{inner.name}"
                for inner in node.body
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
            )


@pytest.mark.parametrize("remedy", FOUND, ids=lambda remedy: f"{remedy.of} {remedy.file}")
def test_a_remedy_stands_there_once_and_what_is_left_without_it_can_be_run(remedy: Remedy) -> None:
    whole = (ROOT / remedy.file).read_text(encoding="utf-8")
    without = remedy.taken_out(whole)
    assert without != whole
    ast.parse(without)


def test_every_test_that_is_named_is_there() -> None:
    named: defaultdict[str, set[str]] = defaultdict(set)
    for remedy in FOUND:
        for test in remedy.tests:
            file, _, name = test.partition("::")
            named[file].add(name)
    missing = [
        f"{file}::{name}"
        for file, names in named.items()
        for name in sorted(names - set(names_in(ROOT / file)))
    ]
    assert missing == []


def test_the_page_names_every_remedy_in_its_row_and_no_row_is_without_one() -> None:
    page = (ROOT / "docs" / "traps.md").read_text(encoding="utf-8")
    traps, promises = page.split("## Promises")
    rows = {
        f"{kind} {number}": row
        for kind, part in (("trap", traps), ("promise", promises))
        for number, row in ROW.findall(part)
    }
    assert set(rows) == {remedy.of for remedy in FOUND}
    for remedy in FOUND:
        assert f"`{remedy.file}`" in rows[remedy.of], remedy
        for test in remedy.tests:
            assert f"`{test.rpartition('::')[2]}`" in rows[remedy.of], remedy


def test_a_remedy_that_nobody_misses_is_told(tmp_path: Path) -> None:
    (tmp_path / "guard.py").write_text("LIMIT = 3\nUNUSED = 1\n")
    (tmp_path / "test_guard.py").write_text(
        "from guard import LIMIT\n\n\ndef test_it() -> None:\n    assert LIMIT == 3\n"
    )
    found = [
        Remedy(of="trap 1", file="guard.py", has=has, without=without, tests=("test_guard.py",))
        for has, without in (("LIMIT = 3", "LIMIT = 9"), ("UNUSED = 1\n", ""), ("GONE", ""))
    ]
    missed, not_missed, gone = tried(found, tmp_path)
    assert (missed.noticed, not_missed.noticed, gone.noticed) == (True, False, False)
    assert "has it 0 times" in gone.words
    assert (tmp_path / "guard.py").read_text() == "LIMIT = 3\nUNUSED = 1\n"


def test_what_stands_there_twice_is_told() -> None:
    remedy = Remedy(of="trap 1", file="a.py", has="x", without="", tests=("t.py",))
    with pytest.raises(ValueError, match="has it 2 times"):
        remedy.taken_out("x x")
