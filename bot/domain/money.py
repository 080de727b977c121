"""Amounts of money as people and spreadsheets write them. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

MOST_DIGITS = 12
"""Before the point."""

CURRENCY = re.compile(r"[A-Z]{3}")
"""A currency's code (ISO 4217)."""

SIGNS = {
    "€": "EUR", "£": "GBP", "$": "USD", "us$": "USD", "c$": "CAD", "ca$": "CAD", "a$": "AUD",
    "au$": "AUD", "¥": "JPY", "₹": "INR", "fr.": "CHF", "zł": "PLN", "euro": "EUR", "euros": "EUR",
}  # fmt: skip

_AMOUNT = re.compile(rf"\d{{1,{MOST_DIGITS}}}(?:\.\d{{1,2}})?", re.ASCII)
_BLANK = re.compile(r"[\s'’]+")
_PARTS = re.compile(
    r"(?P<before>[^\d+.,-]*)(?P<number>[\d.,]*\d[\d.,]*)(?P<after>[^\d+-]*)", re.ASCII
)


def amount_of(written: str) -> Decimal | None:
    """An amount without its currency: `5000`, `5 000,50`, `5,000.50` or `5'000.50`; None where it
    is none. A point or comma with one or two digits after it is that of the decimals."""
    text = _BLANK.sub("", written)
    point = max(text.rfind(","), text.rfind("."))
    if point >= 0 and len(text) - point - 1 in (1, 2):
        text = f"{_ungrouped(text[:point])}.{text[point + 1 :]}"
    else:
        text = _ungrouped(text)
    return Decimal(text) if _AMOUNT.fullmatch(text) else None


def money_of(written: str) -> tuple[Decimal, str] | None:
    """An amount and its currency, `""` where none is named: `1 234,50 €`, `$5`, `EUR 20`, `20.00`;
    None where it is no amount, or nobody can tell of what."""
    found = _PARTS.fullmatch(_BLANK.sub("", written))
    if found is None or (found["before"] and found["after"]):
        return None
    amount = amount_of(found["number"])
    named = currency_of(found["before"] or found["after"])
    return None if amount is None or named is None else (amount, named)


def currency_of(written: str) -> str | None:
    """The code of a currency that is named by code or sign; `""` for nothing, None for no
    currency. A bare `$` is the dollar of the United States."""
    text = written.strip()
    if not text or CURRENCY.fullmatch(text.upper()):
        return text.upper()
    return SIGNS.get(text.lower())


def _ungrouped(text: str) -> str:
    return text.replace(",", "").replace(".", "")
