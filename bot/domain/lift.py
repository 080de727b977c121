"""What an operation added: a watch's mentions on its days, held against what they would have been.

What is expected comes from `bot.domain.counterfactual`. The interval is of what was added, chance
among it: nine times in ten the truth lies inside. What cannot be known is said, not guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

import msgspec
import numpy as np

from bot.domain.beside import moves
from bot.domain.counterfactual import Days, Numbers, drawn
from bot.domain.daycounts import DayCount, days_from

FEWEST_DAYS = 21
"""Days that must be known before an operation, or as many as it lasted if that is more."""

FEWEST_MENTIONS = 40
"""Mentions that must be known before it."""

MOST_DAYS = 84
"""Days before an operation that are looked at: a season, and matrices that are still small."""

SHOWN_BEFORE = 28
"""Days before it that are told as well."""

LITTLE = 0.1
"""A lift that is known to be smaller than this share, either way, is none to speak of."""

_PART = 0.5  # of a day that must have been seen, for it to count
_MOST_OF = 0.8  # of an operation's days, or of a comparison's
_LOW, _HIGH = 0.05, 0.95
_MOVED, _MOVED_BY = 0.005, 0.25  # how unlikely, and how much, a comparison that moved is off
_MOVED_ALONE = 0.1  # how unlikely the only one is off: there is no other to hold it against
_SEED = 8

Why = Literal["too short", "gap", "too few", "not over", "moved"]
Aside = Literal["unseen", "too few", "moved"]


class LiftDay(msgspec.Struct, frozen=True, kw_only=True):
    """A day of which at least half was seen: the mentions in what was `seen` of it, and those that
    were `expected` there without the operation; nine in ten such days lie from `low` to `high`."""

    day: date
    seen: int
    expected: float
    low: int
    high: int


class Lift(msgspec.Struct, frozen=True, kw_only=True):
    """What was `seen` on the days of an operation, and what was `expected` without it.

    `extra` mentions were added, from `low` to `high` at 90%; `probability` (0 to 1) that it was
    more than none. It rests on `known_days` before it and on the watches `beside`; those that
    were set `aside`, with why. `days` are some before it, and from `first` to `last` its own.
    """

    first: date
    last: date
    seen: int
    expected: float
    low: float
    high: float
    probability: float
    known_days: int
    days: tuple[LiftDay, ...]
    beside: tuple[str, ...] = ()
    aside: tuple[tuple[str, Aside], ...] = ()

    @property
    def extra(self) -> float:
        return self.seen - self.expected

    def relative(self, extra: float) -> float:
        """Some extra mentions, as a share of what was expected."""
        return extra / max(self.expected, 1.0)

    @property
    def verdict(self) -> Literal["more", "fewer", "none", "unsure"]:
        """none: known to be less than `LITTLE`; unsure: the interval holds both nothing and
        something."""
        if self.low > 0:
            return "more"
        if self.high < 0:
            return "fewer"
        small = max(-self.relative(self.low), self.relative(self.high)) < LITTLE
        return "none" if small else "unsure"


class CannotTell(msgspec.Struct, frozen=True, kw_only=True):
    """Why nothing can be said; `known` days or mentions of those that it would take (`of`).

    moved: the only comparison moved by itself, and what is said hangs on whether it is believed:
    `with_it` or `without_it`.
    """

    why: Why
    known: int = 0
    of: int = 0
    with_it: Lift | None = None
    without_it: Lift | None = None


def lift(
    days: Sequence[DayCount],
    first: date,
    last: date,
    comparisons: Mapping[str, Sequence[DayCount]] | None = None,
) -> Lift | CannotTell:
    """What an operation from `first` to `last` (both included) added to a watch with such `days`.

    `comparisons` are watches that it did not touch. Some tenths of a second: for a thread. Raises
    ValueError where it ends before it begins.
    """
    if last < first:
        raise ValueError("An operation ends before it begins.")
    asked = _Asked(days, first, last)
    refused = asked.refused()
    if refused:
        return refused
    beside, aside, moved = _sorted(asked, comparisons or {})
    found = _estimated(asked, beside, aside)
    if len(moved) == 1 and not beside:
        believing = _estimated(asked, moved, ())
        if believing.verdict != found.verdict or _are_apart(believing, found):
            return CannotTell(why="moved", with_it=believing, without_it=found)
    return found


def _are_apart(one: Lift, other: Lift) -> bool:
    """Whether what one finds added is not what the other holds for possible."""
    return one.low > other.high or other.low > one.high


class _Asked:
    """A watch's days before an operation and on it: those that were seen well enough."""

    def __init__(self, days: Sequence[DayCount], first: date, last: date) -> None:
        self.first, self.last = first, last
        self.during = days_from(first, last)
        self.known = {one.day: one for one in days if one.share >= _PART}
        self.reaches = max((one.day for one in days), default=first)
        before = sorted(day for day in self.known if day < first)
        self.before = [day for day in before if (first - day).days <= MOST_DAYS]

    def refused(self) -> CannotTell | None:
        """Why nothing can be said, if so."""
        needed = max(FEWEST_DAYS, len(self.during))
        if self.reaches < self.last:
            return CannotTell(why="not over")
        if len(self.before) < needed:
            return CannotTell(why="too short", known=len(self.before), of=needed)
        seen = sum(self.known[day].share for day in self.during if day in self.known)
        if seen < _MOST_OF * len(self.during):
            return CannotTell(why="gap", known=round(seen), of=len(self.during))
        mentions = sum(self.known[day].seen for day in self.before)
        if mentions < FEWEST_MENTIONS:
            return CannotTell(why="too few", known=mentions, of=FEWEST_MENTIONS)
        return None

    def covers(self, other: _Asked) -> bool:
        """Whether it was seen on most of another's days before, and on all others."""
        before = sum(day in self.known for day in other.before)
        during = all(day in self.known for day in other.during if day in other.known)
        return during and before >= _MOST_OF * len(other.before)


