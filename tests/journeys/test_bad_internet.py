"""Polling through a bad internet on loopback: every post is found, and none twice."""

from __future__ import annotations

import pytest

from benchmarks.bad_week import week


@pytest.mark.timeout(240)
@pytest.mark.parametrize("seed", [1, 2])
async def test_every_post_that_stood_there_is_found_once_within_the_limits(seed: int) -> None:
    for place in await week(days=1, seed=seed, quiet=True):
        assert (place.lost, place.twice, place.stale) == (0, 0, 0), place
        assert place.most <= place.limit, place
        assert "beyond the limit" not in place.troubles, place
        assert place.stood > 5
