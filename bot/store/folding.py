"""When to fold, beside the writer: one fold at a time, in a thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, RLock

from bot.errors import StoreReadOnly
from bot.store.catalogue import Catalogue
from bot.store.fold import Fold, Folded, WholeChanges, Work
from bot.store.handles import Handles
from bot.store.journal import Journal
from bot.store.tables import DayTable, WholeTable

logger = logging.getLogger(__name__)

_BEHIND = 2
"""How many times the size at which it is folded a journal may have while the last is folded."""

_SMALL = 1 << 20
"""Bytes of journal that never wait."""

_SLACK = 64
"""Records that the file of a whole table may hold beyond twice its documents."""

_Dropping = list[tuple[str, Future[int]]]


@dataclass
class _Purge:
    """Somebody waits until no file numbered below `below` holds anything replaced or removed. It
    is 0 until a fold begins with it: one that was under way may have put just that into a file."""

    done: Future[None] = field(default_factory=Future)
    below: int = 0


class Folding:
    """Folds the journal into the files of `tables` when it is larger than `fold_from` bytes, when
    that is `wanted`, or when days are to be dropped, or what was replaced is.

    `journal` belongs to the writer, who calls `begin_if_due` between two commits. `lock` guards
    the tables. `nudge` asks the writer to come by.
    """

    def __init__(
        self,
        folder: Path,
        catalogue: Catalogue,
        tables: Mapping[str, WholeTable | DayTable],
        handles: Handles,
        journal: Journal,
        lock: RLock,
        *,
        fold_from: int,
        nudge: Callable[[], None],
        on_damage: Callable[[int, int, int], None],
    ) -> None:
        self.wanted = False
        self._folder = folder
        self._catalogue = catalogue
        self._tables = tables
        self._handles = handles
        self._journal = journal
        self._lock = lock
        self._fold_from = fold_from
        self._fold_at = fold_from
        self._nudge = nudge
        self._on_damage = on_damage
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="vigie-fold")
        self._running = False
        self._closed = False
        self._idle = Event()
        self._idle.set()
        self._work: Work | None = None
        self._limits: dict[str, str] = {}
        self._dropping: _Dropping = []
        self._purging: list[_Purge] = []
        self._removing = Lock()  # held for moments: the event loop takes it
        self._readers = 0
        self._doomed: list[Path] = []

    @property
    def catalogue(self) -> Catalogue:
        """What the folder's files hold."""
        return self._catalogue

    def drop(self, table: str, before: str) -> Future[int]:
        """Drop a table's days before `before` (ISO); done with the number of its documents.

        The future raises StoreReadOnly where the disk refuses, or the store is closed.
        """
        done: Future[int] = Future()
        with self._lock:
            self._limits[table] = max(before, self._limits.get(table, ""))
            self._dropping.append((table, done))
        self._ask()
        return done

    def purge(self) -> Future[None]:
        """Leave in no file what was replaced or removed until now.

        The future raises StoreReadOnly where the disk refuses, or the store is closed.
        """
        purge = _Purge()
        with self._lock:
            self._purging.append(purge)
        self._ask()
        return purge.done

    def begin_if_due(self, commit: int) -> None:
        """Begin a fold of all up to `commit`, the last one that was published, where one is due
        and none is under way."""
        asked = self.wanted or self._dropping or self._purging
        if self._running or not (asked or self._journal.size > self._fold_at):
            return
        # A fold that was broken off knows nothing of what was replaced since: a purge comes after.
        purging = [] if self._work else self._taken_purges()
        try:
            work = self._work or self._frozen(commit, self._reach(purging))
        except OSError as refusal:
            self._put_off(refusal, self._taken(), purging)
            return
        self.wanted = False
        with self._lock:
            self._work = work._replace(limits=self._limits)
            self._limits, dropping = {}, self._taken()
        self._running = True
        self._idle.clear()
        self._thread.submit(self._carry_out, self._work, dropping, purging)

    def wait_if_behind(self) -> None:
        """Wait for the fold under way where commits come much faster than it can fold them: what
        is not folded takes memory."""
        if self._journal.size > max(_BEHIND * self._fold_from, _SMALL):
            self._idle.wait()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """No file is removed while somebody reads what he found under the lock."""
        with self._removing:
            self._readers += 1
        try:
            yield
        finally:
            with self._removing:
                self._readers -= 1
            self._remove([])

    def close(self) -> None:
        """Wait for the fold under way; drops and purges that did not begin are refused."""
        self._thread.shutdown(wait=True)
        self._closed = True
        self._refuse_all()

    def _ask(self) -> None:
        self._nudge()
        if self._closed:  # nobody comes by any more
            self._refuse_all()

    def _refuse_all(self) -> None:
        _refuse(self._taken(), self._taken_purges(), "the store is closed")

    def _reach(self, purging: list[_Purge]) -> int:
        """The number of the first file that these need not look into."""
        for purge in purging:
            purge.below = purge.below or self._catalogue.next
        return max((purge.below for purge in purging), default=0)

    def _frozen(self, commit: int, purged_below: int) -> Work:
        """What was committed since the last fold, its journal closed. Raises OSError."""
        self._journal.rotate()
        with self._lock:
            days = {n: t for n, t in self._tables.items() if isinstance(t, DayTable)}
            whole = {n: t for n, t in self._tables.items() if isinstance(t, WholeTable)}
            changes = {n: self._changes(n, table, purged_below) for n, table in whole.items()}
            return Work(
                commit=commit,
                journal=self._journal.number,
                dead={name: frozenset(table.archive.dead) for name, table in days.items()},
                layers={name: table.freeze() for name, table in days.items()},
                whole={name: found for name, found in changes.items() if found},
                limits={},
                purged_below=purged_below,
            )

    def _changes(self, name: str, table: WholeTable, purged_below: int) -> WholeChanges | None:
        file = next((f for f in self._catalogue.files if f.table == name and f.day is None), None)
        records = (file.records if file else 0) + len(table.changed)
        purged = file is not None and file.number < purged_below
        anew = table.worn or purged or records > 2 * len(table) + _SLACK
        if not anew and not table.changed:
            return None
        found = [(id, table.documents.get(id)) for id in table.changed]
        documents = list(table.documents.items()) if anew else found
        table.freeze()
        return WholeChanges(documents, anew, len(table))

    def _carry_out(self, work: Work, dropping: _Dropping, purging: list[_Purge]) -> None:
        archives = {n: t.archive for n, t in self._tables.items() if isinstance(t, DayTable)}
        try:
            fold = Fold(self._folder, self._catalogue, archives, self._handles, self._on_damage)
            folded = fold.run(work)
        except OSError as refusal:
            self._put_off(refusal, dropping, purging)
        except Exception as fault:
            logger.exception("a fold fell over; the journals still hold every commit")
            self._put_off(fault, dropping, purging)
        else:
            self._publish(work, folded)
            self._go_on(purging) if folded.unpurged else _finish(purging)
            for table, done in dropping:
                done.set_result(folded.dropped[table])
        finally:
            self._running = False
            self._idle.set()
            self._nudge()

    def _go_on(self, purging: list[_Purge]) -> None:
        """The next fold purges what this one left."""
        with self._lock:
            self._purging += purging

    def _publish(self, work: Work, folded: Folded) -> None:
        files = {file.number for file in folded.catalogue.files}
        with self._lock:
            self._catalogue = folded.catalogue
            for name, table in self._tables.items():
                if isinstance(table, WholeTable):
                    table.melt()
                else:
                    table.melt(folded.archives[name], folded.places[name], files)
            self._work = None
            self._fold_at = self._fold_from
        for file in folded.doomed_files:
            self._handles.forget(file.number)
        doomed = [self._handles.path(file.number) for file in folded.doomed_files]
        self._remove([*doomed, *folded.doomed_runs])
        self._journal.remove_before(work.journal)

    def _put_off(
        self,
        refusal: Exception,
        dropping: _Dropping,
        purging: list[_Purge],
    ) -> None:
        """Nothing is lost: what is too full to fold can still be read. It is tried again when the
        journal has grown by as much once more."""
        logger.warning("%s could not be folded: %s", self._folder, refusal)
        self.wanted = False
        self._fold_at = self._journal.size + self._fold_from
        purging = [*purging, *self._taken_purges()]
        _refuse(dropping, purging, f"the data folder cannot be written: {refusal}")

    def _taken(self) -> _Dropping:
        with self._lock:
            dropping, self._dropping = self._dropping, []
            return dropping

    def _taken_purges(self) -> list[_Purge]:
        with self._lock:
            purging, self._purging = self._purging, []
            return purging

    def _remove(self, doomed: list[Path]) -> None:
        """Remove files, now or when nobody reads any more."""
        with self._removing:
            self._doomed += doomed
            if self._readers:
                return
            gone, self._doomed = self._doomed, []
        for path in gone:
            with suppress(OSError):  # Windows keeps what is mapped; the next opening sweeps it up
                path.unlink()


def _finish(purging: list[_Purge]) -> None:
    for purge in purging:
        purge.done.set_result(None)


def _refuse(dropping: _Dropping, purging: list[_Purge], why: str) -> None:
    for _, dropped in dropping:
        dropped.set_exception(StoreReadOnly(why))
    for purge in purging:
        purge.done.set_exception(StoreReadOnly(why))
