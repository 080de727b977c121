"""How far a post reaches."""

from __future__ import annotations

from math import log10

_SEEN_BY_FOLLOWERS = 0.1
_VIEWS_AN_ACT = 50


def reach(followers: int | None, engagement: int) -> int:
    """How many people may have seen a post, at least 1.

        reach = 1 + max(followers / 10, 50 × engagement)

    A tenth of the followers see a post by itself; a like, reply or reshare stands for some fifty
    who saw it and did nothing. The larger of the two is taken, as they count the same people.
    Rules of thumb of ours: right within a factor of ten, so compare reaches by `influence`.
    """
    followed = _SEEN_BY_FOLLOWERS * max(0, followers or 0)
    return round(1 + max(followed, _VIEWS_AN_ACT * max(0, engagement)))


def influence(reach: int) -> float:
    """A reach on a scale from 0 (one person) to 1 (a million or more): log10(reach) / 6."""
    return min(1.0, log10(max(1, reach)) / 6)
