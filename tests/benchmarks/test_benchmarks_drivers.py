"""The benchmark of drivers runs as its page says, and the right one is told first."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "drivers.py"


def test_the_planted_driver_is_told_first_in_most_spikes() -> None:
    command = [sys.executable, str(BENCHMARK), "--json", "--runs", "5"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=100, check=True)  # noqa: S603
    printed = json.loads(ran.stdout)
    assert printed["runs"] == dict.fromkeys(("theme", "link", "author", "copies"), 5)
    assert sum(printed["first"].values()) >= 19
