"""docs/security.md names files and tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`((?:bot|handlers|tests|benchmarks)/[\w/.]+)`")


def test_whatever_the_page_names_is_there() -> None:
    named = NAMED.findall((ROOT / "docs/security.md").read_text(encoding="utf-8"))
    assert len(named) > 25
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_attack_that_is_tried_stands_on_the_page() -> None:
    page = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    tried = [path.name for path in Path(__file__).parent.glob("test_*.py")]
    assert [name for name in tried if name not in page and name != Path(__file__).name] == []
