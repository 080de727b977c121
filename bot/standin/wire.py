"""What goes over the wire, as it is: Slack's objects are open, so they stay plain JSON here."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]
"""One JSON object as Slack sends or takes it."""


def dumps(value: object) -> str:
    """`value` as compact JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def micros(ts: str) -> int:
    """A Slack timestamp ("1732500000.000100") as whole microseconds; ValueError otherwise."""
    whole, _, fraction = ts.partition(".")
    if not (whole.isascii() and whole.isdigit() and (not fraction or fraction.isdigit())):
        raise ValueError(f"not a timestamp: {ts[:40]!r}")
    return int(whole) * 1_000_000 + int(f"{fraction:0<6}"[:6])


def ts_of(micros: int) -> str:
    """Whole microseconds as a Slack timestamp."""
    return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"
