"""What a button or a form carries, read: Vigie wrote it, and whoever forges it is told so."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from bot.errors import NotOurs

T = TypeVar("T")


def carried_as(text: str, kind: type[T]) -> T:
    """What was carried as JSON. Raises NotOurs for anything else."""
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.MsgspecError, UnicodeEncodeError) as error:
        raise NotOurs from error
