"""How often a method may be called.

Tiers: https://docs.slack.dev/apis/web-api/rate-limits. Slack tolerates bursts without saying
how long; here a burst is a minute's worth of a tier, and a few messages of a channel.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec

from bot.standin.clock import Clock


class Rate(msgspec.Struct, frozen=True):
    """So many a minute in the long run, `burst` at once."""

    per_minute: float
    burst: int


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """The rates in force; `on=False` lets everything through."""

    on: bool = True
    tier1: Rate = Rate(1, 20)
    tier2: Rate = Rate(20, 20)
    tier3: Rate = Rate(50, 50)
    tier4: Rate = Rate(100, 100)
    special: Rate = Rate(300, 300)
    post_in_channel: Rate = Rate(60, 4)
    post_in_workspace: Rate = Rate(300, 60)

    def tier(self, number: int) -> Rate:
        """The rate of tier 1 to 4; 0 is for methods with a generous limit of their own."""
        return (self.special, self.tier1, self.tier2, self.tier3, self.tier4)[number]


UNLIMITED = Rates(on=False)


class Limits:
    """Counts calls in leaky buckets, one a key."""

    def __init__(self, clock: Clock, rates: Rates) -> None:
        self.rates = rates
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, keyed: Iterable[tuple[str, Rate]]) -> int:
        """0, and the call is counted under every key; or the whole seconds to stay away."""
        if not self.rates.on:
            return 0
        now = self._clock.now()
        levels = [(key, rate, self._level(key, rate, now)) for key, rate in keyed]
        over = [
            (level + 1 - rate.burst) * 60 / rate.per_minute
            for _, rate, level in levels
            if level + 1 > rate.burst
        ]
        if over:
            return max(1, math.ceil(max(over)))
        for key, _, level in levels:
            self._buckets[key] = (level + 1, now)
        return 0

    def _level(self, key: str, rate: Rate, now: float) -> float:
        level, at = self._buckets.get(key, (0.0, now))
        return max(0.0, level - (now - at) * rate.per_minute / 60)
