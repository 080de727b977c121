"""What goes over the wire, as it is: Slack's objects are open, so they stay plain JSON here."""

from __future__ import annotations

import json
from typing import Any

import msgspec

DEEPEST = 40
"""Levels of JSON that are read; Slack's deepest objects have about fifteen."""

Json = dict[str, Any]
"""One JSON object as Slack sends or takes it."""


def dumps(value: object) -> str:
    """`value` as compact JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def parsed(text: str | bytes) -> object:
    """JSON text as a value.

    ValueError where it is no JSON, is nested deeper than `DEEPEST`, or holds what cannot be
    sent on: half a surrogate pair, a number without an end.
    """
    try:
        value: object = msgspec.json.decode(text)
    except RecursionError:
        raise ValueError("too deep") from None
    except UnicodeEncodeError:
        raise ValueError("not Unicode text") from None
    _check_depth(value, DEEPEST)
    return value


def _check_depth(value: object, left: int) -> None:
    if not isinstance(value, dict | list):
        return
    if not left:
        raise ValueError("too deep")
    for each in value.values() if isinstance(value, dict) else value:
        _check_depth(each, left - 1)


def micros(ts: str) -> int:
    """A Slack timestamp ("1732500000.000100") as whole microseconds; ValueError otherwise."""
    whole, _, fraction = ts.partition(".")
    if not (whole.isascii() and whole.isdigit() and (not fraction or fraction.isdigit())):
        raise ValueError(f"not a timestamp: {ts[:40]!r}")
    return int(whole) * 1_000_000 + int(f"{fraction:0<6}"[:6])


def ts_of(micros: int) -> str:
    """Whole microseconds as a Slack timestamp."""
    return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"
