"""Folding: what the journals hold is moved into the files of the tables, a day a file.

Nothing that counts is changed before the catalogue is replaced: files are appended to beyond their
counted size, or written anew under another name. So a fold that is killed, or that the disk
refuses, never happened, and the journals are still there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from bot.store.archive import Archive, keeping
from bot.store.base import TableSpec
from bot.store.catalogue import Catalogue, DataFile, TableRuns, write_catalogue
from bot.store.fields import UNDATED, Fields, FieldsReader
from bot.store.files import breathe, sync_folder
from bot.store.handles import Handles
from bot.store.pages import Page
from bot.store.records import Change, Stored
from bot.store.runs import Entry, Run, build, file_of, files_of, write_run
from bot.store.schema import schema
from bot.store.tables import Layer

RUNS = "index"
"""The folder of the runs."""

_TIERS = 8
"""What is new is merged with the next larger run until that is this many times larger."""

_AT_ONCE = 100_000
"""About so many documents of files that are purged are held in memory by one fold; the next ones
purge the rest."""

_MOST_DEAD = 20_000
"""So many dead places are carried along until all runs of a table are merged without them."""


class WholeChanges(NamedTuple):
    """Documents of a whole table: those that changed, or (`anew`) all that it holds. `live` is how
    many it holds."""

    documents: Sequence[tuple[str, Stored | None]]
    anew: bool
    live: int


class Work(NamedTuple):
    """What is to be folded: the writes of all commits up to `commit`; later ones are in the
    journals from `journal` on. `dead` are each table's dead places at that commit, and `limits`
    the first day (ISO) that is to be kept of some tables. Files numbered below `purged_below` are
    to hold nothing that was replaced or removed."""

    commit: int
    journal: int
    layers: Mapping[str, Layer]
    dead: Mapping[str, frozenset[int]]
    whole: Mapping[str, WholeChanges]
    limits: Mapping[str, str]
    purged_below: int = 0


class Folded(NamedTuple):
    """What came of it: the archives as they are now, where each document lies that was written,
    how many each limit dropped, and the files that nobody needs any more. `unpurged` says whether
    files that were to be purged are left for another fold."""

    catalogue: Catalogue
    archives: Mapping[str, Archive]
    places: Mapping[str, Mapping[str, int]]
    dropped: Mapping[str, int]
    doomed_files: Sequence[DataFile]
    doomed_runs: Sequence[Path]
    unpurged: bool


class _Written(msgspec.Struct, frozen=True, gc=False):
    """A document on its way into a file."""

    id: str
    stored: Stored
    fields: Fields


class Fold:
    """One fold into the folder that `catalogue` describes."""

    def __init__(
        self,
        folder: Path,
        catalogue: Catalogue,
        archives: Mapping[str, Archive],
        handles: Handles,
        on_damage: Callable[[int, int, int], None],
    ) -> None:
        self._folder = folder
        self._before = catalogue
        self._archives = archives
        self._handles = handles
        self._on_damage = on_damage
        self._next = catalogue.next
        self._files = {file.number: file for file in catalogue.files}
        self._pages: dict[int, Page] = {}
        self._room = _AT_ONCE

    def run(self, work: Work) -> Folded:
        """Carry it out. Raises OSError where the disk refuses; then nothing happened."""
        (self._folder / RUNS).mkdir(exist_ok=True)
        dropped = {table: self._drop(table, work) for table in work.limits}
        written = {table: self._write_days(table, work) for table in work.layers}
        for table, changes in work.whole.items():
            self._write_whole(table, changes, work.commit)
        for page in self._pages.values():
            page.write(self._folder)
            self._files[page.file.number] = page.written()
            self._handles.name(page.file.number, page.file.name)
        archives = {table: self._indexed(table, written[table], work) for table in work.layers}
        catalogue = self._catalogue(work, archives)
        write_catalogue(self._folder, catalogue)
        return Folded(
            catalogue,
            archives,
            {table: {e.id: e.place for e in entries} for table, entries in written.items()},
            dropped,
            [file for file in self._before.files if file.number not in self._files],
            self._doomed_runs(catalogue),
            any(self._is_to_purge(file, file.dead, work) for file in catalogue.files),
        )

    def _drop(self, table: str, work: Work) -> int:
        """Forget the files of the days before the limit; how many documents that drops, with those
        that are still in the layer."""
        limit, layer, spec = work.limits[table], work.layers[table], self._archives[table].spec
        gone = [f for f in self._files.values() if f.table == table and _is_before(f.day, limit)]
        for file in gone:
            del self._files[file.number]
        replaced = Counter(file_of(at) for at in layer.replaced.values())
        read = FieldsReader(spec)
        return sum(f.records - f.dead - replaced[f.number] for f in gone) + sum(
            1
            for stored in layer.documents.values()
            if stored and _is_before(read.day_of(read(stored.json)), limit)
        )

    def _write_days(self, table: str, work: Work) -> list[Entry]:
        """Put a table's documents on the pages of their days, and on the pages of where they were
        the word that they are gone; where each lies now."""
        layer, spec = work.layers[table], self._archives[table].spec
        days = self._carried(table, layer, work)
        read = FieldsReader(spec)
        for number, (id, stored) in enumerate(layer.documents.items()):
            breathe(number)
            if stored is not None:
                fields = read(stored.json)
                days[read.day_of(fields)].append(_Written(id, stored, fields))
        numbers = {f.day: f.number for f in self._files.values() if f.table == table}
        entries: list[Entry] = []
        for day in sorted(days):
            if _is_before(day, work.limits.get(table, UNDATED)):
                continue
            page = self._page(numbers.get(day)) or self._new_page(spec, day)
            for number, one in enumerate(days[day]):
                breathe(number)
                at, check = page.add(work.commit, Change(table, one.id, one.stored))
                entries.append(Entry(one.id, at, check, one.fields))
        self._tell_old_files(layer, {e.id: file_of(e.place) for e in entries}, table, work.commit)
        return entries

    def _carried(self, table: str, layer: Layer, work: Work) -> dict[str, list[_Written]]:
        """By day, what is alive in files that are mostly dead (or dead in part, where that is not
        to be): it is written anew, without them."""
        archive = self._archives[table]
        replaced = Counter(file_of(at) for at in layer.replaced.values())
        tired = {
            f.number: f.day or UNDATED
            for f in self._files.values()
            if f.table == table and self._is_tired(f, f.dead + replaced[f.number], work)
        }
        days: dict[str, list[_Written]] = defaultdict(list)
        if not tired:
            return days
        read = FieldsReader(archive.spec)
        places = archive.with_dead(set(work.dead[table])).places()
        numbers = files_of(places)
        for number, day in tired.items():
            del self._files[number]
            for count, at in enumerate(places[numbers == number]):
                breathe(count)
                if located := archive.read(int(at)):
                    fields = read(located.stored.json)
                    days[day].append(_Written(located.id, located.stored, fields))
        return days

    def _is_tired(self, file: DataFile, dead: int, work: Work) -> bool:
        """Whether a file, so many of whose documents are dead, is to be written anew now."""
        if self._room > 0 and self._is_to_purge(file, dead, work):
            self._room -= file.records
            return True
        return 2 * dead > file.records

    def _is_to_purge(self, file: DataFile, dead: int, work: Work) -> bool:
        return dead > 0 and file.number < work.purged_below and file.table in work.layers

    def _tell_old_files(
        self, layer: Layer, lies_in: Mapping[str, int], table: str, commit: int
    ) -> None:
        """Each file tells for itself what is alive in it: so the index could be made from them."""
        for id, replaced in layer.replaced.items():
            page = self._page(file_of(replaced))
            if page is None:
                continue
            page.dead += 1
            if lies_in.get(id) != page.file.number:
                page.add(commit, Change(table, id, None))

    def _write_whole(self, table: str, changes: WholeChanges, commit: int) -> None:
        file = next((f for f in self._files.values() if f.table == table and f.day is None), None)
        if file is not None and changes.anew:
            del self._files[file.number]
            file = None
        if not changes.documents:
            return
        page = self._page(file.number) if file else None
        page = page or self._new_page(TableSpec(table), None)
        for number, (id, stored) in enumerate(changes.documents):
            breathe(number)
            page.add(commit, Change(table, id, stored))
        page.dead = page.written().records - page.file.dead - changes.live

    def _page(self, number: int | None) -> Page | None:
        if number is None or number not in self._files:
            return None
        return self._pages.setdefault(number, Page(self._files[number]))

    def _new_page(self, spec: TableSpec, day: str | None) -> Page:
        number = self._take_number()
        named = spec.name if day is None else f"{spec.name}/{day or 'undated'}"
        name = f"{named}-{number:06}.jsonl"
        file = DataFile(number=number, table=spec.name, name=name, day=day)
        self._files[number] = file
        self._pages[number] = page = Page(file)
        return page

    def _indexed(self, table: str, written: Sequence[Entry], work: Work) -> Archive:
        """The archive with what was written, its runs merged in tiers."""
        before = self._archives[table]
        dead = set(work.dead[table])
        keep = keeping(frozenset(dead), self._files)
        runs = sorted(before.runs, key=len, reverse=True)
        gone = any(f.table == table and f.number not in self._files for f in self._before.files)
        fresh = [run for run in runs if run.file is None]
        runs = [run for run in runs if run.file is not None]
        if written:
            fresh.append(build(written, before.spec))
        everything = gone or len(dead) > _MOST_DEAD
        while runs and (everything or (fresh and _is_near(runs[-1], fresh))):
            fresh.append(runs.pop())
        if fresh:
            for run in fresh:
                dead.difference_update(run.places[~keep(run.places)].tolist())
            merged = write_run(fresh, keep, self._folder / RUNS, self._run_name(table))
            runs += [merged] if len(merged) else []
        return Archive(before.spec, runs, dead, self._handles, self._on_damage)

    def _run_name(self, table: str) -> str:
        return f"{table}-{self._take_number():06}.run"

    def _take_number(self) -> int:
        self._next += 1
        return self._next - 1

    def _catalogue(self, work: Work, archives: Mapping[str, Archive]) -> Catalogue:
        tables = {
            name: TableRuns(
                indexes=archive.spec.indexes,
                runs=tuple(run.file for run in archive.runs if run.file),
                dead=tuple(archive.dead),
            )
            for name, archive in archives.items()
        }
        sync_folder(self._folder / RUNS)
        return Catalogue(
            schema=schema(),
            commit=work.commit,
            journal=work.journal,
            next=self._next,
            files=tuple(self._files.values()),
            tables=tables,
        )

    def _doomed_runs(self, after: Catalogue) -> list[Path]:
        def names(catalogue: Catalogue) -> set[str]:
            return {run.name for table in catalogue.tables.values() for run in table.runs}

        return [self._folder / RUNS / name for name in names(self._before) - names(after)]


def _is_near(larger: Run, fresh: Sequence[Run]) -> bool:
    return len(larger) < _TIERS * sum(map(len, fresh))


def _is_before(day: str | None, limit: str) -> bool:
    return bool(day) and str(day) < limit
