"""Who is on duty: a rota that turns, with those who are away left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

import msgspec

_FAR = timedelta(days=400)
"""How far ahead a change of duty is looked for."""

_NEAR = timedelta(days=31)


class Away(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who takes no duty from a day to another, both included."""

    who: str
    since: date
    until: date


class Duty(NamedTuple):
    """`who` is on duty (`""`: nobody) from a moment until another, None where no end is in
    sight."""

    who: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class Rota:
    """People (Slack user ids) who take turns of `turn` days, handed over at `at` in the zone.

    The first has the turn that began on `since`; `manager` (or `""`) hears of what nobody took.
    """

    zone: tzinfo
    people: tuple[str, ...] = ()
    since: date = date(2026, 1, 5)
    turn: int = 7
    at: time = time(9)
    away: tuple[Away, ...] = ()
    manager: str = ""

    def on_duty(self, moment: datetime) -> str:
        """Who has the turn; the next in line where they are away, `""` where nobody is left."""
        if not self.people:
            return ""
        today = moment.astimezone(self.zone).date()
        begun = today if moment >= self._at(today, self.at) else today - timedelta(days=1)
        turns = (begun - self.since).days // self.turn
        in_line = [self.people[(turns + n) % len(self.people)] for n in range(len(self.people))]
        return next((who for who in in_line if not self.is_away(who, moment)), "")

    def duties(self, moment: datetime) -> Iterator[Duty]:
        """Who has it at a moment and who has it then, for as far as that is looked ahead: each
        ends when the next begins; the first begins at `moment`."""
        begins, who = moment, self.on_duty(moment)
        for change in self._changes(moment):
            if (then := self.on_duty(change)) != who:
                yield Duty(who, begins, change)
                begins, who = change, then
        yield Duty(who, begins, None)

    def is_away(self, who: str, moment: datetime) -> bool:
        """Whether somebody takes no duty at this moment."""
        day = moment.astimezone(self.zone).date()
        return any(one.who == who and one.since <= day <= one.until for one in self.away)

    def away_from(self, moment: datetime) -> tuple[Away, ...]:
        """Who is away at a moment, or will be within a month, the first to leave first."""
        day = moment.astimezone(self.zone).date()
        near = [one for one in self.away if one.until >= day and one.since <= day + _NEAR]
        return tuple(sorted(near, key=lambda one: (one.since, one.who)))

    def _changes(self, moment: datetime) -> list[datetime]:
        """The moments after `moment` at which somebody else may have it."""
        today = moment.astimezone(self.zone).date()
        first = today - timedelta(days=(today - self.since).days % self.turn)
        turns = range(0, _FAR.days, self.turn)
        handed_over = (self._at(first + timedelta(days=n), self.at) for n in turns)
        left = (self._at(one.since, time()) for one in self.away)
        returned = (self._at(one.until + timedelta(days=1), time()) for one in self.away)
        last = moment + _FAR
        return sorted(
            change for change in {*handed_over, *left, *returned} if moment < change <= last
        )

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)
