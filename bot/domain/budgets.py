"""Budgets: what an account may use in a day, and has used."""

from __future__ import annotations

import msgspec


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """What was used of an account's budget of a `day` (ISO date), in units of its own."""

    account: str
    day: str
    spent: int = 0

    @property
    def id(self) -> str:
        return budget_id(self.account, self.day)


def budget_id(account: str, day: str) -> str:
    return f"{account}\n{day}"


def taken(budget: Budget, amount: int, most: int) -> Budget | None:
    """The budget with `amount` more of it used, None where that is beyond `most`; a negative
    amount gives back."""
    spent = budget.spent + amount
    if amount > 0 and spent > most:
        return None
    return msgspec.structs.replace(budget, spent=max(0, spent))
