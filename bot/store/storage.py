"""TinyDB's Storage over the journal: documents in memory as JSON, commits through one thread.

Whoever commits decides under the lock, in order, against the newest versions (those still on their
way to the disk included). The writer takes all that waits, writes it with one sync, and only then
lets the documents be seen. No document is shared with anybody: it is encoded on the way in and
decoded on the way out.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from threading import Condition, Thread
from typing import NamedTuple

from tinydb.storages import Storage

from bot.errors import Conflict, StoreReadOnly
from bot.store.base import Find, Put, Remove, TableSpec, Write, encoded
from bot.store.index import Indexes
from bot.store.journal import Journal, SetAside, apply
from bot.store.lock import FolderLock
from bot.store.records import Change, Stored, encode_record
from bot.store.view import DocumentsView, Object

_Place = tuple[str, str]
_NEVER = (0, 0)

logger = logging.getLogger(__name__)


class Found(NamedTuple):
    """A document that was asked for, not decoded yet."""

    id: str
    stored: Stored


class _Commit(NamedTuple):
    number: int
    changes: Sequence[Change]
    done: Future[None]


class JournalStorage(Storage):
    """The documents of one data folder; safe to use from any thread.

    Raises at construction StoreLocked where another process holds the folder, StoreDamaged and
    ValueError where what is in it cannot be used, OSError where it cannot be written.
    """

    def __init__(
        self, folder: Path, tables: Sequence[TableSpec], *, compact_from: int = 64 * 1024
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = FolderLock(folder)
        try:
            self._journal = Journal(folder, compact_from=compact_from)
            self._tables = self._journal.tables
            self._specs = {spec.name: spec for spec in tables}
            self._indexes = {spec.name: self._load_indexes(spec) for spec in tables}
        except BaseException:
            self._folder.release()
            raise
        self._number = self._journal.number
        self._underway: dict[_Place, tuple[int, int]] = {}
        self._waiting: list[_Commit] = []
        self._last: Future[None] | None = None
        self._refusal: str | None = None
        self._closed = False
        self._lock = Condition()
        self._writer = Thread(target=self._write_commits, name="vigie-store", daemon=True)
        self._writer.start()

    @property
    def set_aside(self) -> Sequence[SetAside]:
        """What could not be read when the folder was opened."""
        return tuple(self._journal.set_aside)

    def stored(self, table: str) -> Mapping[str, Stored]:
        """The documents of a table, as of the last commit."""
        return self._tables.get(table, {})

    @contextmanager
    def at_hand(self) -> Iterator[bool]:
        """Whether the lock is free now, and held then within the block: whoever must not wait for
        the writer to show a large commit can tell."""
        free = self._lock.acquire(blocking=False)
        try:
            yield free
        finally:
            if free:
                self._lock.release()

    def find(self, query: Find) -> list[Found]:
        """Raises ValueError where the table or the index is not declared."""
        with self._lock:
            documents = self.stored(query.table)
            return [Found(id, documents[id]) for id in self._select(query)]

    def count(self, query: Find) -> int:
        """Raises ValueError as `find` does."""
        with self._lock:
            return len(self._select(query))

    def check_declared(self, table: str) -> None:
        """Raises ValueError for a table that nobody declared: most likely a misspelt one."""
        if table not in self._indexes:
            raise ValueError(
                f"there is no table {table!r}; {', '.join(self._indexes)} are declared"
            )

    def spec(self, table: str) -> TableSpec:
        """Raises ValueError for a table that nobody declared."""
        self.check_declared(table)
        return self._specs[table]

    def specs(self) -> Sequence[TableSpec]:
        return tuple(self._specs.values())

    def submit(self, writes: Sequence[Write]) -> Future[None]:
        """Decide on the writes now; the future is done when they are on disk and can be seen.

        Raises Conflict, StoreReadOnly, or ValueError where an indexed field cannot be compared;
        the future raises StoreReadOnly.
        """
        prepared = [(write, _encode(write)) for write in writes]
        done: Future[None] = Future()
        done.set_running_or_notify_cancel()  # what was decided is written, waited for or not
        with self._lock:
            if self._refusal is not None:
                raise StoreReadOnly(self._refusal)
            changes = self._decide(prepared)
            if changes:
                self._number += 1
                self._wait_in_line(_Commit(self._number, changes, done))
            else:
                done.set_result(None)
        return done

    @property
    def last_commit(self) -> Future[None] | None:
        """Done when every commit decided on so far is on disk and can be seen, or was lost."""
        return self._last

    def read(self) -> dict[str, Mapping[str, Object]]:  # type: ignore[override]
        """TinyDB's way in: tables of documents, decoded one by one when they are looked at."""
        with self._lock:
            return {
                name: DocumentsView(documents)
                for name, documents in self._tables.items()
                if documents
            }

    def write(self, data: Mapping[str, Mapping[str, Object]]) -> None:
        """TinyDB's way of dropping tables: `data` replaces everything, in one commit."""
        with self._lock:
            done = self.submit(_differences(self.read(), data))
        done.result()

    def close(self) -> None:
        """Waits for the commits underway; then the folder is free."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._refusal = self._refusal or "the store is closed"
            self._lock.notify()
        self._writer.join()
        self._journal.close()
        self._folder.release()

    def _load_indexes(self, spec: TableSpec) -> Indexes:
        indexes = Indexes(spec)
        indexes.load((id, stored.json) for id, stored in self.stored(spec.name).items())
        return indexes

    def _select(self, query: Find) -> list[str]:
        self.check_declared(query.table)
        return self._indexes[query.table].select(query)

    def _decide(self, prepared: Sequence[tuple[Write, bytes | None]]) -> list[Change]:
        versions: dict[_Place, int] = {}
        changes: list[Change] = []
        for write, json in prepared:
            place = write.table, write.id
            found = versions[place] if place in versions else self._newest_version(place)
            if write.expected not in (None, found):
                raise Conflict(write.table, write.id, write.expected, found)
            if json is not None:
                self._check_keys(write.table, json)
                versions[place] = found + 1
                changes.append(Change(*place, Stored(found + 1, json)))
            elif found:
                versions[place] = 0
                changes.append(Change(*place, None))
        return changes

    def _newest_version(self, place: _Place) -> int:
        if place in self._underway:
            return self._underway[place][0]
        stored = self.stored(place[0]).get(place[1])
        return 0 if stored is None else stored.version

    def _check_keys(self, table: str, json: bytes) -> None:
        if table in self._indexes:
            self._indexes[table].check(json)

    def _wait_in_line(self, commit: _Commit) -> None:
        for change in commit.changes:
            version = 0 if change.stored is None else change.stored.version
            self._underway[change.table, change.id] = version, commit.number
        self._waiting.append(commit)
        self._last = commit.done
        self._lock.notify()

    def _write_commits(self) -> None:
        while commits := self._take_waiting():
            try:
                records = (encode_record(commit.number, commit.changes) for commit in commits)
                self._journal.append(b"".join(records))
            except Exception as refusal:
                logger.exception("the store takes nothing more until a restart")
                self._refuse(commits, refusal)
            else:
                self._publish(commits)
                self._compact(commits[-1].number)

    def _compact(self, number: int) -> None:
        """Whatever befalls it, the files still hold every commit, and the writer goes on."""
        try:
            self._journal.compact_when_grown(number)
        except Exception:
            logger.exception("the store could not be compacted")

    def _take_waiting(self) -> list[_Commit]:
        """All that waits, as soon as something does; nothing once the store is closed."""
        with self._lock:
            self._lock.wait_for(lambda: self._waiting or self._closed)
            commits, self._waiting = self._waiting, []
            return commits

    def _publish(self, commits: Sequence[_Commit]) -> None:
        for commit in commits:
            with self._lock:  # a commit at a time, so that readers never wait for them all
                for change in commit.changes:
                    self._replace(change)
                    place = change.table, change.id
                    if self._underway.get(place, _NEVER)[1] == commit.number:
                        del self._underway[place]
            commit.done.set_result(None)

    def _replace(self, change: Change) -> None:
        before = apply(self._tables, change)
        if change.table in self._indexes:
            old = None if before is None else before.json
            new = None if change.stored is None else change.stored.json
            self._indexes[change.table].replace(change.id, old, new)

    def _refuse(self, commits: list[_Commit], refusal: Exception) -> None:
        with self._lock:
            self._refusal = f"the data folder cannot be written: {refusal}"
            lost = commits + self._waiting
            self._waiting = []
            self._underway.clear()
        for commit in lost:
            commit.done.set_exception(StoreReadOnly(self._refusal))


def _encode(write: Write) -> bytes | None:
    return None if isinstance(write, Remove) else encoded(write.document)


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
