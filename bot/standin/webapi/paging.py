"""Pages of a long answer: https://docs.slack.dev/apis/web-api/pagination"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from bot.standin.errors import ApiError
from bot.standin.webapi.args import Args

Thing = TypeVar("Thing")

MOST = 1000


def page(every: Sequence[Thing], args: Args, *, default: int) -> tuple[Sequence[Thing], str]:
    """The page that the cursor points at, and the cursor of the next one ("" at the end).

    Raises ApiError invalid_cursor or invalid_limit.
    """
    start = _offset(args.text("cursor"))
    end = start + args.count("limit", default, MOST)
    cursor = base64.b64encode(f"next:{end}".encode()).decode() if end < len(every) else ""
    return every[start:end], cursor


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        sign, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        offset = int(number)
    except (binascii.Error, ValueError):
        raise ApiError("invalid_cursor") from None
    if sign != "next" or offset < 0:
        raise ApiError("invalid_cursor")
    return offset
