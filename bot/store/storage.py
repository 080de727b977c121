"""TinyDB's Storage over the tables of a data folder: commits through one thread.

Whoever commits decides under the lock, in order, against the newest versions (those still on their
way to the disk included). The writer takes all that waits, writes it to the journal with one sync,
and only then lets the documents be seen. When the journal has grown, a second thread folds it into
the files of the tables while the writer goes on. No document is shared with anybody: it is encoded
on the way in and decoded on the way out.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from enum import Enum
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, RLock, Thread
from typing import NamedTuple

import msgspec
from tinydb.storages import Storage

from bot.errors import Conflict, StoreReadOnly
from bot.store.base import Find, Put, Remove, TableSize, TableSpec, Write, encoded
from bot.store.damage import SetAside, forget_damaged
from bot.store.fields import Fields
from bot.store.folding import Folding
from bot.store.journal import Journal
from bot.store.lock import FolderLock
from bot.store.measures import size_of
from bot.store.opening import Opening
from bot.store.records import Change, Stored, encode_record
from bot.store.tables import DayTable, Selected, WholeTable
from bot.store.view import DocumentsView, Object, TableView

COMPACT_FROM = 8 << 20
"""Bytes of journal from which it is folded into the tables' files."""

PRIVATE = 0o700
"""The rights on a folder that is made: what people wrote is for nobody else on the machine."""

_Place = tuple[str, str]
_NEVER = (0, 0)

logger = logging.getLogger(__name__)


class _Prepared(msgspec.Struct, frozen=True, gc=False):
    """A write, encoded and read for its indexed fields; both None where it removes."""

    write: Write
    json: bytes | None
    fields: Fields | None


Settle = Callable[[StoreReadOnly | None], None]
"""Called once, from any thread: the commit is on disk and can be seen (None), or was refused."""


class _Commit(NamedTuple):
    number: int
    changes: Sequence[tuple[Change, Fields | None]]
    settle: Settle


class _Word(Enum):
    """What the writer is told."""

    COME_BY = "come by"
    CLOSE = "close"


