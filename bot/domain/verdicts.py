"""What the detector expects of a running hour, and what it says of a slot."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from math import inf
from typing import Literal

import msgspec

from bot.domain.baseline import LEARNING, Baseline, Clock, level, season, size
from bot.domain.rarity import (
    Tail,
    counts_from,
    first_tail,
    model_excess,
    once_in_hours,
    shape_at,
    surprise,
    tail_after,
)
from bot.domain.tails import at_least, quantile

State = Literal["quiet", "spike", "learning", "incomplete"]
Ring = Literal["none", "onset", "growth"]

_APART = 2.0
"""How often windows have to be looked at, in their own lengths, to be about independent."""

_REACHED = 1.4
"""Clock hours that a burst reaches on average, as a window that slides holds it for its own length:
some two where it is an hour long, somewhat more than one where it is a quarter. The tail counts
hours, and what is told is how often something happens."""

FEWEST, FEWEST_IN_QUARTER = 3, 6
"""Fewer mentions in an hour than this are read one by one, and never a spike; fewer in a quarter of
an hour may be one post and its reshares, and are left to the hour."""

QUARTER_RARER = 1.5
"""How much rarer than asked for a quarter has to be: it tells of a spike sooner, the hour more
surely, and both ring by chance."""

GROSS_FACTOR, GROSS_PATIENCE, GROSS_FEWEST = 5.0, 100.0, 10
"""What rings on less than a day of history: this many times the expected, this much rarer than
asked for, and at least this many mentions."""

RAREST = 36_500.0
"""Days; beyond a hundred years the model has nothing to say."""

NEVER = 1e12
"""More mentions than there are; finite, as the memory may be kept as JSON."""


class Window(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What a window of so many `slots` is expected to hold: negative binomial of `mean` and `size`.

    The window is looked at `looks` times an hour that are independent. `tail` is None before there
    is one. Fewer than `bar` mentions need not be weighed.
    """

    slots: int
    looks: float
    mean: float = 0.0
    size: float = 1.0
    shape: float = 1.0
    tail: Tail | None = None
    bar: float = NEVER


class Forecast(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What the windows that end in a clock hour are expected to hold, and how many complete hours
    stand behind that; `otherwise` is the state of what was seen and is no spike."""

    clock: Clock
    hours: int
    quarter: Window
    hour: Window
    otherwise: State = "learning"


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """What the slot that began at `at` means.

    quiet: explained; spike: not, since `since`; learning: less than a day is known; incomplete: a
    part of the hour was not seen. `ring` says whether it is worth a message: a spike that began,
    or one that grew. `seen` mentions in the `window` that ends with the slot, the one of the two
    that is rarer, the hour where neither is rare.
    """

    state: State
    ring: Ring
    at: datetime
    seen: int
    window: Window
    hours: int
    since: datetime | None = None

    @property
    def expected(self) -> float:
        """Mentions in such a window."""
        return self.window.mean

    @property
    def low(self) -> int:
        """With `high`: 95 of 100 such windows lie between them."""
        return range_of(self.window)[0]

    @property
    def high(self) -> int:
        return range_of(self.window)[1]

    @property
    def once_in_days(self) -> float | None:
        """How rarely this watch sees such a window, at most `RAREST`; None while nothing
        is known."""
        return once_in_days(self.window, self.seen)

    @property
    def known_days(self) -> float:
        """Of complete hours."""
        return self.hours / 24


def first_forecast(slots_an_hour: int, clock: Clock) -> Forecast:
    """What is expected where nothing is known: nothing."""
    quarter = (slots_an_hour + 3) // 4
    return Forecast(
        clock,
        0,
        Window(quarter, min(slots_an_hour, _APART * slots_an_hour / quarter)),
        Window(slots_an_hour, min(slots_an_hour, _APART)),
    )


def next_forecast(
    last: Forecast,
    tails: tuple[Tail | None, Tail | None],
    known: Baseline,
    clock: Clock,
    patience: float,
) -> Forecast:
    """The forecast for the hour at `clock`, after that of `last`, with the `tails` of its windows.

    The windows of an hour reach into the one before it: so the busier one of the two counts.
    What is commoner than once in `patience` days need not be weighed.
    """
    factor = max(season(known, clock), season(known, last.clock))
    mean, k, shape = level(known) * factor, size(known), shape_at(factor)
    trusted = known.hours >= LEARNING
    windows = []
    for window, tail in zip((last.quarter, last.hour), tails, strict=True):
        slots, looks = window.slots, window.looks
        share = mean * slots / last.hour.slots
        part = slots < last.hour.slots
        if trusted:
            if tail is None:
                tail = first_tail(share, k, shape, looks)
            fewest, rarer = (FEWEST_IN_QUARTER, QUARTER_RARER) if part else (FEWEST, 1.0)
            hours = 24 * patience * rarer / _REACHED
            bar = max(fewest, counts_from(tail, hours, share, shape))
        else:
            bar = max(GROSS_FEWEST, GROSS_FACTOR * share)
        windows.append(Window(slots, looks, share, k, shape, tail, bar))
    otherwise: State = "quiet" if trusted else "learning"
    return Forecast(clock, known.hours, windows[0], windows[1], otherwise)


def taught(window: Window, top: float) -> Tail | None:
    """The tail of a window after an hour in which it held `top` mentions at most."""
    tail = window.tail
    if tail is None:
        return None
    mean, shape = window.mean, window.shape
    model = model_excess(mean, window.size, shape)
    return tail_after(tail, surprise(top, mean, shape), model)


def days_by_tail(window: Window, seen: int) -> float:
    """How rarely this watch, as it is, sees so many; infinite before it has a tail."""
    if window.tail is None:
        return inf
    return _REACHED * once_in_hours(window.tail, surprise(seen, window.mean, window.shape)) / 24


def days_by_count(window: Window, seen: int) -> float:
    """How rarely the count model gives so many."""
    chance = at_least(seen, window.mean, window.size)
    return 1 / (24 * window.looks * chance) if chance > 1 / (RAREST * 1e6) else RAREST


def once_in_days(window: Window, seen: int) -> float | None:
    """How rarely such a window holds so many, by both; at most `RAREST`. None while nothing is
    known."""
    if not window.mean:
        return None
    return min(RAREST, days_by_tail(window, seen), days_by_count(window, seen))


def range_of(window: Window) -> tuple[int, int]:
    """Between which counts 95 of 100 such windows lie; 0 to 0 while nothing is known."""
    return _range(window.mean, window.size) if window.mean else (0, 0)


@lru_cache(maxsize=1_024)  # asked for by all slots of an hour, and all sensitivities of a replay
def _range(mean: float, size: float) -> tuple[int, int]:
    return quantile(0.025, mean, size), quantile(0.975, mean, size)
