"""Many watches, many posts and many questions at once, on a small scale: what
`python benchmarks/load.py` measures with 10,000 watches and a million mentions.

The bounds are wide, as the machine may be busy with others: what is wrong here is wrong by much.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.load import loaded
from benchmarks.load_plan import Plan

SMALL = Plan(watches=100, mentions=2_000, posts=20, commands=10, seconds=6, warm=2, every=6)


@pytest.mark.timeout(120)
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
async def test_under_load_nothing_is_lost_and_nobody_waits_for_an_acknowledgement(
    tmp_path: Path,
) -> None:
    found = await loaded(SMALL, tmp_path / "cache", tmp_path / "run", lambda what, share: None)
    assert found.written == 160
    assert found.lost == 0
    assert found.failed_polls == 0
    assert found.unacknowledged <= 4, "of sixty: a busy machine may stand still for a while"
    assert found.unanswered <= found.unacknowledged
    assert found.acks.p50 < 1_000, "milliseconds"
    assert found.outbox < 20, "deliveries that wait"
