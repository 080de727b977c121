"""The benchmark of copies runs as its page says, and the thresholds in use are good ones."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "duplicates.py"


def test_nearly_all_copies_are_found_and_hardly_anything_else() -> None:
    command = [sys.executable, str(BENCHMARK), "--json", "--rounds", "40", "--seed", "1"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=100, check=True)  # noqa: S603
    printed = json.loads(ran.stdout)
    assert printed["precision"] >= 0.98
    assert printed["recall"] >= 0.95
    assert printed["met"] >= 0.98
    assert len(printed["rows"]) == 45
