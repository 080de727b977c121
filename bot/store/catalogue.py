"""The catalogue of a data folder: which files hold what, up to which commit.

Files that it does not name are nobody's: they were being written when the process ended. It is
replaced as a whole, and that is the moment from which what was folded counts.
"""

from __future__ import annotations

import zlib
from pathlib import Path

import msgspec

from bot.errors import StoreBehind
from bot.store.base import Index
from bot.store.files import replace_file
from bot.store.runs import RunFile
from bot.store.schema import schema

NAME = "catalogue.json"
FORMAT = 1


class DataFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of documents: one day of a table (`UNDATED` has a file too), or a whole table.

    `size` bytes of it count; `records` is how many documents were written to it, `dead` how many
    of them were replaced or removed since.
    """

    number: int
    table: str
    name: str
    day: str | None = None
    size: int = 0
    records: int = 0
    dead: int = 0


class TableRuns(msgspec.Struct, frozen=True, kw_only=True):
    """Where the documents of a table that is kept by day lie: its runs, the indexes that they
    were made for, and the places in them that hold nothing any more."""

    indexes: tuple[Index, ...]
    runs: tuple[RunFile, ...] = ()
    dead: tuple[int, ...] = ()


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """`format` is the way in which the folder is kept, `schema` the newest documents that may be in
    it (see `bot.store.schema`; 0: of a Vigie that did not say); `commit` is the last one whose
    writes are in the files; `journal` the first journal that holds later ones; `next` the number of
    the next new file."""

    format: int = FORMAT
    schema: int = 0
    commit: int = 0
    journal: int = 1
    next: int = 1
    files: tuple[DataFile, ...] = ()
    tables: dict[str, TableRuns] = {}


class CatalogueDamaged(Exception):
    """The catalogue is not what was written."""


class _Format(msgspec.Struct):
    format: int = FORMAT
    schema: int = 0


_decoder = msgspec.json.Decoder(Catalogue)
_format_decoder = msgspec.json.Decoder(_Format)


def read_catalogue(folder: Path) -> Catalogue | None:
    """The catalogue of a folder, None where it has none.

    Raises CatalogueDamaged, and StoreBehind where a newer Vigie wrote it.
    """
    try:
        data = (folder / NAME).read_bytes()
    except FileNotFoundError:
        return None
    body, _, rest = data.partition(b"\n")
    if rest != b"%08x\n" % zlib.crc32(body):
        raise CatalogueDamaged
    try:
        written = _format_decoder.decode(body)
        if written.format > FORMAT or written.schema > schema():
            raise StoreBehind(f"{folder} was written by a newer Vigie: start that one")
        return _decoder.decode(body)
    except msgspec.DecodeError as fault:
        raise CatalogueDamaged from fault


def write_catalogue(folder: Path, catalogue: Catalogue) -> None:
    """From here on the folder is what `catalogue` says. Raises OSError."""
    body = msgspec.json.encode(catalogue)
    replace_file(folder / NAME, b"%s\n%08x\n" % (body, zlib.crc32(body)))
