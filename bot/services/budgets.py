"""The budgets of sources, kept: a restart does not spend a day's money again."""

from __future__ import annotations

from bot.domain.budgets import Budget, budget_id, taken
from bot.services.races import won
from bot.store.repositories import Records


class Budgets:
    """A `bot.sources.base.Ledger` in the store."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def spend(self, account: str, day: str, amount: int, most: int) -> bool:
        """See `Ledger.spend`. What was taken is kept before this returns."""

        async def spent() -> bool:
            kept = await self._records.budgets.get(budget_id(account, day))
            before = kept.value if kept else Budget(account=account, day=day)
            after = taken(before, amount, most)
            if after is None:
                return False
            version = kept.version if kept else 0
            await self._records.commit([self._records.budgets.put(after.id, after, version)])
            return True

        return await won(spent)

    async def spent(self, account: str, day: str) -> int:
        """See `Ledger.spent`."""
        kept = await self._records.budgets.get(budget_id(account, day))
        return kept.value.spent if kept else 0