class JournalStorage(Storage):
    """The documents of one data folder; safe to use from any thread.

    Raises at construction StoreLocked where another process holds the folder, ValueError where
    what is in it does not fit the tables, OSError where it cannot be written.
    """

    def __init__(
        self, folder: Path, tables: Sequence[TableSpec], *, compact_from: int = COMPACT_FROM
    ) -> None:
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        self._path = folder
        self._folder = FolderLock(folder)
        self._lock = RLock()
        self._waiting: deque[_Commit] = deque()
        self._writing = Lock()
        self._words: SimpleQueue[_Word] = SimpleQueue()
        try:
            opening = Opening(folder, tables, mending=True)
            opened = opening.open()
            self._journal = Journal(folder, opened.journal)
        except BaseException:
            self._folder.release()
            raise
        self._handles = opened.handles
        self._tables = opened.tables
        self._declared_tables = {spec.name: opened.tables[spec.name] for spec in tables}
        self._set_aside = opened.set_aside
        self._number = self._published = opened.commit
        self._folding = Folding(
            folder,
            opened.catalogue,
            self._tables,
            opened.handles,
            self._journal,
            self._lock,
            fold_from=compact_from,
            nudge=lambda: self._words.put(_Word.COME_BY),
            on_damage=opening.damaged,
        )
        self._folding.wanted = opened.unsettled
        self._underway: dict[_Place, tuple[int, int]] = {}
        self._refusal: str | None = None  # why no commit is taken any more
        self._broken: str | None = None  # why none is written
        self._closed = False
        self._words.put(_Word.COME_BY)
        self._writer = Thread(target=self._keep_writing, name="vigie-store", daemon=True)
        self._writer.start()

    @property
    def set_aside(self) -> Sequence[SetAside]:
        """What could not be read, when the folder was opened or since."""
        return tuple(self._set_aside)

    def take_turn(self) -> bool:
        """Whether the lock is free now, and then held until `end_turn`: whoever must not wait for
        the writer to show a large commit can tell."""
        return self._lock.acquire(blocking=False)

    def end_turn(self) -> None:
        """Let the lock go that `take_turn` took. Each get of a new post does this: a context
        manager made of a generator costs as much as the rest of it."""
        self._lock.release()

    def glance(self, table: str, id: str) -> Stored | None:
        """The document, without the lock: None may mean that it was written this moment."""
        try:
            return self._declared(table).get(id)
        except FileNotFoundError:  # a fold wrote its file anew this moment
            return None

    def get(self, table: str, id: str) -> Stored | None:
        """The document as of the last commit. Raises ValueError for an undeclared table."""
        with self._lock:
            return self._declared(table).get(id)

    def select(self, query: Find) -> Selected:
        """What a query finds, to be read within `reading`. Raises ValueError where the table or
        the index is not declared."""
        with self._lock:
            return self._declared(query.table).select(query)

    def count(self, query: Find) -> int:
        """Raises ValueError as `select` does."""
        with self._lock:
            count = self._declared(query.table).count(query)
        return count if query.limit is None else min(count, max(query.limit, 0))

    def changes(self, table: str) -> int:
        """How often a table was written to since it was opened. Raises as `get` does."""
        return self._declared(table).changes

    def reading(self) -> AbstractContextManager[None]:
        """While this context is open, what `select` and `items` found can be read."""
        return self._folding.reading()

    def items(self, table: str) -> Iterator[tuple[str, Stored]]:
        """All documents of a table, to be read within `reading`."""
        with self._lock:
            found = self._tables.get(table)
            return iter(()) if found is None else found.items()

    def length(self, table: str) -> int:
        """How many documents a table holds."""
        with self._lock:
            found = self._tables.get(table)
            return 0 if found is None else len(found)

    def drop_days(self, table: str, before: str) -> Future[int]:
        """See `Folding.drop`. Raises ValueError for a table that is not kept by day."""
        if self._declared(table).spec.day is None:
            raise ValueError(f"{table} is not kept by day")
        return self._folding.drop(table, before)

    def purge(self) -> Future[None]:
        """See `Folding.purge`."""
        return self._folding.purge()

    def forget_damaged(self) -> None:
        """Remove what was set aside. Raises StoreReadOnly where the disk refuses."""
        try:
            forget_damaged(self._path)
        except OSError as refusal:
            raise StoreReadOnly(f"the data folder cannot be written: {refusal}") from refusal

    def sizes(self) -> list[TableSize]:
        """How large each declared table is."""
        with self._lock:
            files = self._folding.catalogue.files
            return [size_of(table, files) for table in self._declared_tables.values()]

    def check_declared(self, table: str) -> None:
        """Raises ValueError for a table that nobody declared: most likely a misspelt one."""
        self._declared(table)

    def submit(self, writes: Sequence[Write], settle: Settle) -> None:
        """Decide on the writes now, and have them written: `settle` is called when they are on
        disk and can be seen, or could not be written.

        Raises Conflict, StoreReadOnly, or ValueError where an indexed field is not as declared;
        then `settle` is not called.
        """
        self._wait_in_line(writes, settle)
        self._words.put(_Word.COME_BY)

    def commit(self, writes: Sequence[Write]) -> None:
        """Carry the writes out here and now, with whatever else waits. Raises as `submit` does."""
        outcome: list[StoreReadOnly | None] = []
        self._wait_in_line(writes, outcome.append)
        self._write_commits()  # where somebody else writes it, this waits for them
        if refusal := outcome[0]:
            raise refusal

    def when_visible(self, settle: Settle) -> None:
        """Call `settle` when every commit decided on so far is on disk and can be seen, or was
        lost."""
        with self._lock:
            self._waiting.append(_Commit(self._number, (), settle))
        self._words.put(_Word.COME_BY)

    def read(self) -> dict[str, Mapping[str, Object]]:  # type: ignore[override]
        """TinyDB's way in: tables of documents, decoded one by one when they are looked at."""
        with self._lock:
            names = [name for name, table in self._tables.items() if len(table)]
        return {name: DocumentsView(TableView(self, name)) for name in names}

    def write(self, data: Mapping[str, Mapping[str, Object]]) -> None:
        """TinyDB's way of dropping tables: `data` replaces everything, in one commit."""
        with self._lock:
            differences = _differences(self.read(), data)
        self.commit(differences)

    def close(self) -> None:
        """Waits for the commits and the fold underway; then the folder is free."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._refusal = self._refusal or "the store is closed"
            self._words.put(_Word.CLOSE)
        self._writer.join()
        self._folding.close()
        self._journal.close()
        self._handles.close()
        self._folder.release()

    def _declared(self, table: str) -> WholeTable | DayTable:
        try:
            return self._declared_tables[table]
        except KeyError:
            known = ", ".join(self._declared_tables)
            raise ValueError(f"there is no table {table!r}; {known} are declared") from None

    def _prepared(self, write: Write) -> _Prepared:
        if isinstance(write, Remove):
            return _Prepared(write, None, None)
        table = self._tables.get(write.table)
        json = encoded(write.document)
        return _Prepared(write, json, table.fields(json) if table is not None else ())

    def _decide(self, prepared: Sequence[_Prepared]) -> list[tuple[Change, Fields | None]]:
        versions: dict[_Place, int] = {}
        changes: list[tuple[Change, Fields | None]] = []
        for one in prepared:
            write, json, fields = one.write, one.json, one.fields
            place = write.table, write.id
            found = versions[place] if place in versions else self._newest_version(place)
            if write.expected not in (None, found):
                raise Conflict(write.table, write.id, write.expected, found)
            if json is not None:
                versions[place] = found + 1
                changes.append((Change(*place, Stored(found + 1, json)), fields))
            elif found:
                versions[place] = 0
                changes.append((Change(*place, None), None))
        return changes

    def _newest_version(self, place: _Place) -> int:
        if place in self._underway:
            return self._underway[place][0]
        table = self._tables.get(place[0])
        stored = None if table is None else table.get(place[1])
        return 0 if stored is None else stored.version

    def _wait_in_line(self, writes: Sequence[Write], settle: Settle) -> None:
        prepared = [self._prepared(write) for write in writes]
        with self._lock:
            if self._refusal is not None:
                raise StoreReadOnly(self._refusal)
            changes = self._decide(prepared)
            number = self._number = self._number + bool(changes)
            for change, _ in changes:
                version = 0 if change.stored is None else change.stored.version
                self._underway[change.table, change.id] = version, number
            self._waiting.append(_Commit(number, changes, settle))

    def _keep_writing(self) -> None:
        while True:
            closing = self._words.get() is _Word.CLOSE
            self._write_commits()
            if closing:
                return

    def _write_commits(self) -> None:
        """Write all that waits, and begin a fold where one is due; one thread at a time."""
        with self._writing:
            commits = [self._waiting.popleft() for _ in range(len(self._waiting))]
            if commits:
                self._write(commits)
            if not self._closed:
                self._folding.begin_if_due(self._published)
                self._folding.wait_if_behind()

    def _write(self, commits: list[_Commit]) -> None:
        """Write the commits to the journal and let them be seen."""
        if self._broken is not None:
            self._refuse(commits, self._broken)
            return
        try:
            records = (
                encode_record(commit.number, [change for change, _ in commit.changes])
                for commit in commits
                if commit.changes
            )
            if data := b"".join(records):
                self._journal.append(data)
        except Exception as refusal:
            logger.exception("the store takes nothing more until a restart")
            self._broken = f"the data folder cannot be written: {refusal}"
            self._refuse(commits, self._broken)
        else:
            self._publish(commits)

    def _publish(self, commits: Sequence[_Commit]) -> None:
        for commit in commits:
            with self._lock:  # a commit at a time, so that readers never wait for them all
                for change, fields in commit.changes:
                    self._table(change.table).apply(change.id, change.stored, fields)
                    place = change.table, change.id
                    if self._underway.get(place, _NEVER)[1] == commit.number:
                        del self._underway[place]
                self._published = max(self._published, commit.number)
            commit.settle(None)

    def _table(self, name: str) -> WholeTable | DayTable:
        if name not in self._tables:
            self._tables[name] = WholeTable(TableSpec(name))
        return self._tables[name]

    def _refuse(self, commits: list[_Commit], refusal: str) -> None:
        with self._lock:
            self._refusal = refusal
            self._underway.clear()
        for commit in commits:
            commit.settle(StoreReadOnly(refusal))


def _differences(
    before: Mapping[str, Mapping[str, Object]], after: Mapping[str, Mapping[str, Object]]
) -> list[Write]:
    """The writes that make the one set of tables into the other."""
    writes: list[Write] = []
    for table in before.keys() | after.keys():
        old, new = before.get(table, {}), after.get(table, {})
        writes += [Remove(table=table, id=id) for id in old.keys() - new.keys()]
        writes += [
            Put(table=table, id=id, document=document)
            for id, document in new.items()
            if old.get(id) != document
        ]
    return writes