Known = Mapping[date, DayCount]
"""A comparison's days."""


def _sorted(
    asked: _Asked, comparisons: Mapping[str, Sequence[DayCount]]
) -> tuple[dict[str, Known], tuple[tuple[str, Aside], ...], dict[str, Known]]:
    """The comparisons that can be used; those that are set aside, with why; those of them that
    moved by themselves."""
    known: dict[str, Known] = {}
    aside: list[tuple[str, Aside]] = []
    ways: dict[str, int] = {}
    for name, days in comparisons.items():
        own = _Asked(days, asked.first, asked.last)
        refused = own.refused()
        if refused or not own.covers(asked):
            aside.append((name, "too few" if refused and refused.why == "too few" else "unseen"))
            continue
        known[name] = own.known
        ways[name] = _moved(_estimated(own, {}, ()), alone=len(comparisons) == 1)
    together = _together(list(ways.values()))
    moved = {name: known[name] for name, way in ways.items() if way not in {0, together}}
    aside += ((name, "moved") for name in moved)
    return {name: known[name] for name in known if name not in moved}, tuple(aside), moved


def _moved(found: Lift, *, alone: bool) -> int:
    """Whether a comparison went up (1) or down (-1) by itself on those days, or did not (0)."""
    unlikely, least = (_MOVED_ALONE, 0.0) if alone else (_MOVED, _MOVED_BY)
    if abs(found.relative(found.extra)) < least:
        return 0
    if found.probability > 1 - unlikely:
        return 1
    return -1 if found.probability < unlikely else 0


def _together(ways: Sequence[int]) -> int:
    """The way in which most of several comparisons moved: that is what they are there to show."""
    for way in (1, -1):
        if ways.count(way) >= 2 and 2 * ways.count(way) > len(ways):
            return way
    return 0


def _estimated(
    asked: _Asked, beside: Mapping[str, Known], aside: tuple[tuple[str, Aside], ...]
) -> Lift:
    """The lift, beside some comparisons that were seen on all days of the operation."""
    before = [day for day in asked.before if all(day in one for one in beside.values())]
    during = [day for day in asked.during if day in asked.known]
    told = [day for day in before if (asked.first - day).days <= SHOWN_BEFORE]
    days = before + during
    followed = moves(list(beside.values()), days, asked.first)
    shown = [days.index(day) for day in told + during]
    draws = drawn(
        _as_days(asked, before, followed[: len(before)]),
        _ordinals(told + during),
        np.array([asked.known[day].share for day in told + during]),
        followed[shown],
        _SEED,
    )
    total = draws[:, len(told) :].sum(1)
    seen = sum(asked.known[day].seen for day in during)
    low, middle, high = np.quantile(total, (_LOW, 0.5, _HIGH))
    return Lift(
        first=asked.first,
        last=asked.last,
        seen=seen,
        expected=float(round(float(middle))),
        low=float(seen - high),
        high=float(seen - low),
        probability=float((total < seen).mean() + (total == seen).mean() / 2),
        known_days=len(before),
        days=_told(asked, told + during, draws),
        beside=tuple(beside),
        aside=aside,
    )


def _as_days(asked: _Asked, days: Sequence[date], beside: Numbers) -> Days:
    known = [asked.known[day] for day in days]
    return Days(
        at=_ordinals(days),
        counts=np.array([float(one.seen) for one in known]),
        seen=np.array([one.share for one in known]),
        beside=beside,
    )


def _ordinals(days: Sequence[date]) -> Numbers:
    return np.array([float(day.toordinal()) for day in days])


def _told(asked: _Asked, days: Sequence[date], draws: Numbers) -> tuple[LiftDay, ...]:
    bands = np.quantile(draws, (_LOW, 0.5, _HIGH), axis=0)
    return tuple(
        LiftDay(
            day=day,
            seen=asked.known[day].seen,
            expected=float(bands[1, place]),
            low=int(bands[0, place]),
            high=int(np.ceil(bands[2, place])),
        )
        for place, day in enumerate(days)
    )
