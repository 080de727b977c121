"""Every ledger takes from a day's budget what there is of it, and no more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.services.budgets import Budgets
from bot.sources.base import Ledger
from bot.sources.ledgers import SpentHere
from bot.store.repositories import TABLES, Records
from tests.contract.reference_store import ReferenceStore

DAY, NEXT = "2026-11-28", "2026-11-29"


@pytest.fixture(params=["kept", "here"])
async def ledger(request: pytest.FixtureRequest) -> AsyncIterator[Ledger]:
    if request.param == "here":
        yield SpentHere()
        return
    records = Records(ReferenceStore(TABLES))
    yield Budgets(records)
    await records.close()


async def test_what_is_taken_is_spent(ledger: Ledger) -> None:
    assert await ledger.spend("youtube", DAY, 60, 100)
    assert await ledger.spent("youtube", DAY) == 60


async def test_nothing_is_taken_beyond_the_budget(ledger: Ledger) -> None:
    assert await ledger.spend("youtube", DAY, 60, 100)
    assert not await ledger.spend("youtube", DAY, 41, 100)
    assert await ledger.spend("youtube", DAY, 40, 100)


async def test_what_was_not_used_is_given_back(ledger: Ledger) -> None:
    assert await ledger.spend("x", DAY, 100, 100)
    assert await ledger.spend("x", DAY, -70, 100)
    assert await ledger.spent("x", DAY) == 30


async def test_more_is_never_given_back_than_was_taken(ledger: Ledger) -> None:
    assert await ledger.spend("x", DAY, -5, 100)
    assert await ledger.spent("x", DAY) == 0


async def test_each_day_and_account_has_a_budget_of_its_own(ledger: Ledger) -> None:
    assert await ledger.spend("x", DAY, 100, 100)
    assert await ledger.spend("x", NEXT, 100, 100)
    assert await ledger.spend("y", DAY, 100, 100)


async def test_those_who_take_at_once_do_not_take_too_much_together(ledger: Ledger) -> None:
    got = await asyncio.gather(*(ledger.spend("x", DAY, 30, 100) for _ in range(8)))
    assert sum(got) == 3
    assert await ledger.spent("x", DAY) == 90
