"""The tables of an open store: whole ones in memory, the others with their last commits in
memory and their days in files."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from bot.store.archive import Archive, Hit
from bot.store.base import Find, TableSpec
from bot.store.fields import Fields, FieldsReader
from bot.store.index import Entry, Indexes
from bot.store.records import Stored
from bot.store.remembered import Remembered
from bot.store.runs import file_of


class Found(NamedTuple):
    """A document that was asked for, not decoded yet."""

    id: str
    stored: Stored


class Selected(NamedTuple):
    """What a query found: what was in memory, in order, and what is still to be read, which is then
    `remembered` where that is said."""

    query: Find
    here: list[tuple[Entry, Stored]]
    there: Sequence[Hit] = ()
    archive: Archive | None = None
    remembered: Remembered | None = None

    def read(self, *, now: bool = False) -> list[Found]:
        """The documents; reads files, and may be called without the lock. If they are wanted `now`,
        raises BlockingIOError where the disk would have to be waited for."""
        if not self.there or self.archive is None:
            return [Found(entry[1], stored) for entry, stored in self.here]
        in_files = sorted(self.there, key=lambda hit: hit.place)
        positions = {hit.place: hit.position for hit in in_files}
        read = list(self.archive.read_all([hit.place for hit in in_files], now=now))
        if self.remembered:
            self.remembered.keep(read)
        found = list(self.here)
        found += [((positions[one.place], one.id), one.stored) for one in read]
        return [Found(entry[1], stored) for entry, stored in _in_order(found, self.query)]


class WholeTable:
    """A table in memory. `changed` are the ids written since they were last frozen, `frozen` those
    that are being folded into its file; `worn` says that the file should be written anew. `changes`
    counts what was written."""

    def __init__(self, spec: TableSpec) -> None:
        self.spec = spec
        self.fields = FieldsReader(spec)
        self.documents: dict[str, Stored] = {}
        self.changed: set[str] = set()
        self.frozen: frozenset[str] = frozenset()
        self.worn = False
        self.changes = 0
        self._indexes = Indexes(spec, self.fields)

    def __len__(self) -> int:
        return len(self.documents)

    def get(self, id: str) -> Stored | None:
        return self.documents.get(id)

    def fields_of(self, stored: Stored | None) -> Fields | None:
        return None if stored is None else self.fields(stored.json)

    def apply(self, id: str, stored: Stored | None, fields: Fields | None) -> None:
        """A commit wrote or (`stored` None) removed a document."""
        before = self.documents.get(id)
        if stored is not None:
            self.documents[id] = stored
        elif before is not None:
            del self.documents[id]
        self.changed.add(id)
        self.changes += 1
        self._indexes.replace(id, self.fields_of(before), fields)

    def freeze(self) -> None:
        """What was written until now is being folded."""
        self.frozen, self.changed, self.worn = frozenset(self.changed), set(), False

    def melt(self) -> None:
        """What was frozen is in the file."""
        self.frozen = frozenset()

    def select(self, query: Find) -> Selected:
        entries = islice(self._indexes.select(query), _most(query))
        here = [(entry, self.documents[entry[1]]) for entry in entries]
        return Selected(query, here)

    def count(self, query: Find) -> int:
        return sum(1 for _ in self._indexes.select(query))

    def items(self) -> Iterator[tuple[str, Stored]]:
        return iter(list(self.documents.items()))


class Layer:
    """The latest writes to a table that is kept by day; None stands for what was removed.

    `replaced` holds the place in the files of each document that was written over.
    """

    def __init__(self, spec: TableSpec, reader: FieldsReader) -> None:
        self.documents: dict[str, Stored | None] = {}
        self.replaced: dict[str, int] = {}
        self.indexes = Indexes(spec, reader)


_Layers = tuple[Layer, Layer | None, Archive]


class DayTable:
    """A table in layers, the later hiding the earlier: `fresh` takes the commits, `frozen` is being
    folded into the files, `archive` is what is in them. `changes` counts what was written, and
    folds, by which days may have been dropped."""

    def __init__(self, spec: TableSpec, archive: Archive) -> None:
        self.spec = spec
        self.changes = 0
        self.fields = FieldsReader(spec)
        self._layers: _Layers = (Layer(spec, self.fields), None, archive)
        self._remembered = Remembered(spec.remembered) if spec.remembered else None

    @property
    def fresh(self) -> Layer:
        return self._layers[0]

    @property
    def frozen(self) -> Layer | None:
        return self._layers[1]

    @property
    def archive(self) -> Archive:
        return self._layers[2]

    def __len__(self) -> int:
        return len(self.archive) + sum(1 for _ in self.in_memory())

    def get(self, id: str) -> Stored | None:
        """The document. Without the lock, None may mean that it was written this moment."""
        fresh, frozen, archive = self._layers
        if id in fresh.documents:
            return fresh.documents[id]
        if frozen is not None and id in frozen.documents:
            return frozen.documents[id]
        located = archive.locate(id)
        return None if located is None else located.stored

    def fields_of(self, stored: Stored | None) -> Fields | None:
        return None if stored is None else self.fields(stored.json)

    def apply(self, id: str, stored: Stored | None, fields: Fields | None) -> None:
        """A commit wrote or (`stored` None) removed a document."""
        fresh, frozen, archive = self._layers
        known = id in fresh.documents
        before = fresh.documents.get(id)
        fresh.documents[id] = stored
        if not known and not (frozen is not None and id in frozen.documents):
            self._replace(fresh, archive, id)
        fresh.indexes.replace(id, self.fields_of(before), fields)
        self.changes += 1

    def select(self, query: Find) -> Selected:
        fresh, frozen, archive = self._layers
        entries = list(islice(fresh.indexes.select(query), _most(query)))
        here = [(entry, fresh.documents[entry[1]]) for entry in entries]
        if frozen is not None:
            older = (e for e in frozen.indexes.select(query) if e[1] not in fresh.documents)
            here += [(e, frozen.documents[e[1]]) for e in islice(older, _most(query))]
            here.sort(key=_entry, reverse=query.newest_first)
        found = [(entry, stored) for entry, stored in here if stored is not None]
        return self._with_archived(query, found[: query.limit], archive)

    def count(self, query: Find) -> int:
        fresh, frozen, archive = self._layers
        count = archive.count(query) + sum(1 for _ in fresh.indexes.select(query))
        if frozen is not None:
            count += sum(1 for e in frozen.indexes.select(query) if e[1] not in fresh.documents)
        return count

    def items(self) -> Iterator[tuple[str, Stored]]:
        """Every document, the ones in files as they were when the iteration began."""
        archive = self.archive
        places = archive.places()
        here = list(self.in_memory())

        def read() -> Iterator[tuple[str, Stored]]:
            yield from here
            for located in archive.read_all(places.tolist()):
                yield located.id, located.stored

        return read()

    def freeze(self) -> Layer:
        """What is fresh becomes the frozen layer; there must be none."""
        fresh, frozen, archive = self._layers
        assert frozen is None  # noqa: S101  # one fold at a time
        self._layers = (Layer(self.spec, self.fields), fresh, archive)
        return fresh

    def melt(self, archive: Archive, written: Mapping[str, int], files: Container[int]) -> None:
        """The frozen layer lies in the files of `archive` now; `written` tells at which place each
        document lies that was written, and `files` are the numbers of those that there are."""
        fresh = self.fresh
        there = {id: at for id, at in fresh.replaced.items() if file_of(at) in files}
        there.update((id, written[id]) for id in fresh.documents.keys() & written.keys())
        fresh.replaced = there
        archive.dead.update(there.values())
        self._layers = (fresh, None, archive)
        self.changes += 1
        if self._remembered:
            dead = archive.dead
            self._remembered.let_go(lambda at: at in dead or file_of(at) not in files)

    def _with_archived(
        self, query: Find, found: list[tuple[Entry, Stored]], archive: Archive
    ) -> Selected:
        """What was found in memory, and in the files what is not remembered of them."""
        remembered, hits = self._remembered, archive.select(query)
        if remembered is None:
            return Selected(query, found, hits, archive)
        known, unknown = remembered.among(hits)
        if known:
            found += [((hit.position, one.id), one.stored) for hit, one in known]
            found = _in_order(found, query)
        return Selected(query, found, unknown, archive, remembered)

    def _replace(self, fresh: Layer, archive: Archive, id: str) -> None:
        located = archive.locate(id)
        if located is not None:
            fresh.replaced[id] = located.place
            archive.dead.add(located.place)

    def in_memory(self) -> Iterator[tuple[str, Stored]]:
        """The documents that are not in files yet."""
        fresh, frozen, _ = self._layers
        for id, stored in fresh.documents.items():
            if stored is not None:
                yield id, stored
        if frozen is not None:
            for id, stored in frozen.documents.items():
                if stored is not None and id not in fresh.documents:
                    yield id, stored


def _most(query: Find) -> int | None:
    return None if query.limit is None else max(query.limit, 0)


def _in_order(found: list[tuple[Entry, Stored]], query: Find) -> list[tuple[Entry, Stored]]:
    """What a query found, in its order and within its limit."""
    return sorted(found, key=_entry, reverse=query.newest_first)[: query.limit]


def _entry(found: tuple[Entry, object]) -> Entry:
    return found[0]
