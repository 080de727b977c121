"""Amounts as people and spreadsheets write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import amount_of, money_of


@pytest.mark.parametrize(
    ("written", "amount", "currency"),
    [
        ("1 234,50 €", "1234.50", "EUR"),
        ("1\u202f234,50\u00a0€", "1234.50", "EUR"),
        ("1.234,50 EUR", "1234.50", "EUR"),
        ("€1,234.50", "1234.50", "EUR"),
        ("£20", "20", "GBP"),
        ("usd 5", "5", "USD"),
        ("CA$ 5", "5", "CAD"),
        ("CHF 1'234.50", "1234.50", "CHF"),
        ("49.9", "49.9", ""),
        ("5,000", "5000", ""),
    ],
)
def test_an_amount_is_read_with_its_currency(written: str, amount: str, currency: str) -> None:
    assert money_of(written) == (Decimal(amount), currency)


@pytest.mark.parametrize("written", ["", "€", "much", "-5", "5-", "5 or 6", "1e9", "5 kr", "€5$"])
def test_what_is_no_amount_is_none(written: str) -> None:
    assert money_of(written) is None


@given(st.decimals(0, 10**9, places=2))
def test_an_amount_is_the_same_in_english_and_in_french(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    french = english.replace(",", "\u202f").replace(".", ",")

    assert amount_of(english) == amount_of(french) == amount


@given(st.text(max_size=30))
def test_whatever_is_written_is_an_amount_or_none(written: str) -> None:
    found = money_of(written)
    assert found is None or (found[0].is_finite() and found[0] >= 0)
