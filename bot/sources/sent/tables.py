"""A table in plain text as rows: its delimiter and its line of names are found out. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from itertools import chain, islice
from typing import Generic, Protocol, TypeVar

import msgspec

from bot.sources.sent.encodings import is_torn
from bot.sources.sent.lines import BadLine, Record, records

DELIMITERS = (",", ";", "\t", "|")

LOOKED_AT = 40
"""Lines in which the names of the columns are looked for: some tools put a preamble before them."""


class Meant(Protocol):
    """What columns mean: those `of` which it is known, and whether these are enough for rows."""

    @property
    def of(self) -> Sized: ...
    @property
    def is_enough(self) -> bool: ...


C = TypeVar("C", bound=Meant)


class Row(msgspec.Struct, frozen=True):
    """What stands under each name, in a record that begins on this line (from 1)."""

    line: int
    values: Mapping[str, object]


class Layout(msgspec.Struct, Generic[C], frozen=True, kw_only=True):
    """How a table is written: the line (from 1) of its names, what they are, and what they mean."""

    delimiter: str
    line: int
    names: tuple[str, ...]
    columns: C


def layout_of(lines: Iterable[str], meant: Callable[[Sequence[str]], C]) -> Layout[C] | None:
    """How a table is written, by its first lines; `meant` tells what columns of some names are.
    None where there is nothing in it.

    The line of names is the one that names most; where none names anything, the first.
    """
    start = list(islice(lines, LOOKED_AT))
    if start and start[0].strip().casefold() in [f"sep={mark}" for mark in (",", ";", "|")]:
        start[0] = "\n"
    layouts = [
        layout for mark in DELIMITERS if (layout := _best_line(start, mark, meant)) is not None
    ]
    return max(layouts, key=_worth, default=None)


def _best_line(
    start: list[str], delimiter: str, meant: Callable[[Sequence[str]], C]
) -> Layout[C] | None:
    found = [record for record in records(start, delimiter) if isinstance(record, Record)]
    layouts = [_layout(record, delimiter, meant) for record in found]
    best = max(layouts, key=_worth, default=None)
    if best is None or best.columns.is_enough:
        return best
    usual = Counter(len(record.cells) for record in found).most_common(1)[0][0]
    return next(layout for layout in layouts if len(layout.names) == usual)


def _worth(layout: Layout[C]) -> tuple[bool, int, int]:
    """The more a line names the better; between two the earlier one wins by being met first."""
    return layout.columns.is_enough, len(layout.columns.of), len(layout.names)


def _layout(record: Record, delimiter: str, meant: Callable[[Sequence[str]], C]) -> Layout[C]:
    names = tuple(cell.strip() for cell in record.cells)
    return Layout(delimiter=delimiter, line=record.line, names=names, columns=meant(names))


def rows(lines: Iterable[str], layout: Layout[C]) -> Iterator[Row | BadLine]:
    """The rows under the line of names, in order; `lines` are all of the table's.

    A row that is too short has nothing in what it lacks; one that is too long is bad, as nobody can
    tell which of its cells is which.
    """
    source = iter(lines)
    blank = chain(["\n"] * sum(1 for _ in islice(source, layout.line - 1)), source)
    under = False
    for record in records(blank, layout.delimiter):
        if not under:
            under = True
            continue
        if isinstance(record, BadLine):
            yield record
        elif any(cell.strip() for cell in record.cells[len(layout.names) :]):
            yield BadLine(
                record.line, f"has {len(record.cells)} cells, and there are {len(layout.names)}"
            )
        elif any(is_torn(cell) for cell in record.cells):
            yield BadLine(record.line, "holds bytes that are not UTF-8")
        else:
            yield Row(record.line, dict(zip(layout.names, record.cells, strict=False)))
