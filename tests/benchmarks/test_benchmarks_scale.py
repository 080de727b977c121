"""The benchmark of the scale store runs as its page says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "scale.py"


def test_the_benchmark_prints_its_rows_as_json(postgres_server: str) -> None:
    ran = subprocess.run(  # noqa: S603  (this very program)
        [sys.executable, str(BENCHMARK), "--json", "--docs", "2000"],
        env=os.environ | {"VIGIE_TEST_POSTGRES": postgres_server},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    printed = json.loads(ran.stdout)
    rows = {row["what"]: row for row in printed["rows"]}
    assert printed["docs"] == 2000
    assert rows["insert, 1,000 a commit"]["unit"] == "mentions/s"
    assert all(row["value"] > 0 for row in rows.values())
