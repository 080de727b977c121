"""The records of a store's files: one commit a record, framed so that damage is found and passed.

A record is a header line and a body of JSON lines, one line a changed document:

    #v1 12 81 5f3a09c1 0d2b7e44
    {"table":"watches","id":"acme","version":3,"document":{"name":"Acme"}}

The header holds the number of the commit, the length of the body in bytes, the CRC-32 of the
body, and the CRC-32 of the header up to there. Its own check tells a torn record (a sound header,
too few bytes after it) from a damaged one. JSON has no raw line break inside a string, so no
document can hold what reads as a header.

Everything here is pure: bytes in, values out.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

import msgspec

_HEADER = re.compile(rb"#v1 (\d{1,19}) (\d{1,19}) ([0-9a-f]{8}) ([0-9a-f]{8})\n")
_TORN_HEADER = re.compile(rb"#(v(1( \d{0,19}( \d{0,19}( [0-9a-f]{0,8}( [0-9a-f]{0,8})?)?)?)?)?)?")
_AT_ONCE = 500
"""Documents encoded in one go, in which no other thread gets its turn."""

_NOTHING = msgspec.Raw(b"null")


class Stored(msgspec.Struct, frozen=True, gc=False):
    """A document at rest: its version, and its JSON as UTF-8."""

    version: int
    json: bytes


class Change(msgspec.Struct, frozen=True, gc=False):
    """What a commit does to one document; `stored` is None where it is removed."""

    table: str
    id: str
    stored: Stored | None


class Record(NamedTuple):
    """A sound record; `number` is its commit's, counted from 1."""

    number: int
    changes: tuple[Change, ...]


class Damage(NamedTuple):
    """The bytes from `start` up to `end` are not a record; `torn` if they are the beginning of
    one that was being written when the process ended."""

    start: int
    end: int
    torn: bool


class _Line(msgspec.Struct):
    table: str
    id: str
    version: int
    document: msgspec.Raw = _NOTHING


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Line)


def encode_record(number: int, changes: Iterable[Change]) -> bytes:
    """A record's bytes, header and body."""
    rest = iter(changes)
    pieces = []
    while piece := [_line(change) for change in islice(rest, _AT_ONCE)]:
        pieces.append(_encoder.encode_lines(piece))
    body = b"".join(pieces)
    head = b"#v1 %d %d %08x " % (number, len(body), zlib.crc32(body))
    return b"%s%08x\n%s" % (head, zlib.crc32(head), body)


class Placed(NamedTuple):
    """A record of one document, and how its body is found in a file again: it begins `body` bytes
    after the record's start; `check` holds its length and CRC-32 (see `read_body`)."""

    record: bytes
    body: int
    check: int


def encode_document_record(number: int, change: Change) -> Placed:
    """A record that holds one document, for a file in which documents are read one by one."""
    body = _encoder.encode(_line(change)) + b"\n"
    crc = zlib.crc32(body)
    head = b"#v1 %d %d %08x " % (number, len(body), crc)
    header = b"%s%08x\n" % (head, zlib.crc32(head))
    return Placed(header + body, len(header), len(body) << 32 | crc)


def check_before(data: bytes, end: int) -> int | None:
    """The `check` of the body that begins at `end` of `data`, by the header that stands before
    it; None where no sound header does."""
    start = data.rfind(b"#v1 ", 0, end)
    header = _header_at(data, start) if start >= 0 else None
    if header is None or header.end() != end:
        return None
    return int(header[2]) << 32 | int(header[3], 16)


def length_of(check: int) -> int:
    """The length in bytes of a body with this `check`."""
    return check >> 32


def read_body(body: bytes, check: int) -> tuple[str, Stored] | None:
    """The id and document in a body of one document; None where it is not what was written, or
    says that the document is gone."""
    if len(body) != check >> 32 or zlib.crc32(body) != check & 0xFFFFFFFF:
        return None
    line = _decoder.decode(body)
    return (line.id, Stored(line.version, bytes(line.document))) if line.version else None


def scan_records(data: bytes) -> Iterator[Record | Damage]:
    """All of `data` in its order: sound records, and between them what is not one."""
    for _, part in placed_records(data):
        yield part


def placed_records(data: bytes) -> Iterator[tuple[int, Record | Damage]]:
    """As `scan_records`, each with the position at which it begins."""
    position = 0
    while position < len(data):
        found = _record_at(data, position)
        if found is None:
            end = _next_sound(data, position + 1)
            torn = end == len(data) and _is_torn(data[position:])
            yield position, Damage(position, end, torn=torn)
            position = end
        else:
            record, end = found
            yield position, record
            position = end


def _line(change: Change) -> _Line:
    if change.stored is None:
        return _Line(change.table, change.id, 0)
    return _Line(change.table, change.id, change.stored.version, msgspec.Raw(change.stored.json))


def _change(line: _Line) -> Change:
    if not line.version:
        return Change(line.table, line.id, None)
    return Change(line.table, line.id, Stored(line.version, bytes(line.document)))


def _record_at(data: bytes, position: int) -> tuple[Record, int] | None:
    header = _header_at(data, position)
    if header is None:
        return None
    end = header.end() + int(header[2])
    body = data[header.end() : end]
    if end > len(data) or zlib.crc32(body) != int(header[3], 16):
        return None
    try:
        changes = tuple(_change(line) for line in _decoder.decode_lines(body))
    except msgspec.DecodeError:
        return None
    return Record(int(header[1]), changes), end


def _header_at(data: bytes, position: int) -> re.Match[bytes] | None:
    header = _HEADER.match(data, position)
    if header is None or zlib.crc32(data[position : header.start(4)]) != int(header[4], 16):
        return None
    return header


def _next_sound(data: bytes, position: int) -> int:
    for candidate in _HEADER.finditer(data, position):
        if _record_at(data, candidate.start()) is not None:
            return candidate.start()
    return len(data)


def _is_torn(tail: bytes) -> bool:
    header = _header_at(tail, 0)
    if header is not None:
        return header.end() + int(header[2]) > len(tail)
    return _TORN_HEADER.fullmatch(tail) is not None
