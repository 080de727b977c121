"""Budgets of a process that is gone soon: a look at the sources, a test."""

from __future__ import annotations

from collections import Counter


class SpentHere:
    """A `Ledger` that forgets with its process."""

    def __init__(self) -> None:
        self._spent: Counter[tuple[str, str]] = Counter()

    async def spend(self, account: str, day: str, amount: int, most: int) -> bool:
        """See `Ledger.spend`."""
        if amount > 0 and self._spent[account, day] + amount > most:
            return False
        self._spent[account, day] = max(0, self._spent[account, day] + amount)
        return True

    async def spent(self, account: str, day: str) -> int:
        """See `Ledger.spent`."""
        return self._spent[account, day]
