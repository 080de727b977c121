"""Secondary indexes of one table, in memory: ids grouped by some fields and sorted by another."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable

from bot.store.base import Find, Index, Key, TableSpec
from bot.store.fields import Fields, fields_reader

_Entry = tuple[Key, str]


class Indexes:
    """The indexes that a table declares. They hold ids and keys, never documents."""

    def __init__(self, spec: TableSpec) -> None:
        self._spec = spec
        self._parts = {index: _Part(index) for index in spec.indexes}
        self._fields = fields_reader(spec)

    def check(self, json: bytes) -> None:
        """Raises ValueError where a document's indexed fields could not be compared."""
        if self._parts:
            self._fields(json)

    def load(self, documents: Iterable[tuple[str, bytes]]) -> None:
        """Take in many documents at once. Raises ValueError as `check` does."""
        if not self._parts:
            return
        for id, json in documents:
            fields = self._fields(json)
            for part in self._parts.values():
                part.append(id, fields)
        for part in self._parts.values():
            part.sort()

    def replace(self, id: str, old: bytes | None, new: bytes | None) -> None:
        """A document was written (`old` None where it is new) or removed (`new` None)."""
        if not self._parts:
            return
        before = None if old is None else self._fields(old)
        after = None if new is None else self._fields(new)
        for part in self._parts.values():
            part.replace(id, before, after)

    def select(self, query: Find) -> list[str]:
        """The ids that `query` describes, in its order. Raises ValueError without an index."""
        return self._parts[self._spec.index(query.equal, query.order)].select(query)


class _Part:
    """One index: for each combination of the equal fields, a sorted list of (order, id)."""

    def __init__(self, index: Index) -> None:
        self._equal = tuple(sorted(index.equal))
        self._order = index.order
        self._groups: dict[tuple[Key, ...], list[_Entry]] = {}

    def append(self, id: str, fields: Fields) -> None:
        place = self._place(id, fields)
        if place is not None:
            group, entry = place
            self._groups.setdefault(group, []).append(entry)

    def sort(self) -> None:
        for entries in self._groups.values():
            entries.sort()

    def replace(self, id: str, before: Fields | None, after: Fields | None) -> None:
        old = None if before is None else self._place(id, before)
        new = None if after is None else self._place(id, after)
        if old == new:
            return
        if old is not None:
            self._discard(*old)
        if new is not None:
            group, entry = new
            insort(self._groups.setdefault(group, []), entry)

    def select(self, query: Find) -> list[str]:
        entries = self._groups.get(tuple(query.equal[name] for name in self._equal), [])
        # A one-tuple sorts before every entry of the same order, whatever its id.
        start = 0 if query.since is None else bisect_left(entries, (query.since,))
        stop = len(entries) if query.before is None else bisect_left(entries, (query.before,))
        wanted = max(stop - start, 0)
        if query.limit is not None:
            wanted = min(wanted, max(query.limit, 0))
        if query.newest_first:
            chosen = entries[stop - wanted : stop]
            chosen.reverse()
        else:
            chosen = entries[start : start + wanted]
        return [id for _, id in chosen]

    def _place(self, id: str, fields: Fields) -> tuple[tuple[Key, ...], _Entry] | None:
        order = fields[self._order]
        group = tuple(value for name in self._equal if (value := fields[name]) is not None)
        if order is None or len(group) < len(self._equal):
            return None
        return group, (order, id)

    def _discard(self, group: tuple[Key, ...], entry: _Entry) -> None:
        entries = self._groups[group]
        del entries[bisect_left(entries, entry)]
        if not entries:
            del self._groups[group]
