"""When the team works: what a deadline is reckoned in, and when what is not critical may ring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_LONGEST = 400
"""Days that are looked through for an open hour; a team that is closed for longer has none."""


@dataclass(frozen=True, kw_only=True)
class OpeningHours:
    """The same hours on each working day, in the team's zone, but for holidays.

    `days` are weekdays (0 is Monday). `closes` at or before `opens` is that time of the next day.
    """

    zone: tzinfo
    days: frozenset[int]
    opens: time
    closes: time
    holidays: frozenset[date] = field(default=frozenset(), repr=False)

    def is_open(self, at: datetime) -> bool:
        """Whether the team works at this moment."""
        return any(start <= at < end for start, end in self._shifts(at, days=2))

    def after(self, start: datetime, length: timedelta) -> datetime:
        """The moment at which the team has worked for `length` since `start`.

        At the end of a shift it is that end, not the beginning of the next. Where the team does not
        work that much in 400 days, it is simply `length` later.
        """
        left = length
        for opened, closed in self._shifts(start, days=_LONGEST):
            begins = max(opened, start)
            if begins >= closed:
                continue
            if closed - begins >= left:
                return begins + left
            left -= closed - begins
        return start + length

    def opens_next(self, at: datetime) -> datetime:
        """`at` itself while open, else when the next shift begins (`at` where there is none)."""
        for opened, closed in self._shifts(at, days=_LONGEST):
            if at < closed:
                return max(at, opened)
        return at

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How long the team works between two moments."""
        worked = timedelta()
        for opened, closed in self._shifts(start, days=(end - start).days + 3):
            if opened >= end:
                break
            worked += max(timedelta(), min(closed, end) - max(opened, start))
        return worked

    def _shifts(self, around: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
        """The shifts from the day before `around` on, in UTC, as clocks of the zone show them."""
        first = around.astimezone(self.zone).date() - timedelta(days=1)
        for day in (first + timedelta(days=n) for n in range(days + 1)):
            if day.weekday() not in self.days or day in self.holidays:
                continue
            last = day if self.closes > self.opens else day + timedelta(days=1)
            opened, closed = self._at(day, self.opens), self._at(last, self.closes)
            if opened < closed:
                yield opened, closed

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)


ALWAYS = OpeningHours(
    zone=UTC, days=frozenset(range(7)), opens=time(0), closes=time(0), holidays=frozenset()
)
"""A team that never sleeps."""
