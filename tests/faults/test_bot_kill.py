"""`kill -9` of the real process at each kind of moment, in the middle of a crisis.

`python benchmarks/kills.py` does the same as many times as it is asked to.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.killing import killed
from benchmarks.moments import MOMENTS


@pytest.mark.timeout(180)
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is what POSIX has")
async def test_no_alert_and_no_click_is_lost_and_none_comes_twice(tmp_path: Path) -> None:
    tally = await killed(len(MOMENTS), seed=11, folder=tmp_path)
    assert tally.posts
    assert tally.mentions_lost == 0
    assert tally.alerts_lost == 0
    assert tally.shown_twice == 0
    assert tally.marked_repeats == 0
    assert tally.clicks_acknowledged
    assert tally.clicks_lost == 0
    assert tally.clicks_twice == 0
    assert tally.is_clean
