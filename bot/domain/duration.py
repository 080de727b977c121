"""Lengths of time as people write them."""

from __future__ import annotations

import re
from datetime import timedelta

LONGEST = timedelta(days=3650)

_PART = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(s|m|h|d|w)", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def duration(text: str) -> timedelta | None:
    """A length of time such as "90s", "5m", "1h30m", "30d" or "2w".

    None where it is not one, where it is nothing, or longer than `LONGEST`.
    """
    written = text.replace(" ", "").lower()
    parts = _PART.findall(written)
    if not parts or "".join(number + unit for number, unit in parts) != written:
        return None
    try:
        length = sum(
            (timedelta(**{_UNITS[unit]: float(number)}) for number, unit in parts), timedelta()
        )
    except OverflowError:
        return None
    return length if timedelta() < length <= LONGEST else None


def written(length: timedelta) -> str:
    """A length of time in the shortest of those forms: "1h30m", "2d"."""
    left = int(length.total_seconds())
    words = ""
    for unit, seconds in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        number, left = divmod(left, seconds)
        words += f"{number}{unit}" if number else ""
    return words or "0s"
