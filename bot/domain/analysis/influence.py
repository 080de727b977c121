"""How far a post reaches, in people, so that sources compare."""

from __future__ import annotations

from collections.abc import Mapping
from math import log10

_SEEN_BY_FOLLOWERS = 0.1

READERS_AN_ACT: Mapping[str, int] = {"mastodon": 50, "hackernews": 50, "feed": 100}
"""People who read a post for each that did something about it, by the kind of its source.

Mastodon (a favourite, a reply, a boost): a rule of thumb, one viewer in fifty acts. Hacker News
(a point, a comment): a submission with 208 points and 169 comments brought its author 15,000 to
20,000 visitors, some 45 for each (harrisonbroadbent.com, "hacker-news-traffic-spike-anatomy"). A
feed tells comments only, which cost more than a click: one reader in ten ever contributes, one in
a hundred does most of it (Nielsen, "The 90-9-1 Rule for Participation Inequality", 2006).
"""

_READERS_AN_ACT = 50
_A_MILLION = 6


def reach(followers: int | None, engagement: int, kind: str = "") -> int:
    """How many people may have seen a post of a kind of source, at least 1.

        reach = 1 + max(followers / 10, readers × engagement)

    A tenth of the followers see a post by itself; each act on it stands for so many `readers`
    who did nothing (`READERS_AN_ACT`; 50 for a kind that is not known). The larger of the two is
    taken, as they count the same people. It never falls as either grows. Where a source tells
    neither, nothing is known, and the reach is 1.

    Assumed, not measured at the team's sources: right within a factor of ten. So differences
    matter on a log scale only (`influence`), and steps between severities are far apart.
    """
    followed = _SEEN_BY_FOLLOWERS * max(0, followers or 0)
    readers = READERS_AN_ACT.get(kind, _READERS_AN_ACT)
    return round(1 + max(followed, readers * max(0, engagement)))


def influence(reach: int) -> float:
    """A reach on a log scale from 0 (one person) to 1 (a million or more): log10(reach) / 6.

    Ten times the people are a sixth more, at whatever source they are.
    """
    return min(1.0, log10(max(1, reach)) / _A_MILLION)
