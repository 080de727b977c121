"""Secondary indexes of documents in memory: ids grouped by some fields and sorted by another."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator

from bot.store.base import Find, Key, TableSpec
from bot.store.fields import Fields, FieldsReader, Group, group_of, position

Entry = tuple[Key, str]
"""What a document is ordered by, and its id. In a table that is kept by day, times are the
numbers that `bot.store.fields.position` makes of them."""


class Indexes:
    """The indexes that a table declares. They hold ids and keys, never documents."""

    def __init__(self, spec: TableSpec, reader: FieldsReader) -> None:
        self._spec = spec
        comparable = position if spec.day else _as_it_is
        self._parts = {
            index: _Part(tuple(sorted(index.equal)), reader.placer(index), comparable)
            for index in spec.indexes
        }

    def replace(self, id: str, before: Fields | None, after: Fields | None) -> None:
        """A document was written (`before` None where it is new) or removed (`after` None)."""
        for part in self._parts.values():
            if before is None:
                part.add(id, after)
            else:
                part.replace(id, before, after)

    def select(self, query: Find) -> Iterator[Entry]:
        """What `query` describes, in its order, whatever its limit. Raises ValueError without an
        index."""
        return self._parts[self._spec.index(query.equal, query.order)].select(query)


class _Part:
    """One index: for each combination of the equal fields, a sorted list of entries."""

    def __init__(
        self,
        names: tuple[str, ...],
        place: Callable[[Fields], tuple[Group, Key] | None],
        comparable: Callable[[Key], Key],
    ) -> None:
        self._names = names
        self._place = place
        self._comparable = comparable
        self._groups: dict[Group, list[Entry]] = {}

    def add(self, id: str, fields: Fields | None) -> None:
        if fields is None or (placed := self._place(fields)) is None:
            return
        group, order = placed
        entry = order, id
        entries = self._groups.get(group)
        if entries is None:
            self._groups[group] = [entry]
        elif entries[-1] <= entry:
            entries.append(entry)
        else:
            insort(entries, entry)

    def replace(self, id: str, before: Fields, after: Fields | None) -> None:
        old = self._place(before)
        if old is not None:
            if after is not None and self._place(after) == old:
                return
            self._discard(old[0], (old[1], id))
        self.add(id, after)

    def select(self, query: Find) -> Iterator[Entry]:
        entries = self._groups.get(group_of([query.equal[name] for name in self._names]), [])
        # A one-tuple sorts before every entry of the same order, whatever its id.
        start, stop = 0, len(entries)
        if query.since is not None:
            start = bisect_left(entries, (self._comparable(query.since),))
        if query.before is not None:
            stop = bisect_left(entries, (self._comparable(query.before),))
        chosen = range(start, stop)
        return (entries[n] for n in (reversed(chosen) if query.newest_first else chosen))

    def _discard(self, group: Group, entry: Entry) -> None:
        entries = self._groups[group]
        del entries[bisect_left(entries, entry)]
        if not entries:
            del self._groups[group]


def _as_it_is(value: Key) -> Key:
    return value
