"""How often Vigie was right about a watch, by what people say of what it flagged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from math import sqrt

import msgspec

from bot.domain.judgements import Verdict

MEMORY = timedelta(days=28)
"""How far back alerts are looked at: four weeks, as far as a watch's baseline reaches."""

ENOUGH = 8
"""Judged alerts below which nothing is said to have fallen. Of eight, four must be wrong for the
interval to stay under `GOOD`: with fewer, hardly anything but a run of bad luck could do it."""

GOOD = 0.8
"""The precision that a watch should have: one alert in five may be wrong before people stop
looking, which is where the false alarms of on-call tools begin to be muted."""

CONFIDENCE = 1.6449
"""The 95th percentile of the normal distribution: intervals hold the truth nine times in ten, and
are too high one time in twenty."""


class Flagged(msgspec.Struct, frozen=True, kw_only=True):
    """A mention that was flagged: its text (title and all), the sentiment that it was flagged for,
    and what people say of it. One that nobody judged, and that was `answered`, was no mistake."""

    mention: str
    text: str
    weighed: tuple[str, ...] = ()
    score: float | None = None
    verdict: Verdict | None = None
    answered: bool = False

    @property
    def held_right(self) -> bool:
        return self.verdict == "right" or (self.verdict is None and self.answered)


class Precision(msgspec.Struct, frozen=True, kw_only=True):
    """Of `flagged` mentions of a watch, how many were judged, and how. `low` and `high` (0 to 1)
    bound the share that was right; see `interval`."""

    watch: str
    flagged: int
    right: int
    not_about_us: int
    not_negative: int
    low: float
    high: float

    @property
    def judged(self) -> int:
        return self.right + self.not_about_us + self.not_negative

    @property
    def unjudged(self) -> int:
        return self.flagged - self.judged

    @property
    def share(self) -> float | None:
        """The share (0 to 1) of the judged that was right; None where nothing was judged."""
        return self.right / self.judged if self.judged else None

    @property
    def fell(self) -> bool:
        """Whether the watch is surely worse than it should be."""
        return self.judged >= ENOUGH and self.high < GOOD


def precision(watch: str, flagged: Sequence[Flagged]) -> Precision:
    """What the judgements of these mentions imply."""
    counts = dict.fromkeys(("right", "not_about_us", "not_negative"), 0)
    for one in flagged:
        if one.verdict is not None:
            counts[one.verdict] += 1
    low, high = interval(counts["right"], sum(counts.values()))
    return Precision(watch=watch, flagged=len(flagged), low=low, high=high, **counts)


def interval(successes: int, trials: int) -> tuple[float, float]:
    """Wilson's score interval for a share, at 90%: it holds for few trials, and for all or none.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of
    the American Statistical Association 22 (1927). Without trials everything is possible.
    """
    if not trials:
        return 0.0, 1.0
    share, spread = successes / trials, CONFIDENCE**2 / trials
    middle = (share + spread / 2) / (1 + spread)
    half = CONFIDENCE * sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)
