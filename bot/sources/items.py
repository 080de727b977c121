"""Lists in JSON, one item at a time: an item that is not what it should be hurts itself alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from bot.errors import SourceGarbled

T = TypeVar("T")

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes from outside."""


def decoded(body: bytes, kind: type[T], what: str) -> T:
    """A whole answer. Raises SourceGarbled where it is not `what` it should be (a phrase)."""
    try:
        return msgspec.json.decode(body, type=kind, strict=False)
    except UNREADABLE:
        raise SourceGarbled("The answer is not {what}.", what=what) from None


def legible(raw: msgspec.Raw, kind: type[T]) -> Iterator[T]:
    """The items of a list that stands in an item, as far as they can be read; the item can be read
    without them."""
    try:
        found = msgspec.json.decode(raw, type=list[msgspec.Raw])
    except UNREADABLE:
        return
    for item in found:
        try:
            yield msgspec.json.decode(item, type=kind, strict=False)
        except UNREADABLE:
            continue


def readable(raw: Sequence[msgspec.Raw], kind: type[T], what: str) -> list[T]:
    """The items that can be read. Raises SourceGarbled where there are some, and none can."""
    found: list[T] = []
    for item in raw:
        try:
            found.append(msgspec.json.decode(item, type=kind, strict=False))
        except UNREADABLE:
            continue
    if raw and not found:
        raise SourceGarbled("Nothing in the answer is {what}.", what=what)
    return found
