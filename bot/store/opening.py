"""Reading a data folder: its catalogue, its files and its journals become tables."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from bot.store.archive import Archive
from bot.store.base import TableSpec
from bot.store.catalogue import NAME as CATALOGUE
from bot.store.catalogue import (
    Catalogue,
    CatalogueDamaged,
    DataFile,
    TableRuns,
    read_catalogue,
    write_catalogue,
)
from bot.store.damage import SetAside, set_aside
from bot.store.fields import UNDATED, FieldsReader
from bot.store.files import TEMPORARY
from bot.store.fold import RUNS
from bot.store.handles import Handles
from bot.store.journal import inherited, journal_path, numbered_journals, read_journals
from bot.store.records import Damage, Stored, check_before, placed_records
from bot.store.runs import Entry, Run, build, check_run, map_run, place
from bot.store.schema import schema
from bot.store.tables import DayTable, WholeTable

_NUMBERED = re.compile(r"(.+)-(\d{6,})\.jsonl")

logger = logging.getLogger(__name__)


class Opened(NamedTuple):
    """A data folder as it was read. `commit` is its last one, `journal` the last journal;
    `unsettled` says that something in it should be written anew soon."""

    catalogue: Catalogue
    tables: dict[str, WholeTable | DayTable]
    handles: Handles
    commit: int
    journal: int
    set_aside: list[SetAside]
    unsettled: bool


class _Document(NamedTuple):
    """What a record of a file says: where its body begins, its check, and the document, or None
    where it says that the document is gone."""

    offset: int
    check: int
    id: str
    stored: Stored | None


class Opening:
    """Reads `folder`. Where `mending` (nobody else may use it then) what was left behind by a
    kill is removed, and what is damaged is set aside; otherwise nothing is written."""

    def __init__(self, folder: Path, specs: Sequence[TableSpec], *, mending: bool) -> None:
        self._folder = folder
        self._specs = {spec.name: spec for spec in specs}
        self._mending = mending
        self.set_aside: list[SetAside] = []
        self._handles = Handles(folder)
        self._files: dict[int, DataFile] = {}
        self._unsettled = False

    def open(self) -> Opened:
        """Raises StoreDamaged where what is there cannot be Vigie's, StoreBehind where a newer one
        wrote it, ValueError where a document does not fit the declared indexes, OSError;
        FileNotFoundError, too, where somebody folded while it was read: what is gone then has
        another place, and is neither damaged nor lost."""
        if self._mending:
            return self._opened()
        before = self._written()
        opened = self._opened()
        if self._written() != before:
            self._handles.close()
            raise FileNotFoundError(f"{self._folder} was folded while it was read")
        return opened

    def _written(self) -> Catalogue | None:
        """The catalogue that counts at the moment, if one can be read."""
        try:
            return read_catalogue(self._folder)
        except CatalogueDamaged:
            return None

    def _opened(self) -> Opened:
        catalogue = self._catalogue()
        if self._mending:
            _sweep(self._folder, catalogue)
        for file in catalogue.files:
            self._handles.name(file.number, file.name)
            self._files[file.number] = file
        tables: dict[str, WholeTable | DayTable] = {}
        strangers: list[DataFile] = []
        for spec in self._all_specs(catalogue):
            files = [file for file in catalogue.files if file.table == spec.name]
            fitting = [file for file in files if (file.day is None) == (spec.day is None)]
            strangers += [file for file in files if file not in fitting]
            tables[spec.name] = (
                self._whole(spec, fitting)
                if spec.day is None
                else DayTable(spec, self._archive(spec, fitting, catalogue.tables.get(spec.name)))
            )
        for file in strangers:
            self._adopt(tables[file.table], file)
        old = bool(inherited(self._folder))
        commit = self._replay(catalogue, tables)
        numbers = numbered_journals(self._folder)
        left = len(numbers) > 1 or old or bool(strangers)
        kept = tuple(self._files[file.number] for file in catalogue.files if file not in strangers)
        return Opened(
            replace(catalogue, files=kept),
            tables,
            self._handles,
            commit,
            max([catalogue.journal, *numbers]),
            self.set_aside,
            left or bool(self.set_aside) or self._unsettled,
        )

    def damaged(self, file: int, offset: int, length: int) -> None:
        """Tell of a document that was found to be damaged when it was asked for."""
        path = self._handles.path(file)
        known = any(aside.file == path and aside.offset == offset for aside in self.set_aside)
        if not known:
            piece = self._handles.read(file, offset, length) if length else b""
            aside = set_aside(self._folder, path, offset, piece, copied=self._mending)
            self.set_aside.append(aside)

    def _catalogue(self) -> Catalogue:
        try:
            found = read_catalogue(self._folder)
        except CatalogueDamaged:
            path = self._folder / CATALOGUE
            aside = set_aside(self._folder, path, 0, path.read_bytes(), copied=self._mending)
            self.set_aside.append(aside)
            found = None
        if found is not None:
            return self._of_now(found)
        files = _data_files(self._folder)
        if files:
            logger.warning("%s: the catalogue is made anew from the files", self._folder)
            self._unsettled = True
        journals = numbered_journals(self._folder)
        used = [file.number for file in files] + _run_numbers(self._folder)
        made = Catalogue(
            schema=schema(),
            journal=min(journals, default=1),
            next=max(used, default=0) + 1,
            files=tuple(files),
        )
        if self._mending and not files:
            write_catalogue(self._folder, made)  # from now on, what it does not name is nobody's
        return made

    def _of_now(self, catalogue: Catalogue) -> Catalogue:
        """From now on an older Vigie leaves the folder alone: what is written to it may be new."""
        if not self._mending or catalogue.schema == schema():
            return catalogue
        catalogue = replace(catalogue, schema=schema())
        write_catalogue(self._folder, catalogue)
        return catalogue

    def _all_specs(self, catalogue: Catalogue) -> list[TableSpec]:
        """Those declared, and one for each table that the files hold besides."""
        others = {file.table for file in catalogue.files} - self._specs.keys()
        return [*self._specs.values(), *(TableSpec(name) for name in sorted(others))]

    def _whole(self, spec: TableSpec, files: Sequence[DataFile]) -> WholeTable:
        table = WholeTable(spec)
        damages = len(self.set_aside)
        for file in files:
            for document in self._documents(file):
                stored = document.stored
                table.apply(document.id, stored, table.fields_of(stored))
        table.changed.clear()
        table.worn = len(self.set_aside) > damages or len(files) > 1
        return table

    def _archive(
        self, spec: TableSpec, files: Sequence[DataFile], known: TableRuns | None
    ) -> Archive:
        if known is not None and known.indexes == spec.indexes:
            runs = self._runs(known)
            if runs is not None:
                return Archive(spec, runs, set(known.dead), self._handles, self.damaged)
        runs = [build(entries, spec) for file in files if (entries := self._entries(file, spec))]
        if files:
            logger.warning("%s: the index is made anew from the files", self._folder / spec.name)
            self._unsettled = True
        return Archive(spec, runs, set(), self._handles, self.damaged)

    def _runs(self, known: TableRuns) -> list[Run] | None:
        """The runs of a table; None where one of them is not as it was written."""
        folder = self._folder / RUNS
        try:
            if all(check_run(folder, file) for file in known.runs):
                return [map_run(folder, file) for file in known.runs]
        except (OSError, ValueError) as fault:
            logger.warning("%s", fault)
        return None

    def _entries(self, file: DataFile, spec: TableSpec) -> list[Entry]:
        """What is alive in a file of a day, which is counted as well."""
        read = FieldsReader(spec)
        found: dict[str, Entry] = {}
        records = 0
        for document in self._documents(file):
            records += document.stored is not None
            if document.stored is None:
                found.pop(document.id, None)
            else:
                at = place(file.number, document.offset)
                fields = read(document.stored.json)
                found[document.id] = Entry(document.id, at, document.check, fields)
        self._files[file.number] = replace(file, records=records, dead=records - len(found))
        return list(found.values())

    def _documents(self, file: DataFile) -> Iterator[_Document]:
        """All that was ever written to a file, in order."""
        path = self._folder / file.name
        try:
            data = path.read_bytes()[: file.size]
        except FileNotFoundError:
            data = b""
        if len(data) < file.size:
            missing = set_aside(self._folder, path, len(data), b"", copied=self._mending)
            self.set_aside.append(missing)
        for start, part in placed_records(data):
            if isinstance(part, Damage):
                piece = data[part.start : part.end]
                aside = set_aside(self._folder, path, start, piece, copied=self._mending)
                self.set_aside.append(aside)
                continue
            body = data.index(b"\n", start) + 1
            check = check_before(data[start:body], body - start)
            for change in part.changes:
                yield _Document(body, check or 0, change.id, change.stored)

    def _adopt(self, table: WholeTable | DayTable, file: DataFile) -> None:
        """Take in documents that an earlier version kept otherwise."""
        for document in self._documents(file):
            stored = document.stored
            table.apply(document.id, stored, table.fields_of(stored))

    def _replay(self, catalogue: Catalogue, tables: dict[str, WholeTable | DayTable]) -> int:
        commit = catalogue.commit
        for record in read_journals(
            self._folder, catalogue.journal, commit, self.set_aside, mending=self._mending
        ):
            for change in record.changes:
                table = tables.get(change.table)
                if table is None:
                    table = tables[change.table] = WholeTable(TableSpec(change.table))
                stored = change.stored
                table.apply(change.id, stored, table.fields_of(stored))
            commit = max(commit, record.number)
        return commit


def _sweep(folder: Path, catalogue: Catalogue) -> None:
    """Remove what a fold left behind that was killed before it counted, or after."""
    named = {folder / file.name for file in catalogue.files}
    named |= {folder / RUNS / r.name for table in catalogue.tables.values() for r in table.runs}
    tables = {path.parent for path in named} | {folder / RUNS}
    found = [path for place in tables if place != folder for path in place.glob("*")]
    found += folder.glob(f"*{TEMPORARY}")
    found += [path for path in folder.glob("*.jsonl") if _NUMBERED.fullmatch(path.name)]
    for path in found:
        if path not in named and not path.name.startswith("journal-"):
            path.unlink()
    for number in numbered_journals(folder):
        if number < catalogue.journal:
            journal_path(folder, number).unlink()


def _data_files(folder: Path) -> list[DataFile]:
    """The files of documents by their names, where no catalogue tells; of two for the same day
    the later one, which was written whole before it got its name."""
    latest: dict[tuple[str, str | None], DataFile] = {}
    paths = [*folder.glob("*.jsonl"), *folder.glob("*/*.jsonl")]
    for path in paths:
        written = _NUMBERED.fullmatch(path.name)
        if not written or path.name.startswith("journal-"):
            continue
        day = None if path.parent == folder else written[1].replace("undated", UNDATED)
        table = written[1] if day is None else path.parent.name
        file = DataFile(
            number=int(written[2]),
            table=table,
            name=path.relative_to(folder).as_posix(),
            day=day,
            size=path.stat().st_size,
        )
        if (known := latest.get((table, day))) is None or known.number < file.number:
            latest[table, day] = file
    return sorted(latest.values(), key=lambda file: file.number)


def _run_numbers(folder: Path) -> list[int]:
    names = [path.stem.rpartition("-")[2] for path in (folder / RUNS).glob("*.run")]
    return [int(name) for name in names if name.isdecimal()]
