"""The benchmark of the store runs as its page says, and gives what it promises."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "store.py"


def test_the_benchmark_prints_its_rows_as_json() -> None:
    command = [sys.executable, str(BENCHMARK), "--json", "--docs", "200"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)  # noqa: S603
    printed = json.loads(ran.stdout)
    rows = {row["what"]: row for row in printed["rows"]}
    for what in ("get by id", "insert 1, durable (blocking call)", "open"):
        assert rows[what]["docs"] == 200
        assert all(rows[what][name] > 0 for name in ("vigie", "tinydb", "sqlite"))
    assert printed["max_loop_lag_ms"] >= 0
