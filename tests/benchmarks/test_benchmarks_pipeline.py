"""The benchmark of a post's path runs as its page says, and gives what it promises."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "pipeline.py"


def test_the_benchmark_prints_its_rates_and_the_loop_s_lag_as_json() -> None:
    sizes = ["--posts", "200", "--naive-posts", "20"]
    command = [sys.executable, str(BENCHMARK), "--json", *sizes]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)  # noqa: S603
    printed = json.loads(ran.stdout)
    assert printed["posts_per_s"] > 0
    assert printed["naive_posts_per_s"] > 0
    assert printed["ratio"] == printed["posts_per_s"] / printed["naive_posts_per_s"]
    assert printed["max_loop_lag_ms"] >= 0
    assert printed["mentions"] * 2 == printed["posts"] == 200
    assert printed["keywords"] == 10_000
    assert all(microseconds > 0 for microseconds in printed["stages_us"].values())
