"""Who is on duty: a rota that turns, with those who are away left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, kw_only=True)
class Away:
    """Somebody who takes no duty from a day to another, both included."""

    who: str
    since: date
    until: date


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
        local = moment.astimezone(self.zone)
        today = local.date() if local.time() >= self.at else local.date() - timedelta(days=1)
        turns = (today - self.since).days // self.turn
        in_line = [self.people[(turns + n) % len(self.people)] for n in range(len(self.people))]
        return next((who for who in in_line if not self._is_away(who, local.date())), "")

    def _is_away(self, who: str, day: date) -> bool:
        return any(one.who == who and one.since <= day <= one.until for one in self.away)
