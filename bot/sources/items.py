"""Lists in JSON, one item at a time: an item that is not what it should be hurts itself alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from bot.errors import SourceGarbled

T = TypeVar("T")

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes from outside."""


_HEX = rb"[0-9a-fA-F]"
_WHOLE = rb"\\u[dD][89abAB]" + _HEX + rb"{2}\\u[dD][c-fC-F]" + _HEX + rb"{2}"
_HALF = rb"\\u[dD][89a-fA-F]" + _HEX + rb"{2}"
_WELL = rb'(?:[^\\]++|\\["\\/bfnrt]|' + _WHOLE + rb"|(?!" + _HALF + rb")\\u" + _HEX + rb"{4})*+"
_UNWELL = re.compile(rb"(" + _WELL + rb")(?:(" + _HALF + rb")|(\\)|\Z)")
"""After what is well written half a character, or a backslash that may stand in no JSON text, or
the end: none begins within what is well written."""

_MOST_FAULTS = 10_000
"""Faults that are looked for; a text of more is none."""

_LONGEST_MENDED = 4_000_000
"""Bytes that are looked through for faults: of one that is longer the regular expression would keep
all threads waiting for a tenth of a second."""

_MOST_COMMAS = 500_000
"""In the longest answer prose has a third of that; more are the parts of a list that would keep all
threads waiting while it is read."""

MOST_ITEMS = 5_000
"""Items of one answer; the longest page of any API has 1,000."""

_CONTROL = bytes(range(32))
_BLANKS = bytes.maketrans(_CONTROL, b" " * len(_CONTROL))


def parsed(body: bytes, kind: type[T]) -> T:
    """A JSON text, also one that is not quite: half an emoji, where a text was cut, would else make
    all that stands around it unreadable. Raises one of `UNREADABLE`."""
    if body.count(b",") > _MOST_COMMAS:
        raise msgspec.ValidationError("a list without end")
    try:
        return msgspec.json.decode(body, type=kind, strict=False)
    except UNREADABLE:
        if len(body) > _LONGEST_MENDED:
            raise
        mended = _mended(body)
        if mended == body:
            raise
        return msgspec.json.decode(mended, type=kind, strict=False)


def decoded(body: bytes, kind: type[T], what: str) -> T:
    """A whole answer. Raises SourceGarbled where it is not `what` it should be (a phrase)."""
    try:
        return parsed(body, kind)
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
    """The items that can be read. Raises SourceGarbled where there are some, and none can; or where
    there are so many that it is no page of anything."""
    if len(raw) > MOST_ITEMS:
        raise SourceGarbled("The answer lists more than {limit} items.", limit=MOST_ITEMS)
    found: list[T] = []
    for item in raw:
        try:
            found.append(parsed(bytes(item), kind))
        except UNREADABLE:
            continue
    if raw and not found:
        raise SourceGarbled("Nothing in the answer is {what}.", what=what)
    return found


def _mended(body: bytes) -> bytes:
    """Without a mark of its encoding, bytes that are no character, halves of characters, stray
    backslashes and control characters."""
    bare = body.removeprefix(b"\xef\xbb\xbf").translate(_BLANKS)
    whole = bare.decode("utf-8", "replace").encode()
    return _UNWELL.sub(_replaced, whole, count=_MOST_FAULTS)


def _replaced(found: re.Match[bytes]) -> bytes:
    well, half, stray = found.groups()
    return bytes(well) + (rb"\ufffd" if half else b" " if stray else b"")
