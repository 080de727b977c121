"""A file of posts, whatever made it: a spreadsheet's table, JSON, or JSON on each line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, Literal
from zoneinfo import ZoneInfo

import msgspec

from bot.domain.mention import Post
from bot.sources.sent.columns import Columns, columns_of
from bot.sources.sent.faults import Unfit
from bot.sources.sent.item import Field, Gone, item_of
from bot.sources.sent.lines import BadLine
from bot.sources.sent.objects import rows_of_lines, rows_of_text
from bot.sources.sent.opening import UnreadableFile, text_of
from bot.sources.sent.tables import Layout, Row, layout_of, rows
from bot.sources.sent.times import DayOrder, order_of, says_zone
from bot.sources.text import html_to_text

__all__ = ["LARGEST", "SAMPLED", "PostFile", "UnreadableFile", "Written", "opened"]

Form = Literal["table", "lines", "objects"]

SAMPLED = 2_000
"""Rows that are looked at before the first is read: how times are written shows in them."""

LARGEST = 512 << 20
"""Bytes of a JSON file that is not one object a line, and so is held whole."""

_BY_NAME: Mapping[str, Form] = {
    **dict.fromkeys((".jsonl", ".ndjson", ".ldjson"), "lines"),
    **dict.fromkeys((".csv", ".tsv", ".tab"), "table"),
}
_MARKUP = re.compile(r"</?(?:p|br|div|a|b|i|em|strong|span|ul|li|img|blockquote)\b[^<>]*>", re.I)
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,5});", re.I)


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """How a file was written, as far as it could be found out.

    `columns` say what its columns mean, `unused` are those that mean nothing here. `encoding` is
    told where it is a guess. `order` is how it writes day and month, None where no time in it
    tells; `has_naive` is whether there are times that name no zone.
    """

    form: Form
    columns: Columns
    unused: tuple[str, ...] = ()
    encoding: str = ""
    order: DayOrder | None = None
    has_naive: bool = False


class PostFile:
    """A file that is read from its beginning to its end, once."""

    def __init__(
        self, path: Path, binary: BinaryIO, told: Mapping[Field, str], order: DayOrder | None
    ) -> None:
        self.size = path.stat().st_size
        self._binary = binary
        self._told = told
        self._text = text_of(binary)
        self._form = self._find_form(path)
        self._layout = self._find_layout() if self._form == "table" else None
        self._by_names: dict[tuple[str, ...], Columns] = {}
        self.written = self._look(self._text.words, order)

    @property
    def position(self) -> int:
        """How many of its bytes are read, about."""
        return self._binary.tell()

    def items(
        self, source: str, now: datetime, zone: ZoneInfo | None
    ) -> Iterator[Post | Gone | BadLine]:
        """What its rows say, in order: each a post, or why it is none. Times that name no zone are
        those of `zone`; with None they are bad."""
        self._text.rewind()
        for row in self._rows():
            if isinstance(row, BadLine):
                yield row
                continue
            try:
                yield item_of(self._values(row), source, now, zone, self.written.order)
            except Unfit as unfit:
                yield BadLine(row.line, str(unfit))

    def _values(self, row: Row) -> dict[Field, object]:
        values = self._columns(row).values(row.values)
        if isinstance(text := values.get("text"), str):
            values["text"] = _unmarked(text)
        return values

    def _columns(self, row: Row) -> Columns:
        """A table's are the same in each row; objects may each have names of their own."""
        if self._layout:
            return self._layout.columns
        names = tuple(row.values)
        found = self._by_names.get(names)
        if found is None:
            found = columns_of(names, self._told)
            if len(self._by_names) < SAMPLED:
                self._by_names[names] = found
        return found

    def _rows(self) -> Iterator[Row | BadLine]:
        if self._layout:
            return rows(self._text.lines(), self._layout)
        if self._form == "lines":
            return rows_of_lines(self._text.lines())
        return rows_of_text(self._text.file.read())

    def _find_form(self, path: Path) -> Form:
        if form := _BY_NAME.get(path.suffix.lower()):
            return form
        start = [line.strip() for line in islice(self._text.lines(), 40) if line.strip()]
        self._text.rewind()
        first = start[0].lstrip("\ufeff")[:1] if start else ""
        if first == "{" and sum(line[0] + line[-1] == "{}" for line in start) > len(start) / 2:
            return "lines"
        if first not in ("{", "[") and path.suffix.lower() != ".json":
            return "table"
        if self.size > LARGEST:
            raise UnreadableFile("is too large for one array: write one object a line (JSON Lines)")
        return "objects"

    def _find_layout(self) -> Layout[Columns]:
        layout = layout_of(self._text.lines(), lambda names: columns_of(names, self._told))
        self._text.rewind()
        if layout is None:
            raise UnreadableFile("holds nothing")
        return layout

    def _look(self, encoding: str, order: DayOrder | None) -> Written:
        """What the first rows tell. Raises UnreadableFile where no posts can be made of them."""
        found = list(islice(self._rows(), SAMPLED))
        sample = [row for row in found if isinstance(row, Row)]
        names = dict.fromkeys(chain.from_iterable(row.values for row in sample))
        columns = self._layout.columns if self._layout else columns_of(names, self._told)
        names = dict.fromkeys(self._layout.names) if self._layout else names
        if not columns.is_enough and (names or not found):
            raise UnreadableFile(_lacking(columns, list(names)))
        used = {*columns.of.values(), *columns.acts}
        times = [str(self._columns(row).values(row.values).get("at") or "") for row in sample]
        return Written(
            form=self._form,
            columns=columns,
            unused=tuple(name for name in names if name and name not in used),
            encoding=encoding,
            order=order or order_of(times),
            has_naive=not all(map(says_zone, filter(None, times))),
        )


@contextmanager
def opened(
    path: Path, told: Mapping[Field, str] | None = None, order: DayOrder | None = None
) -> Iterator[PostFile]:
    """A file of posts, open while the block runs; `told` names columns that are not guessed, and
    `order` says how it writes day and month. Blocks for as long as the disk takes.

    Raises UnreadableFile where no posts can be made of it, and OSError.
    """
    with path.open("rb") as binary:
        yield PostFile(path, binary, told or {}, order)


def _lacking(columns: Columns, names: list[str]) -> str:
    if not names:
        return "holds nothing"
    lacking = [
        what
        for field, what in (("text", "what a post says"), ("at", "when it was written"))
        if field not in columns.of
    ]
    shown = ", ".join(f"“{name[:40]}”" for name in names[:30])
    hints = " ".join(f"--map {field}=…" for field in ("text", "at") if field not in columns.of)
    return (
        f"does not show {' and '.join(lacking)}. Its columns are {shown}: "
        f"name the ones that are meant, with {hints}"
    )


def _unmarked(text: str) -> str:
    """Without the HTML that some exports leave in it; other angle brackets are the author's."""
    return html_to_text(text) if _MARKUP.search(text) or _ENTITY.search(text) else text
