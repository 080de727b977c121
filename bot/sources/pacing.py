"""Budgets of a day, shared out over the day and over those who use them."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from bot.sources.base import Ledger

DAY = timedelta(days=1)
_WHATEVER = 2**62
"""What was used is used, whatever the budget."""


class Allowance(NamedTuple):
    """What of a day's budget may be used by when: `at_once`, a part of it (0 to 1), from the
    beginning, and the rest little by little, so that the morning leaves something for the evening.

    `most` is the budget, in units of its own; the day begins at midnight of `zone`.
    """

    most: int
    at_once: float = 0.25
    zone: tzinfo = UTC

    @property
    def lasts(self) -> timedelta:
        """How long one unit lasts, where what may be used at once is left for beginnings."""
        return DAY / max(1.0, self.most * (1 - self.at_once))

    def day(self, now: datetime) -> str:
        """The name of the day that `now` is in."""
        return now.astimezone(self.zone).date().isoformat()

    def by(self, now: datetime) -> int:
        """How much may be used by `now` of the day that it is in; never more than `most`."""
        begun, ends = self._ends(now)
        passed = (now - begun) / (ends - begun)
        return min(self.most, math.floor(self.most * self._open(passed)))

    def when(self, total: int, now: datetime) -> datetime:
        """From when on `total` may be used: within this day, else as the next one begins."""
        begun, ends = self._ends(now)
        if total > self.most:
            return ends
        if total <= self.by(now):
            return now
        part = (total / self.most - self.at_once) / (1 - self.at_once)
        at = begun + part * (ends - begun) + timedelta(seconds=1)
        return min(at.replace(microsecond=0), ends)

    def _open(self, passed: float) -> float:
        return self.at_once + (1 - self.at_once) * passed

    def _ends(self, now: datetime) -> tuple[datetime, datetime]:
        today = now.astimezone(self.zone).date()
        return self._midnight(today), self._midnight(today + DAY)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)


class Purse:
    """An account's budget as it is used: what is to be used is taken before, and kept over
    restarts by the ledger."""

    def __init__(self, ledger: Ledger, account: str, allowance: Allowance) -> None:
        self.allowance = allowance
        self._ledger = ledger
        self._account = account

    async def left(self, now: datetime) -> int:
        """How much may be taken now."""
        spent = await self._ledger.spent(self._account, self.allowance.day(now))
        return max(0, self.allowance.by(now) - spent)

    async def take(self, amount: int, now: datetime) -> bool:
        """Take an amount; whether there was so much."""
        most = self.allowance.by(now)
        return await self._ledger.spend(self._account, self.allowance.day(now), amount, most)

    async def settle(self, taken: int, used: int, at: datetime) -> None:
        """Of what was taken at a time, note what was used in the end: the rest is that day's
        again, and more than was taken is missing from it."""
        if taken != used:
            day = self.allowance.day(at)
            await self._ledger.spend(self._account, day, used - taken, _WHATEVER)

    async def when(self, amount: int, now: datetime) -> datetime:
        """From when on an amount may be taken, if nobody else takes any."""
        spent = await self._ledger.spent(self._account, self.allowance.day(now))
        return self.allowance.when(spent + amount, now)


class Turns:
    """Whose turn it is, where several use one budget: each rests until the others had as much.

    `each` is the time that one unit of the budget lasts. In memory: after a restart all begin
    again, within what the budget allows.
    """

    def __init__(self, each: timedelta) -> None:
        self._each = each
        self._last: dict[str, datetime] = {}

    def rest(self, who: str, used: int, now: datetime) -> datetime:
        """Note that `who` used so many units now; from when on it may use more."""
        self._last = {one: at for one, at in self._last.items() if now - at < DAY}
        self._last[who] = now
        return now + used * len(self._last) * self._each
