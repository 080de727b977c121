"""`kill -9` of the real process, again and again, in the middle of a crisis.

`python benchmarks/kills.py` does the same as many times as it is asked to.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.killing import killed

KILLS = 12


@pytest.mark.timeout(180)
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is what POSIX has")
async def test_no_alert_is_lost_and_none_is_said_twice(tmp_path: Path) -> None:
    tally = await killed(KILLS, seed=11, folder=tmp_path)
    assert tally.posts == 36
    assert tally.mentions_lost == 0
    assert tally.alerts_lost == 0
    assert tally.shown_twice == 0
    assert tally.marked_repeats == 0
    assert tally.is_clean
