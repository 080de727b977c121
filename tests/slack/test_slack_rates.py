"""Slack's rates: what need not be redrawn leaves enough to the cards."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.errors import SlackRateLimited
from bot.slack.rates import FOR_CARDS, UPDATES_A_MINUTE, Rates


async def redrawn(rates: Rates, times: int) -> None:
    async with asyncio.timeout(1):
        for _ in range(times):
            async with rates.update():
                pass


async def test_half_of_what_slack_redraws_is_left_to_cards() -> None:
    rates = Rates(1, time.monotonic)
    assert rates.has_update_to_spare()
    await redrawn(rates, UPDATES_A_MINUTE - FOR_CARDS)
    await redrawn(rates, 10)  # as some of them come back while this is counted
    assert not rates.has_update_to_spare()
    await redrawn(rates, FOR_CARDS - 10)


async def test_while_changes_rest_none_is_to_spare() -> None:
    now = 0.0
    rates = Rates(1, lambda: now)
    with pytest.raises(SlackRateLimited):
        async with rates.update():
            raise SlackRateLimited("Slack asked to slow down", 30)
    assert not rates.has_update_to_spare()
    now = 30.0
    assert rates.has_update_to_spare()
