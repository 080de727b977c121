"""Velocity: a single post that spreads faster than the posts of its watch usually do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import log

import msgspec
from msgspec.structs import replace

from bot.domain.mention import Mention

FLOOR = 5.0
"""Likes, replies and reshares an hour from which on a post is said to spread at all."""

FEWEST = 20
"""Likes, replies and reshares that a post must have: those of three friends are no news."""

SOONEST = timedelta(minutes=15)
"""The age of a post below which its speed says nothing."""

KNOWN = 50
"""Posts that must be known before any is said to be fast."""

CLOCKS = 100
"""Posts of a watch whose speed is remembered."""

_HALF_LIFE = timedelta(days=14)
_PRIOR_OVER, _PRIOR_POSTS = 1.0, 50.0
_PRIOR_TAIL, _PRIOR_WEIGHT = 1.0, 3.0  # the tail index before there is evidence, in posts' worth
_FEWEST_A_DAY = 6.0


class Speeds(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """How fast the posts of a watch usually spread: of so many `posts` of so many `days`, `over`
    are at `FLOOR` or faster, and `logs` is the sum of the logarithms of how many times that. All
    fade; `last` (seconds since 1970) is when anything was learnt."""

    posts: float = 0.0
    days: float = 0.0
    over: float = 0.0
    logs: float = 0.0
    last: int = 0

    @property
    def a_day(self) -> float:
        """Posts a day."""
        return max(self.posts / max(self.days, 1.0), _FEWEST_A_DAY)

    def chance(self, speed: float) -> float:
        """How likely (0 to 1) it is that a post is that fast, or faster.

        Beyond the floor speeds fall off by a power, P(S ≥ s) = p (s / floor)^(−1/ξ), with ξ by the
        mean of the logarithms (Hill, "A Simple General Approach to Inference about the Tail of a
        Distribution", Annals of Statistics 3, 1975); both drawn to a prior while few are known.
        """
        share = (self.over + _PRIOR_OVER) / (self.posts + _PRIOR_POSTS)
        if speed <= FLOOR:
            return 1.0
        tail = (self.logs + _PRIOR_TAIL * _PRIOR_WEIGHT) / (self.over + _PRIOR_WEIGHT)
        return float(min(1.0, share) * (speed / FLOOR) ** (-1 / max(tail, 0.1)))


class Clock(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """How fast a post was at its fastest, and whether that was `told`; `at` is when it was written
    (seconds since 1970)."""

    post: str
    at: int
    speed: float
    told: bool = False


class VelocityReason(msgspec.Struct, frozen=True, kw_only=True, tag="velocity"):
    """A post of `engagement` likes, replies and reshares that spread at `speed` of them an hour
    when it was looked at, as one post does in `once_in_days` days of an ordinary stream of this
    watch. The watch rings for what happens once in `patience` days."""

    post: str
    engagement: int
    speed: float
    once_in_days: float
    patience: float


def speed(mention: Mention) -> float:
    """Likes, replies and reshares an hour from when it was written until it was seen as it is."""
    age = max(mention.seen - mention.at, SOONEST)
    return mention.post.engagement / (age / timedelta(hours=1))


def clocked(known: Speeds, mentions: Sequence[Mention], now: datetime) -> Speeds:
    """The speeds after more posts; what is far out of the usual teaches as much as a hundred
    times the floor."""
    if not mentions:
        return known
    seconds = max(0, int(now.timestamp()) - known.last) if known.last else 0
    kept = 0.5 ** (seconds / _HALF_LIFE.total_seconds())
    fast = [found for found in map(speed, mentions) if found >= FLOOR]
    return Speeds(
        known.posts * kept + len(mentions),
        known.days * kept + seconds / 86_400,
        known.over * kept + len(fast),
        known.logs * kept + sum(map(_log, fast)),
        int(now.timestamp()),
    )


def quicker(clocks: Sequence[Clock], mentions: Sequence[Mention]) -> list[Mention]:
    """Those of some known posts that are liked by many and faster than at any look before."""
    best = {clock.post: clock.speed for clock in clocks}
    return [
        mention
        for mention in mentions
        if mention.post.engagement >= FEWEST and speed(mention) > best.get(mention.id, FLOOR)
    ]


def clocked_again(known: Speeds, clocks: Sequence[Clock], mentions: Sequence[Mention]) -> Speeds:
    """The speeds where known posts turned out to be faster: each counts once, at its fastest."""
    best = {clock.post: clock.speed for clock in clocks}
    over, logs = known.over, known.logs
    for mention in mentions:
        before = best.get(mention.id)
        over += 1 if before is None else 0
        logs += _log(speed(mention)) - (_log(before) if before else 0.0)
    return replace(known, over=over, logs=logs)


def remembered(
    clocks: Sequence[Clock], mentions: Sequence[Mention], told: str, since: datetime
) -> tuple[Clock, ...]:
    """The clocks of the posts that were written `since` a time, after some `mentions` were looked
    at, one of which (its id, or `""`) was told: the fastest ones are kept, if they are many."""
    kept = {clock.post: clock for clock in clocks if clock.at >= since.timestamp()}
    for mention in mentions:
        if (fast := speed(mention)) >= FLOOR:
            was = kept.get(mention.id)
            is_told = mention.id == told or (was is not None and was.told)
            kept[mention.id] = Clock(mention.id, int(mention.at.timestamp()), fast, is_told)
    return tuple(sorted(kept.values(), key=lambda clock: -clock.speed)[:CLOCKS])


def velocity(known: Speeds, mention: Mention, patience: float) -> VelocityReason | None:
    """Why a post spreads faster than chance accounts for, or None: one so fast comes to an ordinary
    stream less often than once in `patience` days."""
    if known.posts < KNOWN or mention.post.engagement < FEWEST:
        return None
    found = speed(mention)
    once = 1 / (known.a_day * max(known.chance(found), 1e-9))
    if once <= patience:
        return None
    return VelocityReason(
        post=mention.id,
        engagement=mention.post.engagement,
        speed=found,
        once_in_days=once,
        patience=patience,
    )


def _log(speed: float) -> float:
    """How far above the floor, as far as it teaches."""
    return min(log(speed / FLOOR), log(100))
