"""The benchmark of the store runs as its page says, and gives what it promises."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "store.py"


def test_the_benchmark_prints_its_rows_and_ratios_as_json() -> None:
    command = [sys.executable, str(BENCHMARK), "--json", "--docs", "20"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)  # noqa: S603
    printed = json.loads(ran.stdout)
    assert [row["docs"] for row in printed["rows"]] == [20, 20, 20]
    assert all(row["vigie"] > 0 and row["tinydb"] > 0 for row in printed["rows"])
    assert all(row["ratio"] == row["tinydb"] / row["vigie"] for row in printed["rows"])
    assert printed["max_loop_lag_ms"] >= 0
