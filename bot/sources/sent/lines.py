"""The lines of a table in plain text, put together to records: a quoted cell may hold line breaks.
Pure.

As RFC 4180 has it, and more patient: a quotation mark that is never closed spoils its own line
and not the rest of the file.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator

import msgspec

MOST_LINES = 500
LONGEST = 200_000
"""Of one record, in lines and characters; beyond that its quotation mark was never meant."""

csv.field_size_limit(4 * LONGEST)


class Record(msgspec.Struct, frozen=True):
    """The cells of a record, which begins on this line (from 1)."""

    line: int
    cells: tuple[str, ...]


class BadLine(msgspec.Struct, frozen=True):
    """A line (from 1) that makes no record or no post, and why; never what stands in it."""

    line: int
    words: str


def records(lines: Iterable[str], delimiter: str) -> Iterator[Record | BadLine]:
    """The records of a table, in order; lines without anything are left out."""
    source = iter(lines)
    ahead: deque[str] = deque()
    number = 0
    while True:
        first = ahead.popleft() if ahead else next(source, None)
        if first is None:
            return
        number += 1
        held, length, is_open = [first], len(first), _is_open(first, delimiter)
        while is_open and len(held) < MOST_LINES and length < LONGEST:
            line = ahead.popleft() if ahead else next(source, None)
            if line is None:
                break
            held.append(line)
            length += len(line)
            is_open = _is_open(line, delimiter, inside=True)
        if is_open:
            ahead.extendleft(reversed(held[1:]))
            yield BadLine(number, "a quotation mark opens here and is never closed")
            continue
        if cells := _cells("".join(held), delimiter):
            yield Record(number, cells)
        number += len(held) - 1


def _cells(text: str, delimiter: str) -> tuple[str, ...]:
    """The cells of one record, () where all of them are empty."""
    for cells in csv.reader([text], delimiter=delimiter, strict=False):
        return tuple(cells) if any(cell.strip() for cell in cells) else ()
    return ()


def _is_open(line: str, delimiter: str, *, inside: bool = False) -> bool:
    """Whether a quoted cell goes on after this line, at whose beginning one did or did not."""
    place, end = 0, len(line)
    while place < end:
        if inside:
            quote = line.find('"', place)
            if quote < 0:
                return True
            if line[quote + 1 : quote + 2] == '"':
                place = quote + 2
                continue
            inside, place = False, quote + 1
        elif line[place] == '"':
            inside, place = True, place + 1
            continue
        after = line.find(delimiter, place)
        if after < 0:
            return False
        place = after + 1
    return inside
