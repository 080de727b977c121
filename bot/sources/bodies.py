"""A body as it came over the wire, unpacked without trusting its size. Pure."""

from __future__ import annotations

import zlib

from bot.errors import SourceGarbled, SourceUnavailable

CODINGS = "gzip, deflate"
"""The content codings that are asked for (RFC 9110, section 8.4.1), and no other."""

_MOST_MEMBERS = 1_000
"""Of 64 kB each, as some tools pack them, there are 160 in the longest body."""

_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_BARE_DEFLATE = -zlib.MAX_WBITS


def unpack(wire: bytes, coding: str, limit: int) -> bytes:
    """The content of a body that was sent with a Content-Encoding (`""` for none).

    Raises SourceGarbled for a coding that was not asked for, for what is not that coding, and
    as soon as more than `limit` bytes come out; SourceUnavailable where the end is missing.
    """
    coding = coding.strip().lower()
    if coding in ("", "identity"):
        return wire
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise SourceGarbled("The answer was packed in a way that nobody asked for.")
    if not wire:
        return b""
    try:
        return _inflated(wire, _GZIP_OR_ZLIB, limit)
    except zlib.error:
        pass
    try:  # some servers leave out deflate's zlib header
        return _inflated(wire, _BARE_DEFLATE, limit)
    except zlib.error:
        raise SourceGarbled("The answer was packed, and cannot be unpacked.") from None


def too_long(limit: int) -> SourceGarbled:
    """That an answer holds more than `limit` bytes."""
    return SourceGarbled("The answer holds more than {limit} MB.", limit=f"{limit / 1_000_000:g}")


def _inflated(wire: bytes, window: int, limit: int) -> bytes:
    """All members of a stream, one after the other; what follows that is no member is dropped."""
    content = bytearray()
    members = 0
    while wire:
        members += 1
        if members > _MOST_MEMBERS:  # each costs a copy of all that follows it
            raise SourceGarbled("The answer was packed, and cannot be unpacked.")
        member = zlib.decompressobj(window)
        try:
            content += member.decompress(wire, limit + 1 - len(content))
        except zlib.error:
            if content:
                break
            raise
        if len(content) > limit:
            raise too_long(limit)
        if not member.eof:
            raise SourceUnavailable("The answer broke off before its end.")
        wire = member.unused_data
    return bytes(content)
